//! The screen: the nodes, what is wrong with the one that is shown, its workers, its connections.

use std::collections::HashSet;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style, Styled};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell, Paragraph, Row, Table, Tabs, Wrap};

use crate::app::App;
use crate::node::{Finding, Node, Worker};

/// How many findings are shown.
const MAX_FINDINGS: usize = 8;

/// How many connections are shown.
const MAX_CONNECTIONS: usize = 6;

const BAD: Style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
const WARN: Style = Style::new().fg(Color::Yellow);
const GOOD: Style = Style::new().fg(Color::Green);
const FAINT: Style = Style::new().fg(Color::DarkGray);

/// Returns how many lines show everything.
pub(crate) fn height(app: &App) -> u16 {
    let Some(node) = app.node(app.shown) else {
        return 3;
    };
    let findings = lines(node.findings.len(), MAX_FINDINGS);
    let connections = lines(node.connections.len(), MAX_CONNECTIONS);
    let workers = lines(node.workers.len(), usize::from(u16::MAX / 2));
    3 + findings + workers.max(3) + connections
}

/// Returns how many lines a part has with a head or a gap, if there is anything in it.
fn lines(count: usize, max: usize) -> u16 {
    match count {
        0 => 0,
        count => count.min(max) as u16 + 1,
    }
}

pub(crate) fn draw(frame: &mut Frame<'_>, app: &App) {
    let node = app.node(app.shown);
    let findings = node.map_or(0, |it| it.findings.len());
    let connections = node.map_or(0, |it| it.connections.len());
    let [tabs, head, bad, workers, links, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(lines(findings, MAX_FINDINGS)),
        Constraint::Min(3),
        Constraint::Length(lines(connections, MAX_CONNECTIONS)),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    draw_tabs(frame, tabs, app);
    draw_head(frame, head, app);
    if let Some(node) = node {
        draw_findings(frame, bad, node);
        draw_workers(frame, workers, app, node);
        draw_connections(frame, links, node);
    }
    let help = " q quit   ←→ node   ↑↓ scroll   i without idle ones";
    frame.render_widget(Line::styled(help, FAINT), keys);
}

fn draw_tabs(frame: &mut Frame<'_>, area: Rect, app: &App) {
    let titles = (0..app.names.len()).map(|place| {
        let name = app.node(place).map_or(&app.names[place], |node| &node.name);
        match (app.error(place), app.node(place)) {
            (Some(_), _) => Line::styled(format!("{name} ?"), FAINT),
            (None, Some(node)) if !node.findings.is_empty() => {
                Line::styled(format!("{name} ({})", node.findings.len()), BAD)
            }
            (None, Some(_)) => Line::styled(name.clone(), GOOD),
            (None, None) => Line::styled(name.clone(), FAINT),
        }
    });
    frame.render_widget(Tabs::new(titles).select(app.shown), area);
}

fn draw_head(frame: &mut Frame<'_>, area: Rect, app: &App) {
    let line = match (app.error(app.shown), app.node(app.shown)) {
        (Some(why), _) => Line::styled(
            format!(" {} can't be looked at: {why}", app.names[app.shown]),
            BAD,
        ),
        (None, None) => Line::styled(" not looked yet", FAINT),
        (None, Some(node)) => {
            let queued: usize = node.workers.iter().map(|it| it.queued).sum();
            let health = match node.findings.len() {
                0 => Span::styled(" nothing found", GOOD),
                1 => Span::styled(" 1 finding", BAD),
                count => Span::styled(format!(" {count} findings"), BAD),
            };
            let stopping = if node.is_stopping { "   stopping" } else { "" };
            let figures = format!(
                "   workers {}   queued {queued}   dead letters {}   denials {}{stopping}",
                node.workers_total, node.dead_letters.total, node.denials.total
            );
            Line::from(vec![health, figures.into()])
        }
    };
    frame.render_widget(line, area);
}

fn draw_findings(frame: &mut Frame<'_>, area: Rect, node: &Node) {
    let line = |finding: &Finding| {
        let style = if finding.kind == "waits" { WARN } else { BAD };
        let address = finding.address.as_deref().unwrap_or("-");
        Line::from(vec![
            Span::styled(format!(" {:<13}", finding.kind.replace('_', " ")), style),
            Span::raw(format!("{address} {}", finding.text)),
        ])
    };
    let lines: Vec<_> = node.findings.iter().take(MAX_FINDINGS).map(line).collect();
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), area);
}

