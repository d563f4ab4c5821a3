"use strict";
// Everything from the node is inserted as text: names and failures are anybody's.

const byId = (id) => document.getElementById(id);
const collapsed = new Set();
const opened = new Set();
const rows = new Map();
let recorded = [];
// What stands before the paths of the node that is looked at.
let base = "";
// How many messages are shown of a worker that is recorded.
const MAX_SHOWN_MESSAGES = 20;
// How many waits are drawn.
const MAX_DRAWN = 60;
let token = sessionStorage.getItem("token");
let shown = null;
let chosen = null;
let isLooking = false;

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// Only what has changed is touched, so that a selection in the page stays.
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function mark(element, className) {
  if (element.className !== className) element.className = className;
}

function time(millis) {
  if (millis < 10000) return (millis / 1000).toFixed(1) + " s";
  const seconds = Math.floor(millis / 1000);
  if (seconds < 120) return seconds + " s";
  return Math.floor(seconds / 60) + " min " + (seconds % 60) + " s";
}

// Those that something is wrong with themselves.
function culprits(node) {
  const own = node.findings.filter((finding) => finding.kind !== "waits");
  return new Set(own.map((finding) => finding.address));
}

// How bad a worker is: 0, 1 (look at it) or 2 (it has a finding).
function severity(worker, blamed) {
  if (blamed.has(worker.address)) return 2;
  const odd = worker.state === "resting" || worker.recent_restarts > 0 || worker.is_filling;
  return odd || worker.is_stopping ? 1 : 0;
}

// The workers under their supervisors, in the order in which they came.
function tree(workers) {
  const nodes = new Map(workers.map((worker) => [worker.address, { worker, children: [] }]));
  const roots = [];
  for (const node of nodes.values()) {
    const parent = nodes.get(node.worker.supervisor);
    if (parent && parent !== node) parent.children.push(node);
    else roots.push(node);
  }
  return roots;
}

// Notes how bad each node is, and what is below it.
function judge(node, blamed) {
  node.severity = severity(node.worker, blamed);
  node.worst = 0;
  node.badBelow = 0;
  for (const child of node.children) {
    judge(child, blamed);
    node.worst = Math.max(node.worst, child.severity, child.worst);
    node.badBelow += child.badBelow + (child.severity > 0 ? 1 : 0);
  }
}

function isWanted(node, text, noIdle) {
  const { worker } = node;
  const isIdle = node.severity === 0 && worker.queued === 0 && ["waiting", "open"].includes(worker.state);
  const has = [...worker.addresses, worker.message, worker.state].some((it) => it.toLowerCase().includes(text));
  return (has && !(noIdle && isIdle)) || node.children.some((child) => isWanted(child, text, noIdle));
}

function flatten(nodes, depth, filter, list) {
  for (const node of nodes) {
    if (!isWanted(node, filter.text, filter.noIdle)) continue;
    list.push({ node, depth });
    if (!collapsed.has(node.worker.address)) flatten(node.children, depth + 1, filter, list);
  }
  return list;
}

function toggle(set, address) {
  if (!set.delete(address)) set.add(address);
  draw();
}

function newRow(address) {
  const row = { tr: make("tr") };
  const cell = (className, unit) => {
    const td = make("td", className);
    if (unit) td.dataset.unit = unit;
    row.tr.append(td);
    return td;
  };
  const worker = cell();
  const line = make("div", "worker");
  row.line = line;
  row.toggle = make("button", "toggle leaf");
  row.toggle.type = "button";
  row.toggle.setAttribute("aria-label", "children of " + address);
  row.toggle.addEventListener("click", () => toggle(collapsed, address));
  row.name = make("button", "name", address);
  row.name.type = "button";
  row.name.addEventListener("click", () => toggle(opened, address));
  row.below = make("span", "below");
  line.append(row.toggle, row.name, row.below);
  row.details = make("div", "details");
  worker.append(line, row.details);
  row.state = make("span");
  cell().append(row.state);
  row.message = cell("wide faint");
  const mailbox = make("div", "mailbox");
  row.level = make("div", "level");
  row.level.append(make("span"));
  row.queued = make("span");
  mailbox.append(row.level, row.queued);
  cell().append(mailbox);
  row.spark = spark();
  cell("wide").append(row.spark);
  row.handled = cell("figure", "handled");
  row.rate = cell("figure", "/s");
  row.restarts = make("span");
  cell("figure", "restarts").append(row.restarts);
  return row;
}

