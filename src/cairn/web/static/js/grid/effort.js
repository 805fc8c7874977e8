// What did it take to enter a score? Keys and clicks in the grid, its list and its panel since the last score, and the time between them.
// The rule is said in rules/burden.py; nothing is sent but with the scores themselves.
import { root } from "./page.js";

const PLACES = "#grid, #list, #panel .scoreform, #paste";
const PAUSE = Number(root.dataset.pause) * 1000;
const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"]);
let taps = 0;
let spent = 0; // milliseconds
let last = -Infinity;

function tap(event) {
  if (event.repeat || MODIFIERS.has(event.key) || !event.target.closest?.(PLACES)) return;
  const gap = event.timeStamp - last;
  last = event.timeStamp;
  if (gap > 10 * PAUSE) taps = spent = 0;
  taps += 1;
  if (gap <= PAUSE) spent += gap;
}

// Before anything else hears of it: a key may record a score at once. A finger that scrolls lifts without a pointerup.
addEventListener("keydown", tap, { capture: true });
addEventListener("pointerup", tap, { capture: true });

// What each of so many scores recorded in one act took; then counting begins anew. Nothing where nothing was measured.
export function take(count) {
  const share = taps ? { ms: Math.round(spent / count), taps: Math.round((100 * taps) / count) / 100 } : {};
  taps = spent = 0;
  return share;
}