fn draw_workers(frame: &mut Frame<'_>, area: Rect, app: &App, node: &Node) {
    let own = node.findings.iter().filter(|it| it.kind != "waits");
    let blamed: HashSet<_> = own.filter_map(|it| it.address.as_deref()).collect();
    let tree = node.tree();
    let is_shown = |(worker, _): &&(&Worker, usize)| !(app.hides_idle && is_idle(worker, &blamed));
    let rows: Vec<_> = tree.iter().filter(is_shown).collect();
    let above = app.scrolled.min(rows.len().saturating_sub(1));
    let rows = rows.into_iter().skip(above);
    let rows = rows.map(|(worker, depth)| row(worker, *depth, &blamed, node.slow_after_ms));
    let widths = [
        Constraint::Fill(3),
        Constraint::Fill(3),
        Constraint::Fill(2),
        Constraint::Length(13),
        Constraint::Length(12),
        Constraint::Length(9),
        Constraint::Length(8),
    ];
    let heads = [
        "worker", "state", "message", "mailbox", "handled", "per s", "restarts",
    ];
    let table = Table::new(rows, widths).header(Row::new(heads).style(FAINT));
    frame.render_widget(table, area);
}

fn is_idle(worker: &Worker, blamed: &HashSet<&str>) -> bool {
    let waits = matches!(&*worker.state, "waiting" | "open");
    waits && worker.queued == 0 && !blamed.contains(&*worker.address)
}

fn row(worker: &Worker, depth: usize, blamed: &HashSet<&str>, slow_after_ms: u64) -> Row<'static> {
    let indent = "  ".repeat(depth.min(8));
    let is_blamed = blamed.contains(&*worker.address);
    let name = Span::raw(format!(" {indent}{}", worker.address));
    let filled = worker.queued * 5 >= worker.capacity * 4 && worker.queued > 0;
    let mailbox = Span::raw(format!("{}/{}", worker.queued, worker.capacity));
    let restarts = Span::raw(worker.restarts.to_string());
    Row::new([
        Cell::from(if is_blamed { name.set_style(BAD) } else { name }),
        Cell::from(state(worker, slow_after_ms)),
        Cell::from(worker.message.clone()),
        Cell::from(if filled {
            mailbox.set_style(BAD)
        } else {
            mailbox
        }),
        Cell::from(worker.handled.to_string()),
        Cell::from(format!("{:.1}", worker.handled_per_second)),
        Cell::from(if worker.restarts > 0 {
            restarts.set_style(WARN)
        } else {
            restarts
        }),
    ])
}

fn state(worker: &Worker, slow_after_ms: u64) -> Span<'static> {
    let mut text = match &worker.waits_for {
        Some(other) => format!("waits for {other}"),
        None => worker.state.clone(),
    };
    if let Some(busy) = worker.busy_ms.filter(|&busy| busy >= 1_000) {
        text.push_str(&format!(" {} s", busy / 1_000));
    }
    if worker.is_stopping {
        text.push_str(", stopping");
    }
    let is_slow = worker.busy_ms.is_some_and(|busy| busy >= slow_after_ms);
    match (is_slow, &*worker.state) {
        (true, _) if worker.waits_for.is_none() => text.set_style(BAD),
        (true, _) | (false, "resting") => text.set_style(WARN),
        (false, "handling") => text.set_style(GOOD),
        _ => text.set_style(FAINT),
    }
}

