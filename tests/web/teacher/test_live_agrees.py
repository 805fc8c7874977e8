"""Does the poll's one statement give way exactly where the policy does?"""

from datetime import timedelta
from itertools import product

import pytest
from django.db import transaction

from cairn.access.decide import NotHere, may, today
from cairn.learning.plans.live import class_pulse
from cairn.people.models import Adult, Tie
from cairn.people.ties import AGENCY_TIES, CLASS_TIES
from tests.web.teacher.world import person

DAYS = [None, today() - timedelta(days=1), today(), today() + timedelta(days=1)]


@pytest.mark.parametrize("kind", [*CLASS_TIES, *AGENCY_TIES])
def test_like_the_policy_with_any_dates(world, kind):
    account = person("Any", "Body")
    adult = Adult.objects.get(pk=account.adult_id)
    hung = {"klass": world.klass} if kind in CLASS_TIES else {"agency": world.school.parent}
    for begin, end in product(DAYS, DAYS):
        if begin and end and begin > end:
            continue
        with transaction.atomic():
            tie = Tie.objects.create(adult=adult, kind=kind, begin_on=begin, end_on=end, **hung)
        decision = may(account, "view", "academic", klass=world.klass.pk)
        try:
            class_pulse(account, world.klass.public_id)
            through = True
        except NotHere:
            through = False
        assert through == (decision.allowed and decision.until is None), (kind, begin, end)
        tie.delete()


def test_a_student_and_a_closed_account_hear_nothing(world):
    with pytest.raises(NotHere):
        class_pulse(world.student, world.klass.public_id)
    world.teacher.is_active = False
    with pytest.raises(NotHere):
        class_pulse(world.teacher, world.klass.public_id)