function spark() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "spark");
  svg.setAttribute("viewBox", "0 0 59 10");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "polyline"));
  return svg;
}

function drawSpark(svg, history) {
  const most = Math.max(1, ...history);
  const first = 60 - history.length;
  const points = history.map((queued, at) => first + at + "," + (9.5 - (9 * queued) / most).toFixed(2));
  const text = points.join(" ");
  if (svg.firstChild.getAttribute("points") === text) return;
  svg.firstChild.setAttribute("points", text);
  svg.setAttribute("aria-label", history.length ? "messages in the mailbox, at most " + most : "no messages");
}

function stateOf(worker, slowAfter) {
  let text = worker.waits_for === null ? worker.state : "waits for " + worker.waits_for;
  let className = "faint";
  if (worker.busy_ms !== null) {
    if (worker.busy_ms >= 1000) text += " for " + time(worker.busy_ms);
    const slow = worker.waits_for === null ? "bad" : "warn";
    className = worker.busy_ms >= slowAfter ? slow : "good";
  }
  if (worker.blocks_for_ms !== null) text += ", blocks its thread";
  if (worker.state === "resting") className = "warn";
  if (worker.is_stopping) text += ", stopping";
  return { text, className };
}

function nanos(value) {
  if (value === null) return "…";
  if (value < 1e6) return (value / 1e3).toFixed(1) + " µs";
  return value < 1e9 ? (value / 1e6).toFixed(1) + " ms" : time(value / 1e6);
}

function timesOf(what, times) {
  if (times === null || times.count === 0) return [];
  return [what + ": p50 " + nanos(times.p50_ns) + ", p99 " + nanos(times.p99_ns) + ", at most " + nanos(times.max_ns)];
}

// The last messages of a worker that is recorded, the newest first.
function recordedOf(worker) {
  const found = recorded.find((it) => worker.addresses.includes(it.address));
  const lines = found ? found.messages.slice(-MAX_SHOWN_MESSAGES).toReversed() : [];
  return lines.map((it) => {
    const waited = it.waited_ns === null ? "" : ", waited " + nanos(it.waited_ns);
    const took = it.took_ns === null ? "" : ", took " + nanos(it.took_ns);
    const failure = it.failure === null ? "" : ": " + it.failure;
    const from = " from " + (it.from ?? "somebody who has gone");
    return "#" + it.number + from + ", " + time(it.ago_ms) + " ago" + waited + took + ", " + it.end.replace("_", " ") + failure;
  });
}

function detailsOf(worker) {
  const parts = [];
  if (worker.addresses.length > 1) parts.push("also at " + worker.addresses.slice(1).join(", "));
  parts.push(worker.kind + " of " + worker.message);
  parts.push("failures: " + worker.failures);
  parts.push("incarnation: " + worker.incarnation);
  if (worker.supervisor) parts.push("supervisor: " + worker.supervisor);
  parts.push(...timesOf("handlers", worker.handler_times), ...timesOf("waits", worker.mailbox_times));
  if (worker.last_failure !== null) parts.push("last failure: " + worker.last_failure);
  return [parts.join("; "), ...recordedOf(worker)].join("\n");
}

