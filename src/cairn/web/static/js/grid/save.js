// How is a typed score kept until it is saved? In this browser's storage under its own key, so it is never lost and never
// counted twice; then it is sent, and sent again until the server answers. And how is it taken back?
import { ask, cellOf, columnOf, drawn, headings, liveQuery, nameOf, root, say, scaleOf, state, targetName, url, words } from "./page.js";
import { take } from "./effort.js";
import { keepWaiting, repaint } from "./repaint.js";

const STORE = `cairn-unsaved:${root.dataset.me}:${url}`;
const SEND = 200;
const STEPS = 20;
const CORRECTS_WITHIN = 60_000; // typed again in the same cell within a minute: a correction
let queue = load();
let flying = [];
let timer = 0;
let pause = 2000;
let stopped = false;
const steps = []; // what can be undone, the newest last
const typed = new Map(); // "student target" -> the last own entry there in this visit
const showing = []; // listeners of the number of steps
let trouble = null;

function load() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) || [];
  } catch {
    return [];
  }
}

function store() {
  try {
    if (queue.length) localStorage.setItem(STORE, JSON.stringify(queue));
    else localStorage.removeItem(STORE);
  } catch {
    /* no storage in this browser: the scores wait in memory */
  }
}

const uuid = () => {
  // randomUUID needs a secure context; a district may serve plain http inside its own network.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
};
const place = (one) => `${one.student} ${one.target}`;

keepWaiting((student, column) => {
  const target = headings()[column]?.dataset.t;
  return queue.some((one) => one.student === student && one.target === target);
});
export const onSteps = (listener) => showing.push(listener);
export const onTrouble = (listener) => (trouble = listener);
export const lastTyped = (student, target) => typed.get(`${student} ${target}`);
const told = () => showing.forEach((listener) => listener(steps.length));

// Record scores: [{student, target, value | no_score, comment, title, shown_on, mark}]. One call is one step of undo.
export function record(scores, { again = true } = {}) {
  const now = new Date();
  const step = [];
  const took = take(scores.length);
  for (const score of scores) {
    const entry = { at: now.toISOString(), ...took, ...score, key: uuid() };
    const before = typed.get(place(entry));
    let old = null;
    if (!entry.mark && !entry.corrects && again && before && now - before.when < CORRECTS_WITHIN) {
      old = before;
      entry.corrects = before.key;
      entry.comment ??= before.comment;
      entry.title ??= before.title;
      entry.shown_on ??= before.shown_on;
    }
    const td = cellOf(entry.student, entry.target);
    step.push({ entry, old, html: td?.innerHTML });
    typed.set(place(entry), { ...entry, when: now.getTime() });
    queue.push(entry);
    pend(entry);
  }
  steps.push(step);
  if (steps.length > STEPS) steps.shift();
  told();
  store();
  send();
}

function pend(entry) {
  const td = cellOf(entry.student, entry.target);
  if (!td) return;
  const th = headings()[columnOf(entry.target)];
  if (entry.value) td.replaceChildren(drawn(scaleOf(th), entry.value));
  td.classList.remove("refused", "late");
  td.classList.add("pend");
}

export function paintWaiting() {
  for (const entry of queue) pend(entry);
  status();
}

export async function send() {
  if (flying.length || !queue.length || stopped) return status();
  flying = queue.slice(0, SEND);
  clearTimeout(timer);
  status();
  try {
    const answer = await ask(`${url}/scores?${liveQuery()}`, { method: "POST", body: { v: state.version, entries: flying } });
    if (answer.status === 401) return refuse("signed-out");
    if (answer.status === 403 || answer.status === 404) return refuse("not-yours");
    if (!answer.ok) throw new Error(String(answer.status));
    taken(await answer.json());
  } catch {
    flying = [];
    for (const entry of queue) cellOf(entry.student, entry.target)?.classList.add("late");
    timer = setTimeout(send, pause);
    pause = Math.min(pause * 2, 30_000);
    status();
  }
}

function refuse(why) {
  flying = [];
  stopped = true; // trying again would not help; the scores stay in the browser
  status(words(why));
}

