// Where is the cursor, and which cells are selected? One tab stop for the whole grid (W3C grid pattern), headings and names too.
import { LEFT, headings, placeOf, rows, table } from "./page.js";

let current = null;
let anchor = null;
const arrivals = [];

export const cursor = () => current;
export const onArrive = (listener) => arrivals.push(listener);

// The grid as lines of cells: the headings, then every student.
function lines() {
  const corners = [...table().tHead.rows[2].cells].slice(0, LEFT);
  return [[...corners, ...headings()], ...rows().map((row) => [...row.cells])];
}

function where(all) {
  for (let r = 0; r < all.length; r += 1) {
    const c = all[r].indexOf(current);
    if (c >= 0) return [r, c];
  }
  return [1, LEFT];
}

export function place(cell, { focus = true } = {}) {
  if (!cell) return;
  if (current && current !== cell) current.tabIndex = -1;
  current = cell;
  cell.tabIndex = 0;
  for (const old of table().querySelectorAll("tr.cur, th.on")) old.classList.remove("cur", "on");
  const at = placeOf(cell);
  if (at) {
    at.row.classList.add("cur");
    at.th.classList.add("on");
  }
  if (focus) cell.focus({ preventScroll: false });
  if (focus) for (const arrive of arrivals) arrive(cell, at);
}

export function start() {
  if (!table()) return;
  for (const line of lines()) for (const cell of line) cell.tabIndex = -1;
  const again = current && table().contains(current) ? current : rows()[0]?.cells[LEFT];
  place(again, { focus: false });
  table().querySelectorAll("tr.cur, th.on").forEach((one) => one.classList.remove("cur", "on"));
}

// Steps down and right; returns whether it moved.
export function step(down, right, { extend = false } = {}) {
  const all = lines();
  const [r, c] = where(all);
  const nr = Math.min(Math.max(r + down, 0), all.length - 1);
  const nc = Math.min(Math.max(c + right, 0), all[0].length - 1);
  if (extend) anchor ??= current;
  else clear();
  place(all[nr][nc]);
  if (extend) select();
  return nr !== r || nc !== c;
}

export function jump(key, control) {
  const all = lines();
  const [r] = where(all);
  clear();
  if (key === "Home") place(all[control ? 1 : r][control ? LEFT : 0]);
  else place(all[control ? all.length - 1 : r].at(-1));
}

export function clear() {
  anchor = null;
  table()?.querySelectorAll("td.sel").forEach((td) => td.classList.remove("sel"));
}

function select() {
  table().querySelectorAll("td.sel").forEach((td) => td.classList.remove("sel"));
  for (const td of selected()) td.classList.add("sel");
}

// The selected cells, row by row; without a selection the cell under the cursor.
export function selected() {
  if (!current) return [];
  const all = lines();
  const [r2, c2] = where(all);
  let [r1, c1] = [r2, c2];
  if (anchor) {
    const kept = current;
    current = anchor;
    [r1, c1] = where(all);
    current = kept;
  }
  const cells = [];
  for (let r = Math.max(Math.min(r1, r2), 1); r <= Math.max(r1, r2); r += 1)
    for (let c = Math.max(Math.min(c1, c2), LEFT); c <= Math.max(c1, c2); c += 1) if (all[r]?.[c]) cells.push(all[r][c]);
  return cells;
}

// The cells of a block that begins at the cursor, for pasting.
export function block(height, width) {
  const all = lines();
  const [r, c] = where(all);
  return Array.from({ length: height }, (_, i) => Array.from({ length: width }, (__, j) => all[r + i]?.[c + j] || null));
}

// However a cell got the focus (a screen reader, a click), the cursor is there.
document.addEventListener("focusin", (event) => {
  if (event.target !== current && event.target.matches("#grid td, #grid th")) place(event.target, { focus: false });
});
