"""Which numbers of a page open to no explanation? Read from its HTML.

A computed number is every digit in the text of a page's main part, less what is not computed: dates and times; grades and
periods; and every name that a person or a file gave and the record holds word for word. What a page prints as it was entered
or set (a score, a step of a scale) says so: `data-given`. Attributes are not read.

A number is explained where it stands in a link, in what unfolds (details) or in a control; or in an element with `data-how`.
That names the id of an explanation of the same page; left empty, the explanation stands inside the element. An explanation is
or holds a link or details, is the list or table itself, or is the sentence of the rule (`data-rule`).
"""

import re
import sqlite3
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"input", "br", "hr", "img", "meta", "link", "path", "use", "rect", "circle", "wbr"}
CONTROLS = {
    "button",
    "select",
    "option",
    "textarea",
    "label",
    "time",
    "kbd",
    "code",
    "script",
    "style",
    "title",
    "summary",
}
LISTS = {"ol", "ul", "table", "dl"}
DATES = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan\.|Feb\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)(?: \d{1,2})?(?:, \d{4}| \d{4})?\b"
    r"|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{1,2}(?::\d\d)? [ap]\.m\.|\b(?:Grade|Period|period) \d+"
)
NUMBER = re.compile(r"\d")


@dataclass
class Element:
    """One element with its own text and what stands in it."""

    tag: str
    attributes: dict[str, str | None]
    parent: "Element | None" = None
    inside: list["Element"] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def above(self):
        """Itself and everything around it."""
        here: Element | None = self
        while here is not None:
            yield here
            here = here.parent

    def all(self):
        """Itself and everything in it."""
        yield self
        for one in self.inside:
            yield from one.all()

    @property
    def explains(self) -> bool:
        """Is this an explanation?"""
        if self.tag in LISTS or "data-rule" in self.attributes:
            return True
        return any(
            one.tag == "details" or (one.tag == "a" and one.attributes.get("href")) for one in self.all()
        )


class Reader(HTMLParser):
    """A page as a tree."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.here = Element("", {})
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        made = Element(tag, dict(attrs), self.here)
        self.here.inside.append(made)
        if tag not in VOID:
            self.here = made

    def handle_startendtag(self, tag, attrs) -> None:
        self.here.inside.append(Element(tag, dict(attrs), self.here))

    def handle_endtag(self, tag) -> None:
        for one in self.here.above():
            if one.tag == tag:
                self.here = one.parent or self.root
                return
            if tag in ("tr", "tbody", "table", "ol", "ul") and one.tag in ("td", "th", "li"):
                continue  # HTML lets these end by themselves

    def handle_data(self, data) -> None:
        self.here.text.append(data)


def names_in(database: Path) -> list[str]:
    """Every text of the record with a digit and a letter in it, the longest first: names, titles, codes, words of targets."""
    found: set[str] = set()
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as record:
        tables = [name for (name,) in record.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            columns = [
                row[1]
                for row in record.execute(f'PRAGMA table_info("{table}")')
                if "char" in row[2] or row[2] == "TEXT"
            ]
            for column in columns:
                rows = record.execute(
                    f'SELECT DISTINCT "{column}" FROM "{table}" WHERE length("{column}") < 300 AND "{column}" GLOB \'*[0-9]*\''
                )
                found |= {
                    " ".join(str(value).split()) for (value,) in rows if re.search(r"[^\W\d_]", str(value))
                }
    return sorted((name for name in found if not name.startswith(("{", "["))), key=len, reverse=True)


def bare_numbers(html: str, names: list[str]) -> list[str]:
    """The pieces of text with a computed number that opens to nothing."""
    root = Reader(html).root
    every = list(root.all())
    ids = {one.attributes["id"]: one for one in every if one.attributes.get("id")}
    main = next((one for one in every if one.tag == "main"), root)
    bare = []
    for one in main.all():
        text = " ".join("".join(one.text).split())
        if (
            NUMBER.search(text)
            and not _is_explained(one, ids)
            and NUMBER.search(left := _computed(text, names))
        ):
            bare.append(f"<{one.tag} {one.attributes.get('class') or ''}> {left}")
    return bare


def _computed(text: str, names: list[str]) -> str:
    for name in names:
        if name in text:
            text = text.replace(name, "")
        if not NUMBER.search(text):
            break
    return DATES.sub("", text)


def _is_explained(element: Element, ids: dict[str, Element]) -> bool:
    for one in element.above():
        if one.tag in CONTROLS or one.tag == "details" or "data-given" in one.attributes:
            return True
        if one.tag == "a" and one.attributes.get("href"):
            return True
        if "data-how" in one.attributes:
            named = (one.attributes["data-how"] or "").split()
            if not named:
                if one.explains:
                    return True
                continue
            for name in named:
                assert name in ids, f"data-how names {name}, which is not on the page"
                assert ids[name].explains, f"data-how names {name}, which explains nothing"
            return True
    return False