function taken(answer) {
  const sent = flying;
  const done = new Set([...answer.saved, ...Object.keys(answer.refused)]);
  flying = [];
  pause = 2000;
  queue = queue.filter((one) => !done.has(one.key));
  store();
  for (const one of sent) cellOf(one.student, one.target)?.classList.remove("pend", "late");
  repaint(answer, { mine: true });
  for (const one of sent) if (one.key in answer.refused) refusedCell(one, answer.refused[one.key]);
  const saved = sent.filter((one) => answer.saved.includes(one.key));
  if (saved.length === 1) {
    const [one] = saved;
    const td = cellOf(one.student, one.target);
    const th = headings()[columnOf(one.target)];
    say(words("said", { student: nameOf(one.student), target: th ? targetName(th) : "", level: td ? td.textContent.trim() : "" }));
  } else if (saved.length) say(words("said-many", { n: saved.length }));
  status(null, saved.length > 0);
  send();
}

function refusedCell(one, reason) {
  for (const step of steps) {
    const made = step.find((each) => each.entry.key === one.key);
    const td = cellOf(one.student, one.target);
    if (made && td) {
      td.innerHTML = made.html;
      td.classList.add("refused");
      td.title = words("refused", { reason });
    }
  }
  for (let i = steps.length - 1; i >= 0; i -= 1) {
    steps[i] = steps[i].filter((each) => each.entry.key !== one.key);
    if (!steps[i].length) steps.splice(i, 1);
  }
  typed.delete(place(one));
  told();
  trouble?.(`${nameOf(one.student)}: ${words("refused", { reason })}`);
}

let savedAt = "";
function status(message = null, saved = false) {
  const line = document.getElementById("saved");
  const bar = line?.parentElement;
  if (!line) return;
  if (saved) savedAt = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
  const late = queue.some((one) => !flying.includes(one)) && !flying.length;
  bar.classList.toggle("late", Boolean(message) || late);
  if (message) {
    line.textContent = message;
    if (message === words("signed-out")) {
      const link = Object.assign(document.createElement("a"), { href: `/signin?next=${encodeURIComponent(url)}`, textContent: words("sign-in") });
      line.append(" ", link);
    }
    say(message);
  } else if (flying.length) line.textContent = words("saving");
  else if (late) {
    line.textContent = words(queue.length === 1 ? "unsaved-1" : "unsaved", { n: queue.length });
    say(line.textContent);
  } else line.textContent = savedAt ? words("saved", { time: savedAt }) : "";
}

// Take the newest step back: what is not sent yet leaves the queue, what is saved is withdrawn.
export async function undo() {
  const step = steps.pop();
  if (!step) return;
  told();
  const waiting = new Set(queue.filter((one) => !flying.includes(one)).map((one) => one.key));
  const withdraw = [];
  for (const { entry, old, html } of step) {
    typed.delete(place(entry));
    if (waiting.has(entry.key)) {
      queue = queue.filter((one) => one.key !== entry.key);
      const td = cellOf(entry.student, entry.target);
      if (td) td.innerHTML = html;
      td?.classList.remove("pend", "late");
      if (old) typed.set(place(old), old);
    } else {
      // What a withdrawn correction had replaced stands again.
      withdraw.push(entry.key);
      if (old) typed.set(place(old), old);
    }
  }
  store();
  if (withdraw.length && !(await takeBack(withdraw))) {
    steps.push(step);
    told();
    return;
  }
  status();
  say(words("undone"));
}

export async function takeBack(keys) {
  while (flying.length) await new Promise((done) => setTimeout(done, 50));
  try {
    const answer = await ask(`${url}/withdraw?${liveQuery()}`, { method: "POST", body: { v: state.version, keys } });
    if (!answer.ok) throw new Error(String(answer.status));
    const data = await answer.json();
    repaint(data, { mine: true });
    if (data.problem) trouble?.(words("no-undo"));
    return true;
  } catch {
    trouble?.(words("not-live"));
    return false;
  }
}

addEventListener("online", send);
addEventListener("storage", (event) => {
  if (event.key === STORE && !flying.length && !queue.length) queue = [];
});
