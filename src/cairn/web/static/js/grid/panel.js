// What stands behind a cell? The panel is drawn by the server; here it is opened, follows the cursor, and its form is sent.
import { LEFT, ask, cellOf, columnOf, placeOf, query, rows, table, url, words } from "./page.js";
import * as move from "./move.js";
import { record, takeBack } from "./save.js";
import { hideIn } from "./names.js";

let at = null; // what the panel shows; `wish`: where the cursor goes once it is drawn
let follows = false; // once opened, it follows the cursor
let timer = 0;
let asked = 0;
const box = () => document.getElementById("panel");
const empty = () => box()?.dataset.empty || "";

export async function open(student, target, { focus = false, comment = false, quiet = false } = {}) {
  if (!box()) return;
  box().dataset.empty ||= box().innerHTML;
  follows = true;
  clearTimeout(timer); // what the cursor arrived at before must not draw over this
  const still = at?.student === student && at.target === target ? at.wish : null;
  const wish = comment ? "comment" : focus ? "form" : still;
  at = { student, target, wish };
  asked += 1;
  const mine = asked;
  mark();
  try {
    const day = query().get("as_of");
    const answer = await ask(`${url}/cells/${student}/${target}${day ? `?as_of=${day}` : ""}`);
    const html = answer.ok ? await answer.text() : "";
    if (mine !== asked) return;
    if (!html) throw new Error(String(answer.status));
    box().innerHTML = html;
    hideIn(box());
  } catch {
    if (mine === asked && !quiet) box().textContent = words("panel-failed");
    return;
  }
  at.wish = null;
  if (wish === "comment") {
    const details = box().querySelector("form details");
    if (details) details.open = true;
    box().querySelector("textarea")?.focus();
  } else if (wish) {
    (box().querySelector("form input") || box()).focus();
    box().scrollIntoView({ block: "nearest" });
  }
}

function mark() {
  table()?.querySelectorAll("td.open").forEach((td) => td.classList.remove("open"));
  if (at) cellOf(at.student, at.target)?.classList.add("open");
}

export function close() {
  if (!at || !box()) return;
  at = null;
  follows = false;
  asked += 1;
  mark();
  box().innerHTML = empty();
}

// Back to the grid, at the cell that the panel shows.
export function back() {
  const td = at && cellOf(at.student, at.target);
  if (td && table().offsetParent) move.place(td);
}

const touched = () => {
  const form = box()?.querySelector("form");
  return Boolean(form && !form.dataset.sent && (form.dataset.touched || form.contains(document.activeElement)));
};

export function refresh(painted) {
  if (!at || touched()) return;
  const column = columnOf(at.target);
  if (painted.some((one) => one.student === at.student && one.place === column)) open(at.student, at.target, { quiet: true });
}

export function trouble(text) {
  const line = box()?.querySelector(".trouble");
  if (!line) return false;
  line.textContent = text;
  line.hidden = false;
  return true;
}

function submit(form, next) {
  const data = new FormData(form);
  const kind = data.get("no_score");
  let value = data.get("value") || "";
  if (value && data.get("half")) value = `${value}½`;
  if (!value && !kind) {
    form.querySelector("input[name=value]")?.focus();
    return;
  }
  const score = {
    student: form.dataset.student,
    target: form.dataset.target,
    ...(kind ? { no_score: kind } : { value }),
    comment: data.get("comment") || "",
    title: data.get("title") || "",
    shown_on: data.get("shown_on") || undefined,
  };
  if (form.dataset.mark) score.mark = form.dataset.mark;
  delete form.dataset.touched;
  form.dataset.sent = "1"; // when it is saved the panel is read again, though the button still has the focus
  record([score], { again: false });
  if (!next) return void open(score.student, score.target, { quiet: true });
  const line = rows();
  const here = line.findIndex((row) => row.dataset.s === score.student);
  const row = line[here + 1];
  if (!row) return back();
  move.place(cellOf(row.dataset.s, score.target), { focus: false });
  open(row.dataset.s, score.target, { focus: true });
}

function correct(button) {
  const form = box().querySelector("form");
  form.dataset.mark = button.dataset.correct;
  form.dataset.touched = "1";
  const line = form.querySelector(".correcting");
  const text = line.querySelector("[data-text]");
  text.textContent = text.dataset.text.replace("{what}", button.dataset.what);
  line.hidden = false;
  const whole = button.dataset.value.replace("½", "") || "0";
  for (const radio of form.querySelectorAll("input[name=value]")) radio.checked = Boolean(button.dataset.value) && radio.value === whole;
  const half = form.querySelector("input[name=half]");
  if (half) half.checked = button.dataset.value.includes("½");
  form.elements.comment.value = button.dataset.comment;
  form.elements.title.value = button.dataset.title;
  form.elements.shown_on.value = button.dataset.on;
  form.querySelector("details").open = true;
  form.querySelector("input:checked, input")?.focus();
}

export function start() {
  move.onArrive((cell, place) => {
    clearTimeout(timer);
    if (!follows || !place) return;
    timer = setTimeout(() => !touched() && open(place.student, place.target, { quiet: true }), 180);
  });
  document.addEventListener("click", (event) => {
    const target = event.target;
    const button = target.closest("[data-correct]");
    if (button) return correct(button);
    const gone = target.closest("[data-withdraw]");
    if (gone) return void takeBack([gone.dataset.withdraw]).then((done) => done && at && open(at.student, at.target));
    if (target.closest("[data-correct-stop]")) return void open(at.student, at.target, { focus: true });
    const td = target.closest("#grid tbody td");
    const place = td && td.cellIndex >= LEFT ? placeOf(td) : null;
    if (!place) return;
    move.clear();
    move.place(td);
    clearTimeout(timer);
    open(place.student, place.target);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest(".scoreform");
    if (!form) return;
    form.dataset.touched = "1";
    delete form.dataset.sent;
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".scoreform")) return;
    event.preventDefault();
    submit(event.target, event.submitter?.value !== "stay");
  });
}
