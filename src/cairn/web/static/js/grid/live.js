// What did colleagues change? Asked every two seconds while the page is looked at, every twenty after five idle minutes.
import { ask, liveQuery, part, root, state, url, words } from "./page.js";
import { repaint } from "./repaint.js";

const SOON = 2000;
const SELDOM = 20_000;
const IDLE = 5 * 60_000;
let touched = Date.now();
let timer = 0;

for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, wake, { passive: true });

function wake() {
  const slept = Date.now() - touched > IDLE;
  touched = Date.now();
  if (slept) poll();
}

function mark(on) {
  const sign = document.getElementById("live-mark");
  if (!sign) return;
  sign.dataset.on = on ? "1" : "0";
  sign.textContent = words(on ? "live" : "not-live");
}

async function poll() {
  clearTimeout(timer);
  if (document.hidden || !part()) return;
  const before = state.version;
  try {
    const answer = await ask(`${url}/live?${liveQuery()}`, { headers: { "If-None-Match": `"${before}"` } });
    if (answer.status === 401 || answer.status === 404) return mark(false);
    if (answer.status === 200) {
      const data = await answer.json();
      // A score saved meanwhile has brought the page further than this answer knows.
      if (state.version === before) repaint(data);
    }
    mark(answer.status === 304 || answer.ok);
  } catch {
    mark(false);
  }
  timer = setTimeout(poll, Date.now() - touched > IDLE ? SELDOM : SOON);
}

export function start() {
  if (root.dataset.live !== "1" || !document.getElementById("grid")) return;
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : poll()));
  timer = setTimeout(poll, SOON);
}
