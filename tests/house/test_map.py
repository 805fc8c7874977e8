"""Is docs/map.md true? Every path that it names is there, and every room that is there is named."""

import re

from tests.house.tree import ROOT, SOURCE

MAP = (ROOT / "docs" / "map.md").read_text("utf-8")
NAMED = set(re.findall(r"`([^`\s]+/[^`\s]*|[\w.-]+\.(?:py|toml|md|html))`", MAP))


def places_of(name: str) -> list[str]:
    """Where a path of the map may begin: at the top, or in src/cairn for short."""
    return [place for place in (name, f"src/cairn/{name}") if list(ROOT.glob(place.rstrip("/")))]


def test_every_path_on_the_map_exists() -> None:
    gone = sorted(name for name in NAMED if not name.startswith("/") and not places_of(name))
    assert not gone, f"docs/map.md names what is not there: {gone}"


def test_every_room_is_on_the_map() -> None:
    rooms = {
        init.parent.relative_to(SOURCE).as_posix()
        for init in SOURCE.rglob("__init__.py")
        if "migrations" not in init.parts and len(init.parent.relative_to(SOURCE).parts) in (1, 2)
    }
    absent = sorted(room for room in rooms if not re.search(rf"`(?:src/cairn/)?{re.escape(room)}/", MAP))
    assert not absent, f"Put these rooms on docs/map.md: {absent}"
