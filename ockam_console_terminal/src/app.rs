//! What is shown, and what the keys do.

use std::io;
use std::time::Duration;

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::look::{Looked, Looker};
use crate::node::Node;
use crate::view;

/// How long a key is waited for until the screen is drawn again.
const WAIT: Duration = Duration::from_millis(200);

pub(crate) struct App {
    /// The addresses of the consoles.
    pub(crate) names: Vec<String>,
    /// The last look at each node.
    nodes: Vec<Option<Node>>,
    /// Why the last look failed.
    errors: Vec<Option<String>>,
    /// The node that is shown.
    pub(crate) shown: usize,
    /// How many rows of the workers are above the screen.
    pub(crate) scrolled: usize,
    pub(crate) hides_idle: bool,
}

impl App {
    pub(crate) fn new(names: Vec<String>) -> Self {
        Self {
            nodes: vec![None; names.len()],
            errors: vec![None; names.len()],
            names,
            shown: 0,
            scrolled: 0,
            hides_idle: false,
        }
    }

    pub(crate) fn run(mut self, terminal: &mut DefaultTerminal, looker: &Looker) -> io::Result<()> {
        loop {
            looker
                .take()
                .for_each(|(place, looked)| self.note(place, looked));
            terminal.draw(|frame| view::draw(frame, &self))?;
            if !event::poll(WAIT)? {
                continue;
            }
            match event::read()? {
                Event::Key(key) if key.kind == KeyEventKind::Press && self.press(key) => {
                    return Ok(());
                }
                _ => {}
            }
        }
    }

    /// Notes a look. The last one that succeeded stays.
    pub(crate) fn note(&mut self, place: usize, looked: Looked) {
        match looked {
            Ok(node) => {
                self.nodes[place] = Some(node);
                self.errors[place] = None;
            }
            Err(why) => self.errors[place] = Some(why),
        }
    }

    pub(crate) fn node(&self, place: usize) -> Option<&Node> {
        self.nodes[place].as_ref()
    }

    pub(crate) fn error(&self, place: usize) -> Option<&str> {
        self.errors[place].as_deref()
    }

    /// Returns whether the program is to end.
    pub(crate) fn press(&mut self, key: KeyEvent) -> bool {
        let count = self.names.len();
        match key.code {
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => return true,
            KeyCode::Char('q') | KeyCode::Esc => return true,
            KeyCode::Tab | KeyCode::Right => self.show((self.shown + 1) % count),
            KeyCode::BackTab | KeyCode::Left => self.show((self.shown + count - 1) % count),
            KeyCode::Down | KeyCode::Char('j') => self.scrolled = self.scrolled.saturating_add(1),
            KeyCode::Up | KeyCode::Char('k') => self.scrolled = self.scrolled.saturating_sub(1),
            KeyCode::PageDown => self.scrolled = self.scrolled.saturating_add(20),
            KeyCode::PageUp => self.scrolled = self.scrolled.saturating_sub(20),
            KeyCode::Home => self.scrolled = 0,
            KeyCode::Char('i') => self.hides_idle = !self.hides_idle,
            _ => {}
        }
        false
    }

    fn show(&mut self, place: usize) {
        self.shown = place;
        self.scrolled = 0;
    }
}
