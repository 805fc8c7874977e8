"""Could two student rows be the same person? Proposed with reasons, for a person to decide; never merged.

The rule, until a better one is written: the same state id; or the same names (marks and case apart) and the same birth date.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import models
from django.utils import timezone

from cairn.people.persons import Demographics, ExternalId, MatchProposal, Student

CHUNK = 400


@dataclass(frozen=True, slots=True)
class Identity:
    """What we compare of a student."""

    given_name: str
    family_name: str
    birth_date: date | None
    state_ids: frozenset[str] = frozenset()


@lru_cache(maxsize=20_000)
def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def _named(who: Identity, born: date) -> tuple[date, str, str]:
    return born, _plain(who.given_name), _plain(who.family_name)


def reasons(one: Identity, other: Identity) -> list[str]:
    """Why these two may be one person: `state_id`, `name_and_birth_date`. Empty: no reason to think so."""
    found = []
    if one.state_ids & other.state_ids:
        found.append("state_id")
    names = [(_plain(who.given_name), _plain(who.family_name)) for who in (one, other)]
    if one.birth_date is not None and one.birth_date == other.birth_date and names[0] == names[1]:
        found.append("name_and_birth_date")
    return found


def _identities(students: Iterable[int]) -> dict[int, Identity]:
    ids = list(students)
    births = dict(Demographics.objects.filter(student__in=ids).values_list("student_id", "birth_date"))
    states: dict[int, set[str]] = {}
    for pk, value in _of_students().filter(kind="state", object_id__in=ids).values_list("object_id", "value"):
        states.setdefault(pk, set()).add(value)
    rows = Student.objects.filter(pk__in=ids).values_list("pk", "given_name", "family_name")
    return {
        pk: Identity(given, family, births.get(pk), frozenset(states.get(pk, ())))
        for pk, given, family in rows
    }


def _of_students() -> models.QuerySet[ExternalId]:
    return ExternalId.objects.filter(entity="student")


def _candidates(new: dict[int, Identity], elsewhere: models.QuerySet[ExternalId]) -> set[int]:
    """Students of other sources that share a state id or a birth date with one of these."""
    states = {value for who in new.values() for value in who.state_ids}
    births = {who.birth_date for who in new.values() if who.birth_date}
    found = set(elsewhere.filter(kind="state", value__in=states).values_list("object_id", flat=True))
    born = Demographics.objects.filter(birth_date__in=births, student__in=elsewhere.values("object_id"))
    found.update(born.values_list("student_id", flat=True))
    return found - new.keys()


def propose_matches(students: Sequence[int], *, source: int, run: int | None) -> int:
    """Compares new students with those of other sources; gives the number of new proposals."""
    elsewhere = _of_students().exclude(source_id=source)
    if not students or not elsewhere.exists():
        return 0
    made = 0
    for at in range(0, len(students), CHUNK):
        new = _identities(students[at : at + CHUNK])
        others = _identities(_candidates(new, elsewhere))
        by_state: dict[str, list[int]] = {}
        by_name: dict[tuple[date, str, str], list[int]] = {}
        for pk, who in others.items():
            for value in who.state_ids:
                by_state.setdefault(value, []).append(pk)
            if who.birth_date:
                by_name.setdefault(_named(who, who.birth_date), []).append(pk)
        proposals = []
        for pk, who in new.items():
            near = {other for value in who.state_ids for other in by_state.get(value, ())}
            near.update(by_name.get(_named(who, who.birth_date), ()) if who.birth_date else ())
            for other in sorted(near):
                if because := reasons(who, others[other]):
                    first, second = sorted((pk, other))
                    proposals.append(
                        MatchProposal(
                            student_id=first,
                            other_id=second,
                            because=because,
                            proposed_at=timezone.now(),
                            run_id=run,
                        )
                    )
        made += len(MatchProposal.objects.bulk_create(proposals, ignore_conflicts=True))
    return made
