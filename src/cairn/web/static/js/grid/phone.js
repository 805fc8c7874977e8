// How does a class score on a phone? Pick one target; every student is a row with big buttons.
import { cellOf, headings, mayRecord, rows, scaleOf, table, targetName, words } from "./page.js";
import * as panel from "./panel.js";
import { record } from "./save.js";

const narrow = matchMedia("(max-width: 719px)");
const watcher = new MutationObserver(follow);
let chosen = "";

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

export function build() {
  const list = document.getElementById("list");
  if (!list || !table()) return;
  list.hidden = !narrow.matches;
  if (!narrow.matches) return list.replaceChildren();
  const all = headings();
  const th = all.find((one) => one.dataset.t === chosen) || all.find((one) => one.dataset.t === table().tBodies[0]?.dataset.n) || all[0];
  chosen = th.dataset.t;
  const select = make("select", { id: "list-target" });
  for (const one of all) select.append(make("option", { value: one.dataset.t, textContent: targetName(one), selected: one === th }));
  select.addEventListener("change", () => {
    chosen = select.value;
    build();
    document.getElementById("list-target").focus();
  });
  const label = make("label", { className: "pickone", htmlFor: "list-target" }, words("target"), select);
  list.replaceChildren(label, ...rows().map((row) => line(row, th)));
  watcher.disconnect();
  watcher.observe(table(), { subtree: true, childList: true });
}

function line(row, th) {
  const student = row.dataset.s;
  const name = row.cells[0].textContent.trim();
  const level = cellOf(student, th.dataset.t).firstElementChild.cloneNode(true);
  const more = make("button", { type: "button", className: "linklike", textContent: words("open") });
  more.append(make("span", { className: "vh", textContent: `: ${name}` }));
  more.addEventListener("click", () => panel.open(student, th.dataset.t, { focus: true }));
  const top = make("div", { className: "line" }, make("b", { textContent: name }), more, level);
  const item = make("div", { className: "who" }, top);
  item.dataset.student = student;
  if (mayRecord) {
    const buttons = make("div", { className: "buttons" });
    for (const step of scaleOf(th).steps) {
      const button = make("button", { type: "button", className: `l${step.fill}`, textContent: step.text, ariaLabel: `${name}: ${step.text} ${step.word}` });
      button.addEventListener("click", () => record([{ student, target: th.dataset.t, value: step.text }]));
      buttons.append(button);
    }
    item.append(buttons);
  }
  return item;
}

// The levels follow the table, which is there though not drawn.
export function follow() {
  const list = document.getElementById("list");
  if (!list || list.hidden || !table()) return;
  for (const row of rows()) {
    const item = list.querySelector(`[data-student="${row.dataset.s}"] .line`);
    const now = cellOf(row.dataset.s, chosen)?.firstElementChild;
    if (item && now) item.lastElementChild.replaceWith(now.cloneNode(true));
  }
}

export function start() {
  narrow.addEventListener("change", build);
}
