// How does an answer of the server change the table? In place; what would move rows waits behind a link.
import { LEFT, cellOf, part, query, rowOf, state, table, words } from "./page.js";

const others = new Map(); // "student target time" -> who
const listeners = [];
let waits = () => false; // does this cell hold a score that is not saved yet?

export const onRepaint = (listener) => listeners.push(listener);
export const keepWaiting = (test) => (waits = test);

export function repaint(answer, { mine = false } = {}) {
  if (!table()) return;
  state.version = answer.version;
  if (answer.moved) {
    showMoved(1);
    return;
  }
  const painted = [];
  for (const [student, row] of Object.entries(answer.rows)) {
    const line = rowOf(student);
    if (line) paintRow(line, student, row, mine, painted);
  }
  const bars = table().tHead.rows[2].cells;
  if (bars.length === answer.columns.length + LEFT) {
    answer.columns.forEach((html, place) => {
      if (bars[place + LEFT].innerHTML !== html) bars[place + LEFT].innerHTML = html;
    });
  }
  for (const [kind, count] of answer.readings) {
    const number = part().querySelector(`[data-reading="${kind}"]`);
    if (number) number.textContent = count;
  }
  tellOthers(answer.others);
  const moves = [...table().querySelectorAll("tr[data-s]")].filter((row) => row.dataset.moves).length;
  if (moves) showMoved(moves);
  for (const listener of listeners) listener(painted);
}

function paintRow(line, student, row, mine, painted) {
  row.cells.forEach((html, place) => {
    const td = line.cells[place + LEFT];
    if (!td || waits(student, place) || td.innerHTML === html) return;
    td.innerHTML = html;
    td.classList.remove("pend", "late", "refused");
    if (!mine) td.classList.add("fresh");
    painted.push({ student, place });
  });
  const met = line.cells[1].innerHTML !== row.met;
  const age = line.cells[2].textContent !== row.age;
  line.cells[1].innerHTML = row.met;
  line.cells[2].textContent = row.age;
  line.cells[2].classList.toggle("old", row.old);
  const sort = query().get("sort") || "next";
  const moves =
    sort === "next" ? line.parentElement.dataset.n !== row.next : sort === "met" ? met : sort === "evidence" ? age : false;
  if (moves) line.dataset.moves = "1";
  else if (sort === "next") delete line.dataset.moves;
}

function showMoved(count) {
  const bar = document.getElementById("moved");
  if (!bar) return;
  bar.querySelector("span").textContent = words(count === 1 ? "moved-1" : "moved", { n: count });
  bar.hidden = false;
}

function tellOthers(list) {
  for (const [student, target, who, time] of list) {
    others.set(`${student} ${target} ${time}`, who);
    const td = cellOf(student, target);
    if (td) td.title = words("who", { who, time });
  }
  const line = document.getElementById("others");
  if (!others.size || !line) return;
  const who = [...new Set(others.values())].filter(Boolean).join(", ");
  line.textContent = words(others.size === 1 ? "others-1" : "others", { who, n: others.size });
}
