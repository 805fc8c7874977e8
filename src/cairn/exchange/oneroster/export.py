"""How does our roster leave as a OneRoster 1.2 bundle? Everyone running today, in the standard's words, written strictly."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cairn.exchange.intake.actions import known_source
from cairn.exchange.intake.outcome import Refused
from cairn.exchange.oneroster.tables import ID_MOST, RACES
from cairn.exchange.oneroster.values import GRADES
from cairn.exchange.oneroster.write import BadRow, write_bundle
from cairn.people.leaving import Leaving, Place, record_leaving

Row = dict[str, Any]
Progress = Callable[[int, int, str], None]
_PROGRAM = "metadata.personalizedLearning"
METADATA = (
    "metadata.alternative", "metadata.homeLanguage", "metadata.grade", _PROGRAM, f"{_PROGRAM}BeginDate",
    f"{_PROGRAM}EndDate",
)  # fmt: skip
ROLES = {
    "student": "student",
    "counsels_at": "counselor",
    "manages_data": "systemAdministrator",
    "administers": "systemAdministrator",
    "works_at": "teacher",
}
FAMILY = ("parent", "guardian", "relative")
SEATS = {
    "student": ("student", None),
    "teaches": ("teacher", True),
    "co_teaches": ("teacher", False),
    "assists": ("ext:aide", False),
}
_UNFIT = re.compile(r"[\x00-\x1f]+")
_UNFIT_ID = re.compile(r"[{}:,\x00-\x1f]")


def _clean(text: str) -> str:
    return _UNFIT.sub(" ", text).strip()


def _made(*parts: str) -> str:
    """An id for a row that has none of its own: always the same for the same parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _grades(grades: Iterable[str]) -> list[str]:
    return [grade for grade in grades if grade in GRADES]


class _Bundle:
    """The rows of each file."""

    def __init__(self, leaving: Leaving) -> None:
        self.leaving = leaving
        self.ids: set[str] = set()

    def _own(self, key: str, *parts: str) -> str:
        """The row's own id, once; a second row of the same id (it moved) gets one made of its parts."""
        own = key if key and key not in self.ids and len(key) <= ID_MOST else _made(*parts)
        self.ids.add(own)
        return own

    def orgs(self) -> Iterator[Row]:
        for key, agency, above in self.leaving.agencies():
            yield {
                "sourcedId": key, "name": _clean(agency.name), "type": agency.kind, "parentSourcedId": above,
                "identifier": _clean(agency.identifier) or key, "metadata.alternative": agency.is_alternative,
            }  # fmt: skip

    def sessions(self) -> Iterator[Row]:
        for key, session, above in self.leaving.sessions():
            yield {
                "sourcedId": key, "title": _clean(session.title), "type": session.kind, "startDate": session.begin_on,
                "endDate": session.end_on, "parentSourcedId": above,
                "schoolYear": session.school_year or str(session.end_on.year),
            }  # fmt: skip

    def courses(self) -> Iterator[Row]:
        for key, course, agency in self.leaving.courses():
            yield {
                "sourcedId": key, "title": _clean(course.title), "courseCode": _clean(course.code) or key,
                "orgSourcedId": agency, "grades": _grades(course.grades), "subjects": _subjects(course.subjects),
            }  # fmt: skip
        for key, klass, course_key, school, _sessions in self.leaving.classes():
            if not course_key:
                yield {
                    "sourcedId": _made("course", key), "title": _clean(klass.title),
                    "courseCode": _clean(klass.code) or key, "orgSourcedId": school,
                }  # fmt: skip

    def classes(self) -> Iterator[Row]:
        every = [(key, session) for key, session, _above in self.leaving.sessions()]
        for key, klass, course, school, sessions in self.leaving.classes():
            yield {
                "sourcedId": key, "title": _clean(klass.title), "grades": _grades(klass.grades),
                "courseSourcedId": course or _made("course", key), "classCode": _clean(klass.code),
                "classType": "homeroom" if klass.kind == "homeroom" else "scheduled",
                "location": _clean(klass.location), "schoolSourcedId": school,
                "termSourcedIds": sessions or _meanwhile(every, klass.begin_on or self.leaving.on),
                "subjects": _subjects(klass.subjects), "periods": _clean(klass.periods),
            }  # fmt: skip

    def users(self) -> Iterator[Row]:
        others = self.leaving.other_ids()
        for key, student, grades, family in self.leaving.students():
            row = self._user(key, student, others)
            yield row | {"grades": _grades(grades), "agentSourcedIds": list(dict.fromkeys(family))}
        for key, adult in self.leaving.adults():
            yield self._user(key, adult, others)

    def _user(self, key: str, person: Any, others: dict[str, list[tuple[str, str]]]) -> Row:
        ids = [
            f"{{{_UNFIT_ID.sub(' ', kind)}:{_UNFIT_ID.sub(' ', value)}}}"
            for kind, value in others.get(key, [])
        ]
        return {
            "sourcedId": key, "enabledUser": True, "username": _clean(person.username),
            "userIds": ",".join(ids), "givenName": _clean(person.given_name) or "-",
            "familyName": _clean(person.family_name) or "-", "middleName": _clean(person.middle_name),
            "preferredGivenName": _clean(person.preferred_given_name),
            "preferredFamilyName": _clean(person.preferred_family_name), "pronouns": _clean(person.pronouns),
            "email": _clean(person.email), "phone": _clean(person.phone),
            "metadata.homeLanguage": _clean(person.home_language),
        }  # fmt: skip

    def roles(self) -> Iterator[Row]:
        first: set[str] = set()
        for place in self.leaving.places():
            yield {
                "sourcedId": self._own(place.key, "role", place.person, place.agency, place.kind),
                "userSourcedId": place.person, "orgSourcedId": place.agency, "role": _role(place),
                "roleType": "secondary" if place.person in first else "primary", "beginDate": place.begin,
                **(_student(place) if place.kind == "student" else {}),
            }  # fmt: skip
            first.add(place.person)

    def enrollments(self) -> Iterator[Row]:
        for seat in self.leaving.seats():
            role, primary = SEATS[seat.kind]
            yield {
                "sourcedId": self._own(seat.key, "seat", seat.person, seat.klass, seat.kind, str(seat.begin)),
                "userSourcedId": seat.person, "classSourcedId": seat.klass, "schoolSourcedId": seat.school,
                "role": role, "beginDate": seat.begin, "endDate": seat.end,
                **({} if primary is None else {"primary": primary}),
            }  # fmt: skip

    def demographics(self) -> Iterator[Row]:
        for key, facts in self.leaving.demographics():
            races: Row = {race: True for race in RACES if race in facts.races}
            yield races | {
                "sourcedId": key, "birthDate": facts.birth_date, "sex": facts.sex,
                "hispanicOrLatinoEthnicity": facts.hispanic_or_latino, "countryOfBirthCode": facts.country_of_birth,
                "stateOfBirthAbbreviation": facts.state_of_birth, "cityOfBirth": _clean(facts.city_of_birth),
                "publicSchoolResidenceStatus": facts.public_school_residence_status,
            }  # fmt: skip


