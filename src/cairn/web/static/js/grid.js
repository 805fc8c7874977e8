// How does a class grid come alive? Each part has its own file in grid/; here they are put together.
import { ask, part, query, table, url } from "./grid/page.js";
import * as keys from "./grid/keys.js";
import * as live from "./grid/live.js";
import * as move from "./grid/move.js";
import * as names from "./grid/names.js";
import * as panel from "./grid/panel.js";
import * as phone from "./grid/phone.js";
import { onRepaint } from "./grid/repaint.js";
import { onSteps, onTrouble, paintWaiting, send, undo } from "./grid/save.js";

// Where the whole table fits, the page scrolls and the head sticks to its top; else the table scrolls in its own box.
function fit() {
  const box = document.getElementById("gridbox");
  if (!box) return;
  box.classList.toggle("fits", table().offsetWidth + 4 <= box.offsetWidth);
}

function draw() {
  names.apply();
  move.start();
  phone.build();
  paintWaiting();
  fit();
}

// Another order, another meaning of the cells, or the rows of one reading: the same page, fetched without opening it anew.
async function go(address) {
  try {
    const answer = await ask(`${url}${address}`);
    if (!answer.ok) throw new Error(String(answer.status));
    panel.close();
    part().outerHTML = await answer.text();
    history.replaceState(null, "", `${url}${address === "?" ? "" : address}`);
    draw();
  } catch {
    location.assign(`${url}${address}`);
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-state]")) {
    const params = query();
    params.set(event.target.name, event.target.value);
    const id = event.target.id;
    go(`?${params}`).then(() => document.getElementById(id)?.focus());
  }
  if (event.target.id === "moving") keys.moving.set(event.target.value);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-state-link]");
  if (link && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    go(link.getAttribute("href")).then(() => document.getElementById("main").focus());
  }
  if (event.target.closest("[data-names]")) names.toggle(), phone.build();
  if (event.target.closest("[data-enter]")) keys.enter();
  if (event.target.closest("[data-undo]")) undo();
  if (event.target.closest("[data-keys-open]")) document.getElementById("keys").showModal();
  event.target.closest("[data-close]")?.closest("dialog").close();
});

onSteps((count) => {
  const button = document.querySelector("[data-undo]");
  if (button) button.hidden = !count;
});
onTrouble((text) => {
  if (!panel.trouble(text)) document.getElementById("saved").textContent = text;
  window.cairn.say(text, true);
});
onRepaint(panel.refresh);

if (table()) {
  keys.start();
  panel.start();
  phone.start();
  document.getElementById("moving").value = keys.moving.get();
  draw();
  document.fonts?.ready.then(fit);
  addEventListener("resize", fit);
  live.start();
  send();
}
