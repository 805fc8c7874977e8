// What does each key do in the grid? Letters and digits act only while a cell has focus, and can be switched off in Settings.
import { cellOf, mayRecord, placeOf, readScore, say, scaleOf, singleKeys, table, targetName, words, nameOf, LEFT } from "./page.js";
import * as move from "./move.js";
import * as panel from "./panel.js";
import { lastTyped, record, undo } from "./save.js";

const KINDS = { t: "not_taught", m: "missing", e: "exempt" };
const JUST_NOW = 3000;
let kindNext = false; // after X the next key says which kind of "no score"
let just = null; // the cells scored by the last key, for a half step right after it

export const moving = {
  get: () => localStorage.getItem("cairn-moving") || "down",
  set: (value) => localStorage.setItem("cairn-moving", value),
};

function onward() {
  const way = moving.get();
  if (way === "down") move.step(1, 0);
  if (way === "right") move.step(0, 1);
}

function give(cells, score) {
  const scores = cells.map(placeOf).filter(Boolean).map(({ student, target }) => ({ student, target, ...score }));
  if (!scores.length) return;
  record(scores);
  just = { scores, at: Date.now() };
  if (cells.length === 1) onward();
}

// Half a step up: right after a score it completes it, else it is half a step above the level that stands there.
function half() {
  const fresh = just && Date.now() - just.at < JUST_NOW;
  const places = fresh ? just.scores : move.selected().map(placeOf).filter(Boolean);
  const scores = [];
  for (const { student, target } of places) {
    const th = table().querySelector(`th.tg[data-t="${target}"]`);
    const scale = scaleOf(th);
    const td = fresh ? null : cellOf(student, target);
    const now = fresh ? lastTyped(student, target)?.value : td.querySelector(".c")?.firstChild?.textContent;
    const level = now && readScore(scale, now);
    const value = level && scale.half && !level.includes("½") ? readScore(scale, `${level}½`) : null;
    if (value) scores.push({ student, target, value });
  }
  just = null;
  if (!scores.length) return false;
  record(scores);
  if (!fresh && scores.length === 1) onward();
  return true;
}

function character(event) {
  const key = event.key.toLowerCase();
  const cells = move.selected();
  const here = cells[0] && placeOf(cells[0]);
  if (kindNext) {
    kindNext = false;
    if (key in KINDS && mayRecord) return give(cells, { no_score: KINDS[key] }), true;
  }
  if (mayRecord && here) {
    const pressed = event.shiftKey && /^Digit\d$/.test(event.code) ? event.code.at(-1) : key;
    const step = scaleOf(here.th).steps.find((one) => one.key === pressed);
    if (step) return give(cells, { value: step.text }), true;
    if (key === "h" || key === ".") return half();
    if (key === "x") return askKind();
    if (key === "c") return panel.open(here.student, here.target, { comment: true }), true;
  }
  if (key === "e" && mayRecord) return enter(), true;
  if (key === "?") return document.getElementById("keys").showModal(), true;
  return false;
}

function askKind() {
  kindNext = true;
  const line = document.getElementById("saved");
  if (line) line.textContent = words("kind");
  say(words("kind"));
  return true;
}

function onKey(event) {
  const { key, shiftKey: extend } = event;
  const control = event.ctrlKey || event.metaKey;
  let done = true;
  if (event.altKey) return;
  if (key === "ArrowDown") move.step(1, 0, { extend });
  else if (key === "ArrowUp") move.step(-1, 0, { extend });
  else if (key === "ArrowRight") move.step(0, 1, { extend });
  else if (key === "ArrowLeft") move.step(0, -1, { extend });
  else if (key === "PageDown") move.step(10, 0, { extend });
  else if (key === "PageUp") move.step(-10, 0, { extend });
  else if (key === "Home" || key === "End") move.jump(key, control);
  else if (key === "Enter") openHere();
  else if (key === "Escape") move.clear(), (kindNext = false), panel.close();
  else if (control && key.toLowerCase() === "z" && mayRecord) undo();
  else if (key === "Delete" && mayRecord) done = askKind();
  else if (!control && key.length === 1 && singleKeys()) done = character(event);
  else done = false;
  if (done) event.preventDefault();
  if (!/^[0-9h.]$/i.test(key) && key !== "Shift") just = null;
}

function openHere() {
  const cell = move.cursor();
  const at = cell && placeOf(cell);
  if (at) panel.open(at.student, at.target, { focus: true });
  else cell?.querySelector("a")?.click();
}

// Enter scores: the first student of the largest group, on what comes next for them.
export function enter() {
  const bodies = [...table().tBodies].filter((body) => body.dataset.n);
  const body = bodies.sort((a, b) => b.querySelectorAll("tr[data-s]").length - a.querySelectorAll("tr[data-s]").length)[0];
  const th = body && table().querySelector(`th.tg[data-t="${body.dataset.n}"]`);
  const row = (body || table()).querySelector("tr[data-s]");
  move.clear();
  move.place(th ? cellOf(row.dataset.s, th.dataset.t) : row?.cells[LEFT]);
}

function onCopy(event) {
  if (!table()?.contains(document.activeElement)) return;
  const lines = new Map();
  for (const td of move.selected()) {
    const text = td.querySelector(".c")?.firstChild?.textContent.trim() || "";
    const row = td.parentElement;
    lines.set(row, [...(lines.get(row) || []), text === "·" ? "" : text]);
  }
  event.clipboardData.setData("text/plain", [...lines.values()].map((cells) => cells.join("\t")).join("\n"));
  event.preventDefault();
  say(words("copied"));
}

// Paste: a look at what goes where, first.
function onPaste(event) {
  if (!mayRecord || !table()?.contains(document.activeElement)) return;
  event.preventDefault();
  const lines = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  const cells = move.block(lines.length, Math.max(...lines.map((line) => line.length)));
  const scores = [];
  const dialog = document.getElementById("paste");
  const body = dialog.querySelector("tbody");
  body.replaceChildren();
  let bad = "";
  lines.forEach((line, i) =>
    line.forEach((typed, j) => {
      const at = cells[i][j] && placeOf(cells[i][j]);
      if (!typed.trim() || !at) return;
      const value = readScore(scaleOf(at.th), typed);
      if (value) scores.push({ student: at.student, target: at.target, value });
      else bad ||= words("not-on-scale", { typed: typed.trim() });
      const row = body.insertRow();
      for (const text of [nameOf(at.student), targetName(at.th), value || `${typed.trim()} ✗`]) row.insertCell().textContent = text;
    }),
  );
  const problem = dialog.querySelector(".problem");
  problem.hidden = !bad;
  problem.textContent = bad;
  dialog.querySelector("[data-paste-yes]").disabled = !scores.length;
  dialog.querySelector("[data-paste-yes]").onclick = () => {
    dialog.close();
    record(scores, { again: false });
    move.place(move.cursor());
  };
  dialog.showModal();
}

export function start() {
  document.addEventListener("keydown", (event) => {
    if (table()?.contains(event.target)) return onKey(event);
    if (event.key === "Escape" && event.target.closest("#panel")) return panel.back();
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName) || event.target.closest("dialog");
    const control = event.ctrlKey || event.metaKey;
    if (typing || event.altKey) return;
    if (control && event.key.toLowerCase() === "z" && mayRecord && table()) event.preventDefault(), undo();
    else if (!control && singleKeys() && table() && event.key === "?") document.getElementById("keys").showModal();
    else if (!control && singleKeys() && table() && mayRecord && event.key.toLowerCase() === "e") event.preventDefault(), enter();
  });
  document.addEventListener("copy", onCopy);
  document.addEventListener("paste", onPaste);
}

