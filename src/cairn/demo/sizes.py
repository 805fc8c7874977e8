"""How big is a demo, and which schools does it have?"""

from dataclasses import dataclass
from typing import Literal

Name = Literal["tiny", "school", "district", "state"]
PK, KG = -1, 0


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of school: its grades (-1 is PK, 0 is KG), how many students, and how many schools of this kind."""

    kind: str  # elementary, k8, middle, high, alternative
    first: int
    last: int
    students: int
    schools: int = 1


@dataclass(frozen=True, slots=True)
class Size:
    """A size of demo. `scores`: about how many, in all."""

    name: Name
    districts: int
    years: int
    scores: int
    shapes: tuple[Shape, ...]

    @property
    def students(self) -> int:
        return self.districts * sum(shape.students * shape.schools for shape in self.shapes)


_DISTRICT = (
    Shape("elementary", PK, 5, 400, 8),
    Shape("k8", PK, 8, 560, 4),
    Shape("middle", 6, 8, 430, 4),
    Shape("high", 9, 12, 880, 3),
    Shape("alternative", 9, 12, 200),
)
SIZES: dict[str, Size] = {
    "tiny": Size("tiny", 1, 2, 8_000, (Shape("k8", PK, 8, 46), Shape("alternative", 6, 12, 14))),
    "school": Size("school", 1, 3, 150_000, (Shape("k8", PK, 8, 540), Shape("alternative", 6, 12, 60))),
    "district": Size("district", 1, 3, 2_000_000, _DISTRICT),
    "state": Size("state", 10, 1, 5_000_000, _DISTRICT),
}
STATE = "State of Alder"
_DISTRICTS = (
    "Prairie View", "Cottonwood Valley", "Silver Creek", "Mesa Ridge", "Antelope Plains", "Willow Basin", "Red Butte",
    "Juniper Falls", "Painted Sky", "Elk Crossing",
)  # fmt: skip
_PLACES = (
    "Sunrise", "Aspen Grove", "Meadowlark", "Harbor Street", "Bluestem", "Fox Hollow", "Larkspur", "Stone Bridge",
    "Quail Run", "Maple Court", "Riverbend", "Clear Lake", "Northgate", "Sagebrush", "Twin Peaks", "Orchard Hill",
    "Columbine", "Granite Bluff", "Westfield", "New Horizons",
)  # fmt: skip
_TITLES = {
    "elementary": "{} Elementary School", "k8": "{} K-8 School", "middle": "{} Middle School", "high": "{} High School",
    "alternative": "{} Academy",
}  # fmt: skip


def district_name(number: int) -> str:
    """The name of the district with this number, from 1."""
    return f"{_DISTRICTS[(number - 1) % len(_DISTRICTS)]} Public Schools"


def school_name(kind: str, place: int, district: int) -> str:
    """The name of a school; in a later district the same names come in another order."""
    if kind == "alternative":
        return _TITLES[kind].format(_PLACES[-1])
    return _TITLES[kind].format(_PLACES[(place + 7 * (district - 1)) % (len(_PLACES) - 1)])