fn draw_connections(frame: &mut Frame<'_>, area: Rect, node: &Node) {
    let rows = node.connections.iter().take(MAX_CONNECTIONS).map(|it| {
        let style = if it.state == "lost" { BAD } else { GOOD };
        Row::new([
            Cell::from(format!(" {}", it.peer)),
            Cell::from(Span::styled(it.state.clone(), style)),
            Cell::from(format!("{} bytes queued", it.queued_bytes)),
            Cell::from(format!("{} asks", it.open_asks)),
            Cell::from(it.address.clone()),
        ])
    });
    let widths = [
        Constraint::Fill(2),
        Constraint::Length(11),
        Constraint::Fill(2),
        Constraint::Length(12),
        Constraint::Fill(2),
    ];
    let heads = ["connection to", "", "", "", "address"];
    let table = Table::new(rows, widths).header(Row::new(heads).style(FAINT));
    frame.render_widget(table, area);
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::draw;
    use crate::app::App;
    use crate::node::Node;
    use crate::text_of;

    fn node() -> Node {
        let golden = include_str!("../../ockam_console/tests/golden/node.json");
        serde_json::from_str(golden).unwrap()
    }

    fn screen(app: &App, size: (u16, u16)) -> String {
        let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
        terminal.draw(|frame| draw(frame, app)).unwrap();
        text_of(terminal.backend())
    }

    fn press(app: &mut App, code: KeyCode) -> bool {
        app.press(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn findings_and_workers_below_their_supervisors_are_shown() {
        let mut app = App::new(vec!["127.0.0.1:9400".to_owned()]);
        assert!(screen(&app, (100, 30)).contains("not looked yet"));
        app.note(0, Ok(node()));
        let shown = screen(&app, (100, 30));
        for wanted in [
            " 2 findings",
            " slow         0#hung some text",
            " dead letters 0#inbox some text",
            " 0#boss ",
            "   0#busy ",
            " some peer ",
            " connected",
        ] {
            assert!(shown.contains(wanted), "{wanted:?} in\n{shown}");
        }
        let place = |name: &str| shown.find(name).unwrap();
        assert!(place(" 0#boss") < place("   0#busy"), "{shown}");
        // A look that fails leaves what was seen.
        app.note(0, Err("it is gone".to_owned()));
        let shown = screen(&app, (100, 30));
        assert!(
            shown.contains("127.0.0.1:9400 can't be looked at: it is gone"),
            "{shown}"
        );
        assert!(shown.contains("0#boss"), "{shown}");
    }

    #[test]
    fn keys_choose_the_node_scroll_hide_and_end() {
        let mut app = App::new(vec!["one".to_owned(), "two".to_owned()]);
        let mut other = node();
        other.name = "other".to_owned();
        other.workers.truncate(1);
        app.note(0, Ok(node()));
        app.note(1, Ok(other));
        assert!(!press(&mut app, KeyCode::Right));
        assert!(!screen(&app, (100, 30)).contains("0#boss"));
        press(&mut app, KeyCode::Right);
        assert!(screen(&app, (100, 30)).contains("0#boss"));
        press(&mut app, KeyCode::Char('i'));
        assert!(!screen(&app, (100, 30)).contains("0#boss"), "it is idle");
        press(&mut app, KeyCode::Char('i'));
        press(&mut app, KeyCode::Down);
        assert!(
            !screen(&app, (100, 30)).contains("0#app"),
            "it is above the screen"
        );
        press(&mut app, KeyCode::PageDown);
        press(&mut app, KeyCode::PageDown);
        assert!(
            screen(&app, (100, 30)).contains("0#hung"),
            "the last one stays"
        );
        assert!(press(&mut app, KeyCode::Char('q')));
    }

    #[test]
    fn what_is_printed_once_has_room_for_all() {
        let mut app = App::new(vec!["one".to_owned()]);
        app.note(0, Ok(node()));
        let shown = screen(&app, (100, super::height(&app)));
        for worker in &node().workers {
            assert!(
                shown.contains(&worker.address),
                "{} in\n{shown}",
                worker.address
            );
        }
        assert!(shown.contains("some peer"), "{shown}");
    }

    #[test]
    fn any_size_of_the_screen_is_drawn() {
        let mut app = App::new(vec!["one".to_owned()]);
        let mut many = node();
        many.findings = vec![many.findings[0].clone(); 100];
        many.connections = vec![many.connections[0].clone(); 100];
        app.note(0, Ok(many));
        for size in [(1, 1), (3, 100), (200, 2), (40, 12)] {
            screen(&app, size);
        }
    }

    #[test]
    fn what_a_node_says_writes_nothing_to_the_terminal_but_text() {
        let mut app = App::new(vec!["one".to_owned()]);
        let mut evil = node();
        evil.name = "a\u{1b}[2Jb".to_owned();
        evil.findings[0].text = "\u{1b}]0;title\u{7}".to_owned();
        evil.workers[0].supervisor = Some(evil.workers[1].address.clone());
        evil.workers[1].supervisor = Some(evil.workers[0].address.clone());
        app.note(0, Ok(evil));
        let shown = screen(&app, (100, 30));
        assert!(
            !shown.contains('\u{1b}') && !shown.contains('\u{7}'),
            "{shown:?}"
        );
    }
}
