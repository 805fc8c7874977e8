"""Does the project install the same everywhere, and name no machine of ours?"""

import re
import tomllib

import pytest

from tests.house.tree import ROOT, name_of, project_files

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)(\[[^\]]+\])?==\S+")
# Folders of one machine: a home, a checkout, a mounted tree. Debian's own (/usr/lib, /usr/bin, /tmp, /etc) are everyone's.
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:home|Users|work|root|opt|mnt|workspace)/[\w.-]+")
REGISTRY = re.compile(
    r"(?:pypi|npmjs|pythonhosted|jsdelivr|unpkg|cdnjs)\.(?:org|com|net)|\bregistry\.\w", re.IGNORECASE
)
TEXT = {
    ".py",
    ".toml",
    ".txt",
    ".md",
    ".html",
    ".css",
    ".js",
    ".in",
    ".cfg",
    ".ini",
    ".po",
    ".json",
    ".csv",
    "",
}


def pins(path_name: str) -> dict[str, str]:
    """Package -> the whole pinned line (without hashes)."""
    text = (ROOT / "requirements" / path_name).read_text("utf-8")
    return {match[1].lower(): match[0] for line in text.splitlines() if (match := PIN.match(line))}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_pins_everything_with_hashes_and_names_no_host(lock: object) -> None:
    text = (ROOT / "requirements" / str(getattr(lock, "name", lock))).read_text("utf-8")
    assert "://" not in text
    assert not [line for line in text.splitlines() if line.startswith("--")]
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all(PIN.match(entry) and "--hash=sha256:" in entry for entry in entries if entry[:1] != "#")


def test_development_uses_the_same_versions_as_the_product() -> None:
    base, dev = pins("base.txt"), pins("dev.txt")
    assert {name: dev.get(name) for name in base} == base


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[<>=~! ;]", line)[0].lower() for line in requirements}

    assert names(project["dependencies"]) <= set(pins("base.txt"))
    assert names(project["optional-dependencies"]["dev"]) <= set(pins("dev.txt"))


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    found = []
    for path in project_files():
        if path.suffix not in TEXT or path.resolve() == (ROOT / "tests/house/test_locks.py"):
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if match := MACHINE_PATH.search(line) or REGISTRY.search(line):
                found.append(f"{name_of(path)}:{number} {match[0]}")
    assert not found, found[:20]
