"""What is a course of the demo district, what is a class of it, and how are their grades written?"""

from dataclasses import dataclass, field

from cairn.demo.sizes import KG, PK
from cairn.demo.subjects import Subject

FIRST_GRADES = (PK, 3, 6, 9, 13)  # of each level of a framework that has one level for several grades


@dataclass(slots=True)
class Course:
    """A course of the district: its plan covers `level` and the next one. `subject` None: preschool, a little of each.
    `year`: where one level lasts several years, which of them, from 0."""

    id: str
    title: str
    subject: Subject | None
    level: int
    grades: tuple[int, ...] = ()
    year: int = 0

    @property
    def levels(self) -> str:
        last = len(self.subject.levels) if self.subject else 1
        return (
            f"level {self.level}"
            if self.level == last or not self.is_leveled
            else f"levels {self.level} and {self.level + 1}"
        )

    @property
    def is_leveled(self) -> bool:
        return self.subject is not None and len(self.subject.levels) == 12


@dataclass(slots=True)
class Section:
    """A class. `teachers`: staff ids, the first is the primary one; `aides` assist."""

    id: str
    school: int
    course: Course
    title: str
    kind: str
    period: str
    room: str
    grades: tuple[int, ...]
    teachers: list[str] = field(default_factory=list)
    aides: list[str] = field(default_factory=list)
    students: list[int] = field(default_factory=list)  # places in the population
    left: list[int] = field(default_factory=list)  # who moved away this year


def grade_code(grade: int) -> str:
    """The grade as CEDS 000100 writes it."""
    return "PK" if grade == PK else "KG" if grade == KG else f"{grade:02}"


def band_of(grade: int) -> int:
    """The level, 1 to 4, of a framework that has one level for several grades."""
    return sum(first <= grade for first in FIRST_GRADES[:-1])