function drawRow(row, node, depth, slowAfter) {
  const { worker } = node;
  mark(row.tr, worker.address === chosen ? "chosen" : "");
  row.line.style.paddingLeft = Math.min(depth, 12) * 1.2 + "rem";
  const isCollapsed = collapsed.has(worker.address);
  mark(row.toggle, node.children.length ? "toggle" : "toggle leaf");
  say(row.toggle, isCollapsed ? "▸" : "▾");
  row.toggle.setAttribute("aria-expanded", String(!isCollapsed));
  mark(row.name, "name " + ["", "warn", "bad"][node.severity]);
  const hidden = isCollapsed && node.badBelow > 0;
  say(row.below, hidden ? "● " + node.badBelow + " below" : "");
  mark(row.below, node.worst > 1 ? "below" : "below warn");
  const isOpen = opened.has(worker.address);
  row.details.hidden = !isOpen;
  if (isOpen) say(row.details, detailsOf(worker));
  const state = stateOf(worker, slowAfter);
  say(row.state, state.text);
  mark(row.state, state.className);
  say(row.message, worker.message);
  const part = worker.capacity ? Math.min(1, worker.queued / worker.capacity) : 0;
  mark(row.level, "level" + (part >= 0.8 ? " bad" : part >= 0.5 || worker.is_filling ? " warn" : ""));
  row.level.firstChild.style.width = (part * 100).toFixed(1) + "%";
  say(row.queued, worker.queued + "/" + worker.capacity);
  drawSpark(row.spark, worker.queued_history);
  say(row.handled, String(worker.handled));
  say(row.rate, worker.handled_per_second.toFixed(1));
  say(row.restarts, String(worker.restarts));
  mark(row.restarts, worker.recent_restarts > 0 ? "warn" : worker.restarts > 0 ? "" : "faint");
}

function drawWorkers(node) {
  const blamed = culprits(node);
  const roots = tree(node.workers);
  roots.forEach((root) => judge(root, blamed));
  const filter = { text: byId("filter").value.trim().toLowerCase(), noIdle: byId("no-idle").checked };
  const list = flatten(roots, 0, filter, []);
  const body = byId("rows");
  const known = new Set(node.workers.map((worker) => worker.address));
  for (const set of [collapsed, opened]) for (const it of set) if (!known.has(it)) set.delete(it);
  const drawn = new Set(list.map((it) => it.node.worker.address));
  for (const [address, row] of rows) {
    if (drawn.has(address)) continue;
    row.tr.remove();
    rows.delete(address);
  }
  let next = body.firstChild;
  for (const { node: one, depth } of list) {
    const { address } = one.worker;
    if (!rows.has(address)) rows.set(address, newRow(address));
    const row = rows.get(address);
    drawRow(row, one, depth, node.slow_after_ms);
    if (row.tr === next) next = next.nextSibling;
    else body.insertBefore(row.tr, next);
  }
  const leftOut = node.workers_total - node.workers.length;
  say(byId("left-out"), leftOut > 0 ? leftOut + " more are idle, and left out" : "");
}

function choose(address) {
  chosen = address;
  const parents = new Map(shown.workers.map((worker) => [worker.address, worker.supervisor]));
  // Bounded, whatever the node says.
  for (let it = parents.get(address), depth = 0; it && depth < 1000; it = parents.get(it), depth += 1) {
    collapsed.delete(it);
  }
  byId("filter").value = "";
  opened.add(address);
  draw();
  const row = rows.get(address);
  if (row) row.tr.scrollIntoView({ block: "center" });
}

function drawList(list, items, draw) {
  const key = JSON.stringify(items);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...items.map(draw));
}

function drawFindings(node) {
  const none = { kind: "none", address: null, text: "nothing found" };
  const items = node.findings.length ? node.findings : [none];
  drawList(byId("findings"), items, (finding) => {
    const item = make("li", ["none", "waits"].includes(finding.kind) ? finding.kind : "");
    if (finding.kind !== "none") item.append(make("strong", "", finding.kind.replace("_", " ")), " ");
    if (finding.address !== null) {
      const button = make("button", "name", finding.address);
      button.type = "button";
      button.addEventListener("click", () => choose(finding.address));
      item.append(button, " ");
    }
    item.append(finding.text);
    return item;
  });
}

function event(at, text) {
  const item = make("li");
  item.append(make("time", "", new Date(at).toLocaleTimeString()), text);
  return item;
}

function drawEvents(node) {
  const dead = node.dead_letters.recent.toReversed();
  drawList(byId("dead"), dead, (it) => {
    const types = it.types ? " (" + it.types + ")" : "";
    return event(it.seen_at_ms, it.messages + " for " + (it.address ?? "nobody known") + types + ": " + it.reason);
  });
  const denied = node.denials.recent.toReversed();
  drawList(byId("denied"), denied, (it) => event(it.seen_at_ms, "from " + it.from + " to " + it.to));
}

