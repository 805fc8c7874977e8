"""Is every URL in the permission table, with what it asks for, and does it answer nobody without asking?"""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cairn.access.policy import POLICY
from tests.house.tree import SOURCE

TABLE: dict[str, dict[str, Any]] = tomllib.loads((SOURCE / "access/pages.toml").read_text("utf-8"))
KINDS = {"page", "fragment", "action"}
PERMISSIONS = {f"{rule.action} {rule.category}" for rule in POLICY}
SAMPLES = {
    "id": "zzzzzzzzzz",
    "int": "1",
    "slug": "a-a",
    "uuid": "00000000-0000-0000-0000-000000000000",
}  # by converter; else text


def routes(resolver: URLResolver, path: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Every (route name, path) of the program."""
    for entry in resolver.url_patterns:
        where = path + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from routes(entry, where, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name or where}", where


def all_routes() -> list[tuple[str, str]]:
    return list(routes(get_resolver()))


def test_every_url_is_in_the_table_with_its_path() -> None:
    there = dict(all_routes())
    assert len(there) == len(all_routes()), "Two URLs have one name"
    table = {name: row.get("path") for name, row in TABLE.items()}
    absent = {name: path for name, path in there.items() if table.get(name) != path}
    assert not absent, f"Add to src/cairn/access/pages.toml, or mend the path: {absent}"
    gone = sorted(set(table) - set(there))
    assert not gone, f"No longer URLs; remove them from pages.toml: {gone}"


@pytest.mark.parametrize("name", TABLE)
def test_a_row_says_what_it_asks_for(name: str) -> None:
    row = TABLE[name]
    assert set(row) <= {"path", "kind", "needs", "looks", "open", "signed_in"}
    assert row["kind"] in KINDS
    assert sum(way in row for way in ("needs", "open", "signed_in")) == 1
    for way in ("open", "signed_in"):
        assert len(row.get(way, "a reason")) > 3, "say why"
    unknown = set(row.get("needs", ())) - PERMISSIONS
    assert not unknown, f"policy.py grants these to nobody: {unknown}"


@pytest.mark.parametrize("name", TABLE)
def test_a_page_with_academic_records_writes_a_look_and_nothing_else_does(name: str) -> None:
    row = TABLE[name]
    if row["kind"] != "page":
        assert "looks" not in row, "only opening a page is a look"
    elif "view academic" in row.get("needs", ()):
        assert row.get("looks") is True, "this page shows academic records: whoever opens it is written down"


def sample_path(path: str) -> str:
    """A path with made-up ids, so that a request for it meets nothing."""
    parts = []
    for part in path.split("/"):
        while "<" in part:
            before, _, rest = part.partition("<")
            inside, _, after = rest.partition(">")
            part = before + SAMPLES.get(inside.partition(":")[0], "zzzzzzzzzz") + after
        parts.append(part)
    return "/" + "/".join(parts)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if "open" not in row])
def test_nobody_gets_in_without_signing_in(name: str, client: Client) -> None:
    path = sample_path(TABLE[name]["path"])
    for answer in (client.get(path), client.post(path)):
        to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/signin")
        assert to_sign_in or answer.status_code in (404, 405), f"{path} answered {answer.status_code}"
