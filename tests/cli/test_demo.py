"""Does a demo come alive from its own files, only in an empty place, and go on where it was killed?"""

import json
import subprocess
import sys
import time

import pytest

from tests.cli.conftest import Installation, make


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A tiny demo, killed once on the way."""
    folder = tmp_path_factory.mktemp("demo")
    folder.chmod(0o700)
    cairn = make(folder)
    command = [sys.executable, "-m", "cairn", "demo", "--size", "tiny", "--no-serve"]
    with subprocess.Popen(
        command, env=cairn.env, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as first:
        until = time.monotonic() + 60
        while not (folder / "demo" / "demo.json").exists() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(1)
        first.kill()
    cairn("demo", "--size", "tiny", "--no-serve")
    return cairn


def test_everything_of_its_files_came_in(demo):
    manifest = json.loads((demo.home / "demo" / "demo.json").read_text(encoding="utf-8"))
    rows = sum(entry["rows"] for entry in manifest["files"] if entry["kind"] == "scores")
    count = "from cairn.learning.models import Evidence; print(Evidence.objects.count())"
    assert int(demo.django("shell", "--no-imports", "-c", count)) == rows
    assert demo.json("check")["findings"] == []


def test_a_second_start_imports_nothing(demo):
    count = "from cairn.exchange.intake.models import Run; print(Run.objects.count())"
    before = demo.django("shell", "--no-imports", "-c", count)
    assert demo.json("demo", "--no-serve") == {"state": "done", "size": "tiny", "seed": 7}
    assert demo.django("shell", "--no-imports", "-c", count) == before


def test_another_demo_and_other_files_are_refused(demo, tmp_path):
    assert "size tiny with seed 7" in demo("demo", "--seed", "8", "--no-serve", code=1)
    demo("export", "oneroster", "--output", tmp_path / "out", "--source", "demo")
    assert "demo" in demo("import", "oneroster", tmp_path / "out", "--source", "demo", code=1)


def test_a_database_with_people_is_no_place_for_a_demo(founded):
    assert "holds data already" in founded("demo", "--size", "tiny", "--no-serve", code=1)
    assert not (founded.home / "demo").exists()
