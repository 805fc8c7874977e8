"""Where is a whole demo district written? Rosters, frameworks and sheets as files that a real district would send.

Same size, seed and day: same bytes. No database is touched; `cairn demo` imports the files through the same doors as any others.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from cairn.demo import packages, roster, sheets
from cairn.demo.calendar import Year, school_years
from cairn.demo.classes import Timetable
from cairn.demo.growth import Growth
from cairn.demo.names import Names
from cairn.demo.people import Homes
from cairn.demo.plans import settle
from cairn.demo.roster import District
from cairn.demo.samples import sample_people
from cairn.demo.sizes import SIZES, Name
from cairn.demo.subjects import Subject, subjects
from cairn.exchange.case.write import write_package
from cairn.exchange.oneroster.write import write_bundle
from cairn.exchange.spreadsheets.write import write_sheet

MANIFEST = "demo.json"
SOURCE = "demo"
Progress = Callable[[int, int, str], None]
MAPPING = """# What the item types of this framework mean here, and how it is scored.
scale = "{scale}"
stage = "{stage}"
from = {since}
subject = "{subject}"
position = {position}
academic = {academic}

[[type]]
value = "Content Area"
kind = "content_area"

[[type]]
value = "Level"
kind = "level"

[[type]]
value = "Strand"
kind = "strand"

[[type]]
value = "Target"
kind = "target"
scorable = {scorable}
"""
METHOD = """
[method]
name = "{name}"
params = {{ percent = 65 }}
"""


class Demo:
    """One made-up state or district, about to be written."""

    def __init__(self, folder: Path, size: Name, seed: int, on: date, progress: Progress | None) -> None:
        self.folder, self.size, self.seed, self.on = folder, SIZES[size], seed, on
        self.progress = progress or (lambda done, total, label: None)
        self.years: tuple[Year, ...] = school_years(on, self.size.years)
        self.subjects: tuple[Subject, ...] = subjects()
        self.names = Names(seed)
        self.written: list[dict[str, Any]] = []
        self.districts = [self._district(number) for number in range(1, self.size.districts + 1)]
        each = self.size.scores // self.size.districts
        self.growths = [
            Growth(district, self.years, self.subjects, each, seed) for district in self.districts
        ]

    def _district(self, number: int) -> District:
        people = Homes(self.size, number, self.years, self.subjects, self.names, self.seed).fill()
        table = Timetable(people, self.subjects, self.names, self.seed)
        settle(table)
        return District(people, table)

    def _wrote(self, kind: str, path: Path, rows: int, **more: str) -> None:
        name = path.relative_to(self.folder).as_posix()
        self.written.append({"kind": kind, "path": name, "rows": rows, **more})

    def write(self) -> list[Path]:
        self._roster()
        self._frameworks()
        self._sheet("targets", sheets.targets(self.districts, self.years, self.subjects, self.seed))
        self._sheet("ties", sheets.ties(self.districts, self.years, self.seed))
        pairs = list(zip(self.districts, self.growths, strict=True))
        self._sheet("levels", (row for district, growth in pairs for row in sheets.levels(district, growth)))
        done = 0
        for district, growth in pairs:
            name = "scores" if len(pairs) == 1 else f"scores-{district.people.number:02}"
            self._sheet("scores", self._scores(district, growth, done), name)
            done += len(district.people.students)
        self.progress(done, done, "scores")
        self._manifest()
        return [self.folder / MANIFEST, *(self.folder / entry["path"] for entry in self.written)]

    def _roster(self) -> None:
        self.progress(0, self.size.students, "roster")
        path = self.folder / "roster"
        counts = write_bundle(
            path, roster.files(self.districts, self.years), metadata=roster.METADATA, system_name="Cairn demo",
            system_code="cairn-demo",
        )  # fmt: skip
        self._wrote("oneroster", path, sum(counts.values()), source_key=SOURCE)

    def _frameworks(self) -> None:
        folder = self.folder / "frameworks"
        folder.mkdir(exist_ok=True)
        for place, subject in enumerate(self.subjects, 1):
            for language in packages.LANGUAGES:
                name = f"{subject.key}.{language}"
                mapping = folder / f"{name}.toml"
                mapping.write_text(self._mapping(subject, place, language), encoding="utf-8")
                package = packages.build(subject, language)
                write_package(folder / f"{name}.json", package)
                more = {
                    "mapping": f"frameworks/{name}.toml",
                    "identifier": package["CFDocument"]["identifier"],
                }
                self._wrote("case", folder / f"{name}.json", len(package["CFItems"]), **more)

    def _mapping(self, subject: Subject, place: int, language: str) -> str:
        """Only the English document is scored; the Spanish one gives its words."""
        scored = language == packages.LANGUAGES[0]
        text = MAPPING.format(
            scale="0-4" if scored else "none", stage="recording" if scored else "standards",
            since=self.years[0].begin.isoformat(), subject=subject.title[language],
            position=packages.position_of(subject, place), academic=str(subject.is_academic).lower(),
            scorable=str(scored).lower(),
        )  # fmt: skip
        method = packages.method_of(subject)
        return text + METHOD.format(name=method) if scored and method != "latest" else text

    def _sheet(self, kind: str, rows: Iterator[tuple[str, ...]], name: str = "") -> None:
        path = self.folder / f"{name or kind}.csv"
        self._wrote(kind, path, write_sheet(path, kind, rows))

    def _scores(self, district: District, growth: Growth, done: int) -> Iterator[tuple[str, ...]]:
        """By school, then by student, then by day: what comes in together belongs to few students."""
        students = district.people.students
        order = sorted(range(len(students)), key=lambda place: (students[place].school, place))
        for count, place in enumerate(order):
            if count % 500 == 0:
                self.progress(done + count, self.size.students, "scores")
            yield from growth.rows(place)

    def _manifest(self) -> None:
        data = {
            "format": 1, "size": self.size.name, "seed": self.seed, "on": self.on.isoformat(),
            "students": self.size.students, "files": self.written,
            "people": sample_people(self.districts, self.growths),
        }  # fmt: skip
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        (self.folder / MANIFEST).write_text(text, encoding="utf-8")


def write_files(
    folder: Path, *, size: Name, seed: int, on: date, progress: Progress | None = None
) -> list[Path]:
    """Writes a demo into `folder` (made when absent; older files of a demo there are replaced).

    Gives the paths: `demo.json` first, then what is to be imported, in the order in which it must come in. A roster is a folder.
    `demo.json` says of each file its kind, rows, mapping and source key, and names good people to sign in as, by role.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in ("roster", "frameworks"):
        shutil.rmtree(folder / old, ignore_errors=True)
    for sheet in ("scores*.csv", "targets.csv", "ties.csv", "levels.csv", MANIFEST):
        for path in folder.glob(sheet):
            path.unlink()
    return Demo(folder, size, seed, on, progress).write()


def read_manifest(folder: Path) -> dict[str, Any]:
    """What `write_files` wrote about its files: keys size, seed, on, students, files, people."""
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))  # type: ignore[no-any-return]