def _subjects(subjects: Iterable[str]) -> list[str]:
    return [text for subject in subjects if (text := _clean(str(subject).replace(",", " ")))]


def _student(place: Place) -> Row:
    row: Row = {"metadata.grade": _grades([place.word]), _PROGRAM: place.program is not None}
    if place.program is not None:
        row[f"{_PROGRAM}BeginDate"], row[f"{_PROGRAM}EndDate"] = place.program
    return row


def _role(place: Place) -> str:
    if place.kind == "leads":
        return "principal" if place.agency_kind == "school" else "districtAdministrator"
    if place.kind == "parents":
        return place.word if place.word in FAMILY else "parent"
    return ROLES[place.kind]


def _meanwhile(sessions: list[tuple[str, Any]], day: date) -> list[str]:
    """The sessions on that day, the longest one only; else the latest of all."""
    there = [(key, one) for key, one in sessions if one.begin_on <= day <= one.end_on]
    whole = max(
        there or sessions, key=lambda pair: (pair[1].end_on - pair[1].begin_on, pair[1].end_on), default=None
    )
    return [whole[0]] if whole else []


def export_roster(
    output: Path,
    *,
    source_key: str,
    demographics: bool = False,
    progress: Progress | None = None,
    on: date | None = None,
) -> dict[str, int]:
    """Writes everyone running on the day (today) as a folder, or a ZIP when the name ends so; answers the rows per file.

    Rows carry the ids by which the source knows them. Raises `Refused` when something the standard demands is missing.
    """
    bundle = _Bundle(Leaving(known_source(source_key), on or timezone.localdate()))
    rows: dict[str, Iterator[Row]] = {
        "orgs": bundle.orgs(),
        "academicSessions": bundle.sessions(),
        "courses": bundle.courses(),
        "classes": bundle.classes(),
        "users": bundle.users(),
        "roles": bundle.roles(),
        "enrollments": bundle.enrollments(),
    }
    if demographics:
        rows["demographics"] = bundle.demographics()
    try:
        with transaction.atomic():
            counts = write_bundle(
                output, {name: _shown(name, some, progress) for name, some in rows.items()}, metadata=METADATA
            )
            record_leaving(what=output.name, counts=counts)
    except BadRow as bad:
        raise Refused(
            _("The roster cannot be written by the standard: %(why)s.") % {"why": bad},
            _("Mend it at its source and import the roster again."),
            "not_strict",
        ) from bad
    return counts


def _shown(name: str, rows: Iterator[Row], progress: Progress | None) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if progress is not None and count % 1_000 == 0:
            progress(count, 0, f"{name}.csv")
        yield row
