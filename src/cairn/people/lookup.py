"""By which ids do files name people, classes, courses and agencies? Loaded once per import, as plain dictionaries."""

from collections.abc import Iterable, Sequence

from cairn.people.agencies import Class, Course
from cairn.people.persons import ExternalId

AMBIGUOUS = 0  # two sources use one id for different rows
# What an import calls an id -> the kinds under which sources bring it.
STUDENT_IDS = {
    "sourcedId": ("sourcedId",),
    "state": ("state",),
    "local": ("local", "identifier", "master", "other"),
}


def ids_of(entity: str, kinds: Sequence[str] = ("sourcedId",)) -> dict[str, int]:
    """The id in files -> ours, for an entity (student, adult, class, course, agency). `AMBIGUOUS` where it means two."""
    found: dict[str, int] = {}
    rows = ExternalId.objects.filter(entity=entity, kind__in=kinds).values_list("value", "object_id")
    for value, object_id in rows.iterator(10_000):
        if found.setdefault(value, object_id) != object_id:
            found[value] = AMBIGUOUS
    return found


def student_ids(kind: str) -> dict[str, int]:
    """The ids of students of one kind: sourcedId, state or local."""
    return ids_of("student", STUDENT_IDS[kind])


def courses_of(ids: Iterable[int]) -> dict[int, Course]:
    """Courses by our id."""
    return Course.objects.in_bulk(list(ids))


def classes_of(ids: Iterable[int]) -> dict[int, Class]:
    """Classes by our id."""
    return Class.objects.in_bulk(list(ids))
