"""What do the tests of the teacher's pages begin with?"""

import pytest
from django.test import Client

from cairn.people.models import Account
from tests.web.teacher.world import World, build


@pytest.fixture
def world(db) -> World:
    """Math 7 with three students and no score."""
    return build()


@pytest.fixture
def signed_in():
    """A browser of somebody."""

    def browser(account: Account) -> Client:
        client = Client()
        client.force_login(account, backend="cairn.people.accounts.signin.AccountBackend")
        return client

    return browser
