// What do all parts of the class grid share? The page's element, its words, its table, and how the server is asked.
export const root = document.getElementById("grid-page");
export const url = root.dataset.url;
export const mayRecord = root.dataset.record === "1";
const spoken = document.getElementById("grid-words").dataset;

export const part = () => document.getElementById("grid-part");
export const table = () => document.getElementById("grid");
export const query = () => new URLSearchParams(part().dataset.query.slice(1));
export const singleKeys = () => document.body.dataset.keys === "on";
export const state = { get version() { return part().dataset.version; }, set version(v) { part().dataset.version = v; } };

export function words(name, values = {}) {
  const key = name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase()); // as dataset writes data-not-yours
  return (spoken[key] || "").replace(/\{(\w+)\}/g, (whole, word) => (word in values ? values[word] : whole));
}

export const say = (text) => window.cairn.say(text);

// Rows and columns. The first three columns are the name, the targets met and the last evidence.
export const LEFT = 3;
export const rows = () => [...table().querySelectorAll("tbody tr[data-s]")];
export const rowOf = (student) => table()?.querySelector(`tr[data-s="${student}"]`);
export const headings = () => [...table().querySelectorAll("th.tg")];
export const columnOf = (target) => headings().findIndex((th) => th.dataset.t === target);
export const nameOf = (student) => rowOf(student)?.cells[0].textContent.trim() || "";
export const targetName = (th) => th.title || th.textContent.trim();

export function cellOf(student, target) {
  const place = columnOf(target);
  return place < 0 ? null : rowOf(student)?.cells[place + LEFT] || null;
}

export function placeOf(td) {
  const th = headings()[td.cellIndex - LEFT];
  const row = td.closest("tr[data-s]");
  return th && row ? { student: row.dataset.s, target: th.dataset.t, th, row } : null;
}

export function scaleOf(th) {
  return JSON.parse(part().dataset.scales)[Number(th.dataset.f)];
}

// The text of a score as it is drawn before the server answers: its number, its color, its word.
export function drawn(scale, text) {
  const whole = text.replace("½", "") || "0";
  const step = scale.steps.findLast((one) => one.text === text) || scale.steps.findLast((one) => one.text === whole);
  const cell = document.createElement("i");
  cell.className = `c l${step ? step.fill : 1}${text.includes("½") ? " h" : ""}`;
  cell.textContent = text;
  const hidden = document.createElement("span");
  hidden.className = "vh";
  hidden.textContent = ` ${step ? step.word : ""}`;
  cell.append(hidden);
  return cell;
}

// Which score does this text mean on this scale? null when none. The server asks again.
export function readScore(scale, typed) {
  const text = typed.trim().replace(/^(\d+) ?1\/2$/, "$1½").replace(/^½$/, "0½");
  if (!scale.numeric) {
    const step = scale.steps.find((one) => [one.text, one.word, one.key].some((t) => t.toLowerCase() === text.toLowerCase()));
    return step ? step.text : null;
  }
  const match = /^(\d+)(?:[.,](\d+)|(½))?$/.exec(text);
  if (!match) return null;
  const value = Number(match[1]) + (match[3] ? 0.5 : Number(`0.${match[2] || 0}`));
  if (value < scale.low || value > scale.high || value % (scale.half ? 0.5 : 1)) return null;
  return value % 1 ? `${Math.floor(value) || ""}½` : String(value);
}

// Ask the server. Throws on a lost connection; `status` says the rest.
export async function ask(path, { method = "GET", body, headers = {} } = {}) {
  const all = { "HX-Request": "true", ...headers };
  if (body !== undefined) Object.assign(all, { "Content-Type": "application/json", "X-CSRFToken": root.dataset.csrf });
  const answer = await fetch(path, {
    method,
    headers: all,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
    credentials: "same-origin",
  });
  return answer;
}

// What a change's address says of how this page is drawn.
export function liveQuery() {
  const params = query();
  params.set("v", state.version);
  params.set("since", root.dataset.since);
  return params;
}
