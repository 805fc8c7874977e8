"""Who lives in the small school that the tests import? Rows that can be changed and written."""

import copy
from pathlib import Path
from typing import Any

from cairn.exchange.oneroster.write import write_bundle

Rows = dict[str, list[dict[str, Any]]]
METADATA = (
    "metadata.homeLanguage",
    "metadata.personalizedLearning",
    "metadata.personalizedLearningBeginDate",
    "metadata.alternative",
)


def _user(key: str, given: str, family: str, **more: Any) -> dict[str, Any]:
    return {
        "sourcedId": key,
        "enabledUser": True,
        "givenName": given,
        "familyName": family,
        "username": key,
        **more,
    }


def _role(user: str, role: str, org: str, **more: Any) -> dict[str, Any]:
    return {
        "sourcedId": f"r-{user}",
        "userSourcedId": user,
        "roleType": "primary",
        "role": role,
        "orgSourcedId": org,
        **more,
    }


def _enrolled(key: str, klass: str, user: str, role: str = "student", **more: Any) -> dict[str, Any]:
    return {
        "sourcedId": key, "classSourcedId": klass, "schoolSourcedId": "aspen", "userSourcedId": user, "role": role, **more,
    }  # fmt: skip


STUDENTS = [("ana", "Ana", "Lopez"), ("ben", "Ben", "Okafor"), ("cam", "Cam", "Lee"), ("dia", "Día", "Peña"),
            ("eli", "Eli", "Stone"), ("fay", "Fay", "Young")]  # fmt: skip


def world() -> Rows:
    """Two schools, two teachers, six students in one class, a mother, a principal."""
    return copy.deepcopy(
        {
            "orgs": [
                {"sourcedId": "wps", "name": "Westbrook", "type": "district", "identifier": "0812"},
                {"sourcedId": "aspen", "name": "Aspen", "type": "school", "identifier": "1", "parentSourcedId": "wps"},
                {"sourcedId": "birch", "name": "Birch", "type": "school", "identifier": "2", "parentSourcedId": "wps",
                 "metadata.alternative": True},
            ],
            "academicSessions": [
                {"sourcedId": "y27", "title": "2026-27", "type": "schoolYear", "startDate": "2026-08-10",
                 "endDate": "2027-06-04", "schoolYear": "2027"},
            ],
            "courses": [
                {"sourcedId": "math", "title": "Math", "courseCode": "M", "orgSourcedId": "wps", "subjects": ["Math"]}
            ],
            "classes": [
                {"sourcedId": "k1", "title": "Math 1", "courseSourcedId": "math", "classType": "scheduled",
                 "schoolSourcedId": "aspen", "termSourcedIds": ["y27"]},
            ],
            "users": [
                _user("tina", "Tina", "Ruiz"), _user("theo", "Theo", "Park"), _user("pat", "Pat", "Grant"),
                _user("mom", "Maria", "Lopez"),
                *[_user(*who, grades=["03"], identifier=f"L-{who[0]}", userIds=f"{{state:{n}}}") for n, who in enumerate(STUDENTS)],
            ],
            "roles": [
                _role("tina", "teacher", "aspen"), _role("theo", "teacher", "aspen"), _role("pat", "principal", "aspen"),
                _role("mom", "parent", "aspen"),
                *[_role(key, "student", "aspen", beginDate="2026-08-10") for key, _g, _f in STUDENTS],
            ],
            "enrollments": [
                _enrolled("e-tina", "k1", "tina", "teacher", primary=True),
                _enrolled("e-theo", "k1", "theo", "teacher", primary=False),
                *[_enrolled(f"e-{key}", "k1", key, beginDate="2026-08-10") for key, _g, _f in STUDENTS],
            ],
            "demographics": [{"sourcedId": "ana", "birthDate": "2018-02-03", "sex": "female", "white": True}],
        }
    )  # fmt: skip


def row_of(rows: Rows, file: str, key: str) -> dict[str, Any]:
    """The row with this sourcedId, to be changed."""
    return next(row for row in rows[file] if row["sourcedId"] == key)


def without(rows: Rows, file: str, *keys: str) -> Rows:
    """The same rows but these."""
    rows[file] = [row for row in rows[file] if row["sourcedId"] not in keys]
    return rows


def write(path: Path, rows: Rows, **options: Any) -> Path:
    """Writes them as a bundle."""
    write_bundle(path, rows, metadata=METADATA, **options)
    return path