function drawConnections(node) {
  byId("connections-part").hidden = node.connections_total === 0;
  const leftOut = node.connections_total - node.connections.length;
  say(byId("connections-left-out"), leftOut > 0 ? leftOut + " more are left out" : "");
  drawList(byId("connections"), node.connections, (it) => {
    const row = make("tr");
    const cell = (className, text, unit) => {
      const td = make("td", className, text);
      if (unit) td.dataset.unit = unit;
      row.append(td);
    };
    cell("name", it.address);
    cell("", it.peer);
    const state = { connected: "good", lost: "bad" }[it.state] ?? "faint";
    cell(state, it.state);
    cell("figure", String(it.queued_bytes), "bytes queued");
    cell("figure", String(it.in_flight), "in flight");
    cell("figure", String(it.open_asks), "asks");
    cell("figure" + (it.without_credit > 0 ? " warn" : ""), String(it.without_credit), "without credit");
    return row;
  });
}

function svg(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// How many arrows there are from each address to the end, as far as that is drawn.
function ranksOf(edges) {
  const next = new Map(edges);
  const ranks = new Map();
  for (const start of next.keys()) {
    const way = [];
    let at = start;
    // A way through a thousand workers would not fit; nor does one in a circle.
    while (next.has(at) && !ranks.has(at) && !way.includes(at) && way.length < MAX_DRAWN) {
      way.push(at);
      at = next.get(at);
    }
    if (!ranks.has(at)) ranks.set(at, 0);
    way.reverse().forEach((address, far) => {
      if (!ranks.has(address)) ranks.set(address, ranks.get(at) + far + 1);
    });
  }
  return ranks;
}

// Who waits for whom, from right to left. Whoever holds all others up is on the left.
function drawWaits(node) {
  const waiters = node.workers.filter((worker) => worker.waits_for !== null);
  byId("waits-part").hidden = waiters.length === 0;
  say(byId("waits-left-out"), waiters.length > MAX_DRAWN ? waiters.length - MAX_DRAWN + " more are left out" : "");
  const edges = waiters.slice(0, MAX_DRAWN).map((worker) => [worker.address, worker.waits_for]);
  const picture = byId("waits");
  const key = JSON.stringify([edges, node.findings.map((finding) => finding.address)]);
  if (picture.dataset.key === key) return;
  picture.dataset.key = key;
  const ranks = ranksOf(edges);
  const blamed = culprits(node);
  const most = Math.max(0, ...ranks.values());
  const [width, height, gap] = [170, 26, 44];
  const heights = new Map();
  const places = new Map();
  for (const [address, rank] of ranks) {
    const line = heights.get(rank) ?? 0;
    heights.set(rank, line + 1);
    places.set(address, { x: rank * (width + gap) + 1, y: line * (height + 10) + 1 });
  }
  const size = [(most + 1) * (width + gap) - gap + 2, Math.max(0, ...heights.values()) * (height + 10)];
  picture.setAttribute("viewBox", "0 0 " + size.join(" "));
  picture.setAttribute("width", size[0]);
  picture.setAttribute("height", size[1]);
  const arrow = svg("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto" });
  arrow.append(svg("path", { d: "M0 0 L8 4 L0 8 z" }));
  const drawn = [arrow];
  for (const [from, to] of edges) {
    const [a, b] = [places.get(from), places.get(to)];
    const ends = { x1: a.x, y1: a.y + height / 2, x2: b.x + width, y2: b.y + height / 2 };
    drawn.push(svg("line", { ...ends, "marker-end": "url(#arrow)" }));
  }
  for (const [address, { x, y }] of places) {
    const box = svg("g", { class: blamed.has(address) ? "blamed" : "" });
    const title = svg("title", {});
    title.textContent = address;
    const text = svg("text", { x: x + 8, y: y + 17 });
    text.textContent = address.length > 20 ? address.slice(0, 19) + "…" : address;
    box.append(title, svg("rect", { x, y, width, height, rx: 4 }), text);
    drawn.push(box);
  }
  picture.replaceChildren(...drawn);
  const said = edges.map(([from, to]) => from + " waits for " + to);
  picture.setAttribute("aria-label", said.join("; "));
}

