"""Who opens the pages of staff in these tests? Everybody around Ana in the small school, and a stranger."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.test import Client
from django.utils import timezone

from cairn.learning.models import PlannedTarget, StudentLevel
from cairn.people.models import Account, Adult, Agency, AgencyAncestor, Student, Tie
from tests.learning.conftest import School, build_small, person


@dataclass
class Staff:
    """The small school in a district, with a plan for its class, a level and some scores for Ana."""

    school: School
    district: Agency
    other_school: Agency
    ana: Student
    ana_account: Account
    father: Account
    leader: Account
    superintendent: Account
    manager: Account
    counselor: Account
    former: Account  # taught the class until ten days ago
    today: date

    @property
    def everyone(self) -> dict[str, Account]:
        return {
            "student": self.ana_account,
            "family": self.father,
            "teacher": self.school.teacher,
            "co-teacher": self.school.co_teacher,
            "former teacher": self.former,
            "counselor": self.counselor,
            "leader": self.leader,
            "superintendent": self.superintendent,
            "manager": self.manager,
            "stranger": self.school.stranger,
        }

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)


def tied(name: str, kind: str, **to) -> Account:
    account = person(name)
    Tie.objects.create(adult=account.adult, kind=kind, **to)
    return account


def build_staff() -> Staff:
    """The people, in whatever database is open."""
    school = build_small()
    today = timezone.localdate()
    district = Agency.objects.create(kind="district", name="Ridge District")
    other = Agency.objects.create(kind="school", name="Birch", parent=district)
    for below in (district, other, school.school):
        AgencyAncestor.objects.get_or_create(agency=below, ancestor=district)
        AgencyAncestor.objects.get_or_create(agency=below, ancestor=below)
    ana = school.students[0]
    Student.objects.filter(pk=ana.pk).update(pronouns="she/her", home_language="so")
    monday = today - timedelta(days=today.weekday())
    for place, target in enumerate(school.targets):
        PlannedTarget.objects.create(
            klass=school.klass,
            target=target,
            position=place,
            planned_on=monday + timedelta(weeks=place - 1),
            valid_from=date(2020, 1, 1),
        )
    begun = today - timedelta(days=400)
    StudentLevel.objects.create(student=ana, framework=school.framework, level=school.level, begin_on=begun)
    now = timezone.now()
    day = timedelta(days=1)
    school.record(
        school.entry(0, 0, 200, today - 9 * day, recorded_at=now, title="Pretest"),
        school.entry(0, 0, 300, today - 2 * day, recorded_at=now, title="Exit ticket", comment="Well said."),
        school.entry(0, 1, 250, today - day, recorded_at=now),
    )
    former = person("former")
    Tie.objects.create(adult=former.adult, kind="teaches", klass=school.klass, end_on=today - 10 * day)
    return Staff(
        school=school,
        district=district,
        other_school=other,
        ana=ana,
        ana_account=Account.objects.create(username="ana", student=ana),
        father=tied("father", "parents", student=ana),
        leader=tied("leader", "leads", agency=school.school),
        superintendent=tied("superintendent", "leads", agency=district),
        manager=tied("manager", "manages_data", agency=district),
        counselor=tied("counselor", "counsels", student=ana),
        former=former,
        today=today,
    )


def client_of(account: Account) -> Client:
    """A browser in which this account is signed in."""
    client = Client()
    client.force_login(account, backend="cairn.people.accounts.signin.AccountBackend")
    return client


def text_of(answer) -> str:
    """The text of a page that opened."""
    assert answer.status_code == 200, answer.status_code
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return " ".join(content.decode().split())


def queries_of(client: Client, path: str) -> list[str]:
    """The queries of a page whose bar is known already, as on a second visit."""
    assert client.get(path).status_code == 200
    counted: list[str] = []

    def count(execute, sql, params, many, context):
        counted.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        assert client.get(path).status_code == 200
    return counted


def who_may(staff: Staff, path: str) -> set[str]:
    """Everyone who can open this. For all others it is the very bytes of a page that does not exist."""
    found = set()
    for name, account in staff.everyone.items():
        client = client_of(account)
        answer = client.get(path)
        if answer.status_code == 200:
            found.add(name)
        else:
            nowhere = client.get("/nothing-here")
            assert (answer.status_code, answer.content) == (404, nowhere.content), name
    assert Client().get(path)["Location"].startswith("/signin?next=")
    return found


def adult(given: str, family: str) -> Adult:
    return Adult.objects.create(given_name=given, family_name=family)
