"""Who works in the school whose pages the tests of this folder open?"""

import pytest

from tests.web.staff.people import build_staff, client_of


@pytest.fixture
def staff():
    return build_staff()


@pytest.fixture
def path(staff):
    return f"/school/{staff.school.school.public_id}"


@pytest.fixture
def leader(staff):
    return client_of(staff.leader)