function drawFigures(node) {
  const queued = node.workers.reduce((sum, worker) => sum + worker.queued, 0);
  const figures = [
    ["workers", node.workers_total],
    ["queued", queued],
    ["connections", node.connections_total],
    ["dead letters", node.dead_letters.total],
    ["denials", node.denials.total],
  ];
  drawList(byId("figures"), figures, ([name, value]) => {
    const pair = make("div");
    pair.append(make("dt", "", name), make("dd", "", String(value)));
    return pair;
  });
}

function draw() {
  if (!shown) return;
  say(byId("name"), shown.name + (shown.is_stopping ? " (stopping)" : ""));
  const found = shown.findings.length;
  document.title = (found ? "(" + found + ") " : "") + shown.name;
  say(byId("health"), found ? found + (found === 1 ? " finding" : " findings") : "nothing found");
  mark(byId("health"), found ? "bad" : "good");
  drawFigures(shown);
  drawFindings(shown);
  drawWaits(shown);
  drawWorkers(shown);
  drawConnections(shown);
  drawEvents(shown);
}

function askForToken(isWrong) {
  byId("token-form").hidden = false;
  byId("token-wrong").hidden = !isWrong;
  byId("main").hidden = true;
  say(byId("health"), "needs a token");
  mark(byId("health"), "warn");
}

// Lets one choose the node, if there are several.
function listNodes(nodes) {
  byId("nodes-part").hidden = nodes.length < 2;
  for (const node of nodes) {
    const option = make("option", "", node.name);
    option.value = node.path;
    byId("nodes").append(option);
  }
}

// Returns whether it is of use to look again.
async function look() {
  const of = base;
  const options = () => ({
    headers: token ? { Authorization: "Bearer " + token } : {},
    signal: AbortSignal.timeout(7000),
  });
  const answer = await fetch(of + "api/node", options());
  if (answer.status === 401) {
    askForToken(token !== null);
    return false;
  }
  if (byId("nodes").childElementCount === 0) listNodes(await (await fetch("api/nodes", options())).json());
  if (!answer.ok) throw new Error(answer.status === 502 ? await answer.text() : "status " + answer.status);
  const seen = await answer.json();
  if (of !== base) return true;
  shown = seen;
  if (opened.size > 0) recorded = await (await fetch(of + "api/recorded", options())).json();
  document.body.classList.remove("stale");
  byId("token-form").hidden = true;
  byId("main").hidden = false;
  draw();
  return true;
}

async function lookAgainAndAgain() {
  if (isLooking) return;
  isLooking = true;
  while (isLooking) {
    try {
      if (!document.hidden) isLooking = await look();
    } catch (error) {
      document.body.classList.add("stale");
      say(byId("health"), error.message.startsWith("the node") ? error.message.trim() : "not reachable");
      mark(byId("health"), "bad");
    }
    const interval = Math.max(500, shown ? shown.interval_ms : 1000);
    await new Promise((done) => setTimeout(done, interval));
  }
}

byId("token-form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  token = byId("token").value.trim();
  byId("token").value = "";
  // Nothing else can stand in the header.
  if (!/^[\x21-\x7e]+$/.test(token)) return askForToken(true);
  sessionStorage.setItem("token", token);
  lookAgainAndAgain();
});
byId("nodes").addEventListener("change", () => {
  base = byId("nodes").value;
  shown = null;
  recorded = [];
  opened.clear();
  collapsed.clear();
  document.body.classList.add("stale");
  say(byId("health"), "not looked yet");
  look().catch(() => {});
});
byId("filter").addEventListener("input", draw);
byId("no-idle").addEventListener("change", draw);
byId("expand").addEventListener("click", () => {
  collapsed.clear();
  draw();
});
byId("collapse").addEventListener("click", () => {
  for (const worker of shown ? shown.workers : []) collapsed.add(worker.address);
  draw();
});
lookAgainAndAgain();
