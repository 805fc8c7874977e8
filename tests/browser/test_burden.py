"""Is what a teacher really types measured, and does the principal see its seconds and keys?"""

import re

import pytest

from cairn.learning.models import Effort
from cairn.people.models import Class, ClassEnrollment, Tie
from cairn.rules.burden import SECONDS, TAPS
from tests.browser.everywhere import judge
from tests.browser.live import cell, chromium, in_a_browser, saved, visit, world

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["chromium", "visit", "world"]


def another_class(world, account, title):
    """The same students and plan with another teacher."""
    klass = Class.objects.create(school=world.school, course=world.course, title=title)
    for student in world.students:
        ClassEnrollment.objects.create(student=student, klass=klass)
    Tie.objects.create(adult=account.adult, kind="teaches", klass=klass)
    return klass


def type_two_columns(page, world, first):
    """Six students each: the cursor goes down by itself."""
    for target in (first, first + 1):
        cell(page, world, 0, target).focus()
        page.keyboard.press("Control+Home")
        while page.evaluate("document.activeElement.cellIndex") != target + 3:
            page.keyboard.press("ArrowRight")
        for _student in world.students:
            page.keyboard.press("3")
            page.wait_for_timeout(30)
        saved(page)


def total(field="scores"):
    return sum(Effort.objects.values_list(field, flat=True))


@in_a_browser
def test_typed_scores_are_measured_and_the_principal_sees_them(world, visit):
    school = f"/school/{world.school.public_id}"
    leader = visit(world.leader, school)
    assert "has not been measured" in leader.locator("#costs + p").text_content()
    classes = [
        (world.klass, world.teacher),
        (another_class(world, world.co_teacher, "Math 7 b"), world.co_teacher),
        (another_class(world, world.stranger, "Math 7 c"), world.stranger),
    ]
    for place, (klass, account) in enumerate(classes):
        page = visit(account, f"/classes/{klass.public_id}?sort=name")
        type_two_columns(page, world, 2 * place)
    assert total() == 36
    assert {row.klass_id for row in Effort.objects.all()} == {klass.pk for klass, _account in classes}
    assert max(Effort.objects.values_list("taps", flat=True)) < len(TAPS)
    assert 0 < total("spent") < 36 * 30_000
    assert max(Effort.objects.values_list("seconds", flat=True)) < len(SECONDS)
    leader.goto(leader.url)
    said = leader.locator("#costs + p").text_content()
    assert re.fullmatch(
        r"Half of 36 scores took at most [\d.]+ seconds? and at most 1 key or click to enter\.", said
    )
    leader.get_by_role("link", name="See what recording costs").click()
    leader.wait_for_load_state("load")
    assert leader.locator(".lede").text_content() == said
    row = leader.locator("table.costs tbody tr")
    assert row.locator("th").text_content() == "Math 7"
    assert row.locator("td").first.text_content() == "36"
    for width, language in ((1366, "en"), (320, "es")):
        page = visit(world.leader, f"{school}/burden?lang={language}", width, 768)
        assert page.locator("table.costs").count() == 1
        page.locator("main details summary").click()
        judge(page, [])


@in_a_browser
def test_a_form_with_a_comment_a_pause_and_a_pasted_column(world, visit):
    page = visit(world.teacher, world.url + "?sort=name")
    cell(page, world, 0, 3).click()
    panel = page.locator("#panel")
    panel.locator("label.step").nth(3).click()
    panel.locator("form summary").click()
    panel.locator("textarea").focus()
    page.keyboard.type("Well said")
    panel.get_by_role("button", name="Save", exact=True).click()
    saved(page)
    one = Effort.objects.get()
    # A cell, a score, the details, nine keys, Save: thirteen at least, and nothing is counted twice.
    assert (one.scores, TAPS[one.taps]) == (1, 15.0)
    Effort.objects.all().delete()
    cell(page, world, 0, 5).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("2")
    saved(page)
    filled = Effort.objects.get()
    assert (filled.scores, TAPS[filled.taps]) == (3, 2.0)  # five keys for three scores; Shift alone is none
    Effort.objects.all().delete()
    phone = visit(world.teacher, world.url, 390, 800)
    phone.locator("#list .buttons").first.get_by_role("button").nth(2).click()
    saved(phone)
    tapped = Effort.objects.get()
    assert (tapped.scores, TAPS[tapped.taps]) == (1, 1.0)


@in_a_browser
def test_a_pause_does_not_count_and_a_long_one_begins_anew(world, visit):
    page = visit(world.teacher, world.url + "?sort=name")

    def in_a_hurry(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('data-pause="30"', 'data-pause="0.2"'))

    page.route("**/classes/*?sort=name", in_a_hurry)
    page.reload()
    page.wait_for_load_state("load")

    def entered(pause):
        cell(page, world, 0, 5).focus()
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(pause)
        page.keyboard.press("3")
        saved(page)
        row = Effort.objects.get()
        Effort.objects.all().delete()
        page.wait_for_timeout(2_500)  # what comes next begins anew
        return TAPS[row.taps], row.spent

    assert entered(50)[0] == 2.0
    taps, spent = entered(700)
    assert (taps, spent) == (2.0, 0)
    assert entered(2_500) == (1.0, 0)
