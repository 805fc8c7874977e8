"""Who stands at the door in these tests? A student, an adult with two roles, and a browser on another machine."""

import pytest
from django.test import Client

from cairn.people.models import (
    Account,
    Adult,
    Agency,
    AgencyAncestor,
    Class,
    ClassEnrollment,
    SchoolEnrollment,
    Student,
    Tie,
)

GOOD = "three quiet rivers"


@pytest.fixture
def browser() -> Client:
    """A browser on this machine, with the checks of a real one."""
    return Client(
        enforce_csrf_checks=False,
        headers={"host": "localhost", "user-agent": "Mozilla/5.0 (X11; CrOS) Chrome/140"},
    )


@pytest.fixture
def school(db) -> Agency:
    school = Agency.objects.create(kind="school", name="Aspen")
    AgencyAncestor.objects.create(agency=school, ancestor=school)
    return school


@pytest.fixture
def ana(school) -> Account:
    """A student with a password."""
    student = Student.objects.create(given_name="Ana", family_name="Lee", home_language="es")
    SchoolEnrollment.objects.create(student=student, school=school, grade_level="07")
    account = Account(username="ana", student=student)
    account.set_password(GOOD)
    account.save()
    return account


@pytest.fixture
def okafor(school, ana) -> Account:
    """Teaches one class, and is Ana's family."""
    adult = Adult.objects.create(given_name="Chidi", family_name="Okafor")
    klass = Class.objects.create(school=school, title="Math 7")
    ClassEnrollment.objects.create(student=ana.student, klass=klass)
    Tie.objects.create(adult=adult, kind="teaches", klass=klass)
    Tie.objects.create(adult=adult, kind="parents", student=ana.student)
    account = Account(username="okafor", adult=adult)
    account.set_password(GOOD)
    account.save()
    return account
