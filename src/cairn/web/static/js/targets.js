// How are targets chosen without a new page for each button? The same form, sent in the background; focus stays where it was.
// A line can be dragged by its number too; the buttons beside it do the same.
(() => {
  "use strict";
  const page = document.getElementById("targets-page");
  let busy = false;
  let changed = false;

  async function send(form, name, value) {
    if (busy) return;
    busy = true;
    const data = new FormData(form);
    data.set("do", value);
    const from = value.includes(":") ? document.activeElement : null;
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" } });
      const to = answer.headers.get("HX-Redirect");
      if (to) {
        changed = false;
        return location.assign(to);
      }
      if (!answer.ok) throw new Error(String(answer.status));
      page.innerHTML = await answer.text();
      changed = changed || value !== "pick";
      after(name, value, from);
    } catch {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "do", value });
      form.append(field);
      changed = false;
      form.submit();
    } finally {
      busy = false;
    }
  }

  // Where the reader was: the same button, or the next one that can be pressed.
  function after(name, value, from) {
    const [verb, id] = value.split(":");
    const lines = [...page.querySelectorAll(".lines li")];
    const summary = page.querySelector(".error-summary");
    if (summary) return summary.focus();
    if (id && verb !== "remove") {
      const button = document.getElementById(`${verb}-${id}`);
      const other = document.getElementById(`${verb === "up" ? "down" : "up"}-${id}`);
      (!button || button.disabled ? other : button)?.focus();
      const place = lines.findIndex((line) => line.querySelector("[name=target]").value === id);
      const text = lines[place]?.querySelector(".nm").firstChild.textContent.trim();
      say("moved", { name: text, n: place + 1, all: lines.length });
    } else {
      const next = verb === "remove" && from ? page.querySelector(".lines .tiny[value^=remove]") : document.getElementById(name);
      (next || document.getElementById("add"))?.focus();
      if (verb === "add" || verb === "remove") say("added", { all: lines.length });
    }
  }

  // Dragging moves the line itself; its hidden field goes with it, so the form holds the new order when it is sent.
  let drag = null;

  function drop(keep) {
    const { line, next, list } = drag;
    drag = null;
    line.classList.remove("dragged");
    if (!keep) list.insertBefore(line, next);
    else if (line.nextElementSibling !== next) send(line.closest("form"), "", `order:${line.querySelector("[name=target]").value}`);
  }

  page.addEventListener("pointerdown", (event) => {
    const line = event.target.closest(".no")?.closest("li");
    if (!line || busy || event.button) return;
    event.preventDefault();
    drag = { line, next: line.nextElementSibling, list: line.parentElement };
    line.classList.add("dragged");
    page.setPointerCapture(event.pointerId);
  });
  page.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const { line, list } = drag;
    const edge = event.clientY < 60 ? -1 : event.clientY > innerHeight - 60 ? 1 : 0;
    if (edge) scrollBy(0, edge * 14);
    const below = [...list.children].find((one) => {
      const box = one.getBoundingClientRect();
      return one !== line && event.clientY < box.top + box.height / 2;
    });
    if ((below || null) !== line.nextElementSibling) list.insertBefore(line, below || null);
  });
  page.addEventListener("pointerup", () => drag && drop(true));
  page.addEventListener("pointercancel", () => drag && drop(false));
  addEventListener("keydown", (event) => {
    if (drag && event.key === "Escape") drop(false);
  });

  function say(name, values) {
    window.cairn.say(page.dataset[name].replace(/\{(\w+)\}/g, (_, key) => values[key]), true);
  }

  page.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.value) return;
    event.preventDefault();
    send(event.target, button.id, button.value);
  });
  page.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick]")) send(event.target.form, event.target.id, "pick");
    else if (event.target.matches("[type=date]")) changed = true;
  });
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
})();
