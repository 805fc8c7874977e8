"""What does axe find wrong on a page? Of rows and cells of one table or list that look alike it judges the first three."""

from typing import Any

# Every rule; but only what is wrong is written out, for a class grid has thousands of places that are right.
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# Alike: the same elements with the same classes, roles and states, whatever text, address and name they carry.
MARK = """() => {
  const shape = (one) => one.outerHTML.replace(/>[^<]+</g, "><")
    .replace(/ (?:id|for|href|name|value|action|title|datetime|style|tabindex|aria-(?:labelledby|describedby|label)|data-[a-z-]+)="[^"]*"/g, "");
  for (const whole of document.querySelectorAll("table, ul, ol, dl")) {
    const seen = new Map();
    const inside = whole.tagName === "TABLE" ? whole.querySelectorAll("tbody tr, tbody td") : whole.children;
    for (const one of inside) {
      if (one.parentElement.closest("[data-alike]")) continue;
      const key = shape(one), times = (seen.get(key) || 0) + 1;
      seen.set(key, times);
      if (times > 3) one.setAttribute("data-alike", "");
    }
  }
}"""


def violations(page: Any, axe: Any) -> Any:
    """Axe's report on a page as it stands. `axe`: the module, which a test imports or is skipped."""
    page.evaluate(MARK)
    return axe.Axe().run(page, context={"exclude": [["[data-alike]"]]}, options=OPTIONS)
