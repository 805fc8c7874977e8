"""Whose record do the tests of the student's and the family's pages read? Ana's, in the small school, with a plan."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.test import Client
from django.utils import timezone

from cairn.learning.models import PlannedTarget, Wording
from cairn.people.models import Account, Student, Tie
from tests.learning.conftest import School, build_small, person


@dataclass
class Family:
    """The small school with Ana's own account and her father's. Ana has met target 0, and begun target 1."""

    school: School
    ana: Student
    ana_account: Account
    father: Account
    today: date

    def target(self, place: int) -> str:
        return self.school.targets[place].public_id


def build_family() -> Family:
    """The family, in whatever database is open."""
    school = build_small()
    ana = school.students[0]
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    for place, target in enumerate(school.targets):
        PlannedTarget.objects.create(
            klass=school.klass,
            target=target,
            position=place,
            planned_on=monday + timedelta(weeks=place - 1),
            valid_from=date(2020, 1, 1),
        )
        Wording.objects.create(item=target, language="en", value=300, text=f"Does {place} alone.")
    now = timezone.now()
    school.record(
        school.entry(0, 0, 200, today - timedelta(days=9), recorded_at=now, title="Pretest"),
        school.entry(
            0, 0, 300, today - timedelta(days=2), recorded_at=now, title="Exit ticket", comment="Well said."
        ),
        school.entry(0, 1, 250, today - timedelta(days=1), recorded_at=now),
        school.entry(0, 2, no_score="hidden", day=today - timedelta(days=1), recorded_at=now, title="Secret"),
    )
    father = person("father")
    Tie.objects.create(adult=father.adult, kind="parents", student=ana)
    return Family(school, ana, Account.objects.create(username="ana", student=ana), father, today)


def client_of(account: Account) -> Client:
    """A browser in which this account is signed in."""
    client = Client()
    client.force_login(account, backend="cairn.people.accounts.signin.AccountBackend")
    return client
