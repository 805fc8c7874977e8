// Who can be recognized on a projected screen? With names hidden, nobody: each student is a number, here and in the panel.
import { part, rowOf, rows, table, words } from "./page.js";

const KEY = "cairn-names-hidden";
const real = new Map(); // student -> name
const hidden = () => sessionStorage.getItem(KEY) === "1";
const number = (student) => words("name", { n: rows().findIndex((row) => row.dataset.s === student) + 1 });

export function hideIn(box) {
  const student = box.querySelector("[data-student]")?.dataset.student || box.querySelector(".links a")?.getAttribute("href")?.split("/").pop();
  if (!hidden() || !student || !rowOf(student)) return;
  const title = box.querySelector("h2");
  if (title) title.textContent = number(student);
  box.querySelector(".links")?.remove();
}

export function apply() {
  if (!table()) return;
  for (const row of rows()) {
    const link = row.cells[0].querySelector("a");
    if (!real.has(row.dataset.s)) real.set(row.dataset.s, link.textContent);
    link.textContent = hidden() ? number(row.dataset.s) : real.get(row.dataset.s);
  }
  const button = part().querySelector("[data-names]");
  if (!button) return;
  button.setAttribute("aria-pressed", hidden() ? "true" : "false");
}

export function toggle() {
  sessionStorage.setItem(KEY, hidden() ? "0" : "1");
  real.size || apply();
  apply();
}
