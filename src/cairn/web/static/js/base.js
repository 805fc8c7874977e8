// What does every page do with a script? Menus that close, the "/" key, print buttons, and one polite voice.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  const typing = (element) =>
    element && (element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName));

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
      return;
    }
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "/" && plain && document.body.dataset.keys === "on" && !typing(event.target)) {
      const box = document.querySelector("#find-box");
      if (box && box.offsetParent) {
        event.preventDefault();
        box.focus();
        box.select();
      }
    }
  });

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const print = event.target.closest("[data-print]");
    if (print) window.print();
    const choice = event.target.closest("[data-check-all]");
    if (choice) {
      for (const box of document.querySelectorAll(choice.dataset.checkAll)) box.checked = choice.checked;
    }
  });

  // A select with data-submit sends its form when it changes; without script its form has a button.
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
  });

  // WCAG 4.1.3: one polite live region, at most one message every ten seconds; the newest waiting one wins.
  let spokenAt = -Infinity;
  let waiting = null;
  let timer = 0;
  const speak = () => {
    timer = 0;
    const region = document.querySelector("#live");
    if (region && waiting !== null) region.textContent = waiting;
    waiting = null;
    spokenAt = performance.now();
  };
  window.cairn = {
    say(message, now = false) {
      waiting = message;
      const wait = now ? 0 : Math.max(0, spokenAt + 10000 - performance.now());
      if (now && timer) clearTimeout(timer), (timer = 0);
      if (!timer) timer = setTimeout(speak, wait);
    },
  };

  // After a form came back with problems, the summary is read and focused first.
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();
  if (new URLSearchParams(location.search).get("print") === "1") addEventListener("load", () => window.print());
})();
