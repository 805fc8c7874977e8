"""Does every template keep to the strict content security policy, and escape what people wrote?"""

import re

from tests.house.tree import files_ending, name_of

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script without a file": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*\btype=\"application/json\")", re.IGNORECASE
    ),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "something of another host": re.compile(r"(?:src|href|action)=[\"']?(?:https?:)?//", re.IGNORECASE),
}
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+off")
LOGIC = re.compile(r"{%.*?%}|{#.*?#}")


def test_templates_hold_nothing_that_the_policy_refuses() -> None:
    found = []
    for path in files_ending(".html"):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            markup = LOGIC.sub("", line)
            found += [
                f"{name_of(path)}:{number} {what}" for what, one in INLINE.items() if one.search(markup)
            ]
            if UNESCAPED.search(line):
                found.append(f"{name_of(path)}:{number} text that is not escaped")
    assert not found, found


def test_markup_is_joined_by_hand_in_one_file_only() -> None:
    joined = re.compile(r"\bmark_safe\(|\bSafeString\(")
    found = [
        name_of(path)
        for path in files_ending(".py")
        if "web" in path.parts and path.name != "cells.py" and joined.search(path.read_text("utf-8"))
    ]
    assert not found, f"Draw these in a template, or with format_html: {found}"
