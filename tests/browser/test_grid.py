"""Can a class be scored by keyboard, by two people at once, without a connection, and on a phone?"""

import json
import re

import pytest

from cairn.access.decide import today
from cairn.learning.models import Evidence, Mastery
from cairn.learning.plans.planned import planned_for
from cairn.people.models import Account
from tests.browser.judging import violations
from tests.browser.live import cell, chromium, in_a_browser, saved, until, visit, world
from tests.web.teacher.world import fill

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed, so no browser test ran"
)
axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe is not installed, so no browser test ran"
)

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["chromium", "visit", "world"]


def focused(page) -> str:
    return page.evaluate("document.activeElement.closest('tr')?.cells[0].textContent || ''")


@in_a_browser
def test_a_column_is_typed_and_a_colleague_sees_it_without_rows_moving(world, visit):
    mine, theirs = visit(world.teacher, world.url + "?sort=name"), visit(world.co_teacher, world.url)
    order = theirs.locator("tr[data-s]").evaluate_all("rows => rows.map(row => row.dataset.s)")
    cell(mine, world, 0, 2).focus()
    first = focused(mine)
    mine.keyboard.press("3")
    assert focused(mine) != first, "the cursor goes down"
    saved(mine)
    assert Evidence.objects.filter(target=world.targets[2], value=300).count() == 1
    painted = cell(theirs, world, 0, 2)
    playwright.expect(painted).to_contain_text("3", timeout=6000)
    assert theirs.locator("#others").text_content() == (
        "Nkechi Okafor changed one score since you opened this page."
    )
    assert theirs.locator("tr[data-s]").evaluate_all("rows => rows.map(row => row.dataset.s)") == order


@in_a_browser
def test_what_moves_rows_waits_behind_a_link(world, visit):
    page = visit(world.co_teacher, world.url)
    before = page.locator("tr[data-s]").evaluate_all("rows => rows.map(row => row.dataset.s)")
    world.score(2, 0, 300)
    page.locator("#moved").wait_for(state="visible", timeout=6000)
    assert page.locator("tr[data-s]").evaluate_all("rows => rows.map(row => row.dataset.s)") == before
    page.locator("#moved a").click()
    page.locator("#moved").wait_for(state="hidden")


@in_a_browser
def test_half_steps_kinds_and_undo(world, visit):
    page = visit(world.teacher, world.url + "?sort=name")
    cell(page, world, 3, 0).focus()
    page.keyboard.press("2")
    page.keyboard.press("h")
    saved(page)
    standing = Mastery.objects.get(student=world.students[3], target=world.targets[0])
    assert (standing.level, standing.count) == (2.5, 1), "the half step completes the score"
    cell(page, world, 4, 0).focus()
    page.keyboard.press("Delete")
    page.keyboard.press("m")
    playwright.expect(cell(page, world, 4, 0)).to_contain_text("Missing")
    page.keyboard.press("Control+z")
    playwright.expect(cell(page, world, 4, 0)).to_contain_text("No evidence")
    page.keyboard.press("Control+z")
    playwright.expect(cell(page, world, 3, 0)).to_contain_text("2")
    page.keyboard.press("Control+z")
    playwright.expect(cell(page, world, 3, 0)).to_contain_text("No evidence")
    assert not Mastery.objects.filter(student=world.students[3]).exists()


@in_a_browser
def test_typed_again_within_a_minute_corrects(world, visit):
    page = visit(world.teacher, world.url + "?sort=name")
    cell(page, world, 3, 0).focus()
    page.keyboard.press("1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("4")
    saved(page)
    standing = Mastery.objects.get(student=world.students[3], target=world.targets[0])
    assert (standing.level, standing.count) == (4, 1)


@in_a_browser
def test_without_a_connection_nothing_is_lost_and_nothing_counts_twice(world, visit):
    page = visit(world.teacher, world.url + "?sort=name")
    page.route("**/scores?*", lambda route: route.abort())
    cell(page, world, 3, 0).focus()
    page.keyboard.press("3")
    playwright.expect(page.locator("#saved")).to_have_text("One score is not saved yet. Will retry.")
    kept = page.evaluate("Object.entries(localStorage).find(([k]) => k.startsWith('cairn-unsaved'))[1]")
    assert [one["value"] for one in json.loads(kept)] == ["3"]
    page.reload()
    playwright.expect(cell(page, world, 3, 0)).to_contain_text("3")
    playwright.expect(page.locator(".gstate.late")).to_be_visible()
    assert not Evidence.objects.filter(student=world.students[3]).exists()
    page.unroute("**/scores?*")
    page.route("**/scores?*", answer_is_lost_once())
    playwright.expect(page.locator("#saved")).to_contain_text("All changes saved", timeout=15000)
    assert Evidence.objects.filter(student=world.students[3]).count() == 1
    assert page.evaluate("Object.keys(localStorage).some(k => k.startsWith('cairn-unsaved'))") is False


def answer_is_lost_once():
    """The server takes the score, but its first answer never arrives."""
    lost = []

    def handle(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort()

    return handle


@in_a_browser
def test_a_selection_is_filled_and_a_column_pasted_after_a_look(world, visit):
    page = visit(world.teacher, world.url + "?sort=name")
    rows = page.locator("tr[data-s]")
    start = rows.nth(0).locator("> *").nth(8)
    start.focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    assert page.locator("td.sel").count() == 4
    page.keyboard.press("Shift+Digit2")
    saved(page)
    assert Evidence.objects.filter(value=200, entry_key__startswith="grid:").count() == 4
    rows.nth(0).locator("> *").nth(12).focus()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "3\\n2.5\\n7\\n4");
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
        }"""
    )
    dialog = page.locator("#paste")
    assert dialog.locator("tbody tr").count() == 4
    assert "“7” is not a score here." in dialog.locator(".problem").text_content()
    dialog.locator("[data-paste-yes]").click()
    saved(page)
    until(page, "!document.querySelector('td.pend')")
    typed = Evidence.objects.filter(entry_key__startswith="grid:").order_by("pk")
    assert [row.value for row in typed][4:] == [300, 250, 400]
    page.locator("[data-undo]").click()
    until(page, "document.getElementById('live').textContent !== ''")
    playwright.expect(rows.nth(0).locator("> *").nth(12)).to_contain_text("No evidence")


@in_a_browser
def test_the_grid_is_one_tab_stop_and_the_arrows_reach_everything(world, visit):
    page = visit(world.teacher, world.url)
    assert page.locator("#grid [tabindex='0']").count() == 1
    page.locator("#grid [tabindex='0']").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.className") == "stu"
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.className").startswith("tg")
    page.keyboard.press("Control+End")
    last = page.evaluate(
        "document.activeElement === [...document.querySelectorAll('tr[data-s]')].at(-1).cells[26]"
    )
    assert last
    assert page.locator("#grid [tabindex='0']").count() == 1


@in_a_browser
def test_the_panel_scores_comments_corrects_and_gives_focus_back(world, visit):
    page = visit(world.teacher, world.url + "?sort=name")
    cell(page, world, 1, 0).focus()
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    playwright.expect(panel.locator("h2")).to_have_text("Mateo Alvarez")
    until(page, "document.activeElement.name === 'value'")
    page.keyboard.press("Escape")
    assert focused(page) == "Mateo Alvarez"
    page.keyboard.press("c")
    until(page, "document.activeElement.name === 'comment'")
    page.keyboard.type("Explains it to others")
    panel.locator("input[value='4']").check(force=True)
    panel.locator("button[value=stay]").click()
    playwright.expect(panel).to_contain_text("Explains it to others")
    assert Evidence.objects.get(comment="Explains it to others").value == 400
    panel.locator("[data-correct]").first.click()
    panel.locator("input[value='3']").check(force=True)
    panel.locator("button[value=stay]").click()
    playwright.expect(panel.locator(".gone")).to_have_count(1)
    playwright.expect(panel.locator(".now b")).to_contain_text("Competent")
    panel.locator("[data-withdraw]").first.click()
    playwright.expect(panel.locator(".now b")).to_contain_text("Extends")


@in_a_browser
def test_a_slow_panel_still_gives_the_cursor_to_the_comment_asked_for(world, visit):
    page = visit(world.teacher, world.url + "?sort=name")
    cell(page, world, 1, 0).focus()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.name === 'value'")
    # Longer than the panel waits before it follows the cursor, which Escape moves.
    page.evaluate(
        "const ask = window.fetch;"
        "window.fetch = async (...given) => { await new Promise(go => setTimeout(go, 400)); return ask(...given); }; 0"
    )
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    until(page, "document.activeElement.name === 'comment'")


@in_a_browser
def test_single_keys_can_be_switched_off(world, visit):
    Account.objects.filter(pk=world.teacher.pk).update(single_keys=False)
    page = visit(world.teacher, world.url)
    before = Evidence.objects.count()
    cell(page, world, 3, 0).focus()
    for key in "3hxce?":
        page.keyboard.press(key)
    page.wait_for_timeout(400)
    assert Evidence.objects.count() == before
    assert page.locator("dialog[open]").count() == 0


@in_a_browser
def test_a_letter_scale_takes_its_letters(world, visit):
    from cairn.learning.models import ScaleUse, ScaleVersion

    Evidence.objects.all().update(supersedes=None)
    ScaleUse.objects.update(scale=ScaleVersion.objects.get(key="letters"))
    page = visit(world.teacher, world.url + "?sort=name")
    cell(page, world, 3, 0).focus()
    page.keyboard.press("a")
    saved(page)
    assert Evidence.objects.get(student=world.students[3]).value == 400


@in_a_browser
def test_hidden_names_are_numbers_everywhere(world, visit):
    page = visit(world.teacher, world.url)
    page.locator("[data-names]").click()
    cell(page, world, 1, 0).click()
    playwright.expect(page.locator("#panel h2")).to_contain_text("Student ")
    text = page.locator("main").inner_text()
    for student in world.students:
        assert student.family_name not in text
        assert student.given_name not in text


@in_a_browser
def test_sorting_and_readings_change_the_page_without_opening_it_anew(world, visit):
    from cairn.trail.models import Look

    page = visit(world.teacher, world.url)
    looks = Look.objects.count()
    page.select_option("#sort", "name")
    until(page, "!document.querySelector('.grp')")
    assert page.url.endswith("?sort=name")
    page.locator(".reads a").first.click()
    page.locator(".seeing").wait_for()
    assert page.locator("tr[data-s]").count() < 6
    assert Look.objects.count() == looks


@in_a_browser
def test_on_a_phone_each_student_has_big_buttons(world, visit):
    page = visit(world.teacher, world.url, 390, 844)
    page.select_option("#list-target", world.targets[5].public_id)
    row = page.locator(f'#list [data-student="{world.students[4].public_id}"]')
    button = row.locator("button.l3")
    assert button.bounding_box()["height"] >= 44
    button.click()
    playwright.expect(row.locator(".line .c")).to_contain_text("3")
    saved(page)
    assert Evidence.objects.get(student=world.students[4]).value == 300


@in_a_browser
def test_targets_are_ordered_and_saved_by_keyboard(world, visit):
    page = visit(world.teacher, world.url + "/targets", 1366, 768)
    second = page.locator(".lines [name=target]").nth(1).get_attribute("value")
    page.locator(f"#up-{second}").focus()
    page.keyboard.press("Enter")
    until(page, f"document.querySelector('.lines [name=target]').value === '{second}'")
    assert page.evaluate("document.activeElement.id") == f"down-{second}"
    page.locator("#save").click()
    page.wait_for_url("**" + world.url)
    assert "The targets are saved" in page.locator("main").inner_text()
    assert page.locator("th.tg").count() == 24


def order(page) -> list[str]:
    return page.locator(".lines [name=target]").evaluate_all("fields => fields.map(field => field.value)")


def drag(page, line: int, to: int, *, end: str = "up") -> None:
    grips = page.locator(".lines .no")
    start, goal = grips.nth(line).bounding_box(), grips.nth(to).bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(goal["x"] + 8, goal["y"] + goal["height"] / 2, steps=5)
    if end == "escape":
        page.keyboard.press("Escape")
    page.mouse.up()


@in_a_browser
def test_a_line_is_dragged_by_its_number_and_saved(world, visit):
    page = visit(world.teacher, world.url + "/targets")
    before = order(page)
    drag(page, 0, 2)
    until(page, "document.body.textContent.includes('Not saved yet.')")
    after = [before[1], before[2], before[0], *before[3:]]
    assert order(page) == after
    assert page.locator(".lines .no").all_inner_texts()[:3] == ["1", "2", "3"]
    until(page, "document.getElementById('live').textContent.includes('now number 3 of')")
    page.locator("#save").click()
    page.wait_for_url(f"**{world.url}")
    kept = [one.public_id for one in planned_for([world.klass.pk], on=today(), language="en")]
    assert kept == after


@in_a_browser
def test_escape_and_a_click_leave_the_order_as_it_was(world, visit):
    page = visit(world.teacher, world.url + "/targets")
    before = order(page)
    drag(page, 0, 2, end="escape")
    page.locator(".lines .no").first.click()
    assert order(page) == before
    assert "Not saved yet." not in page.content()


@in_a_browser
def test_one_printed_sheet(world, visit, tmp_path):
    page = visit(world.teacher, world.url)
    sheet = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", sheet)) == 1


@pytest.mark.parametrize("width", [1440, 1366, 390, 320])
@in_a_browser
def test_accessible_and_never_sideways(world, visit, width):
    fill(world)
    for path in (world.url, world.url + "/targets", "/classes"):
        page = visit(world.teacher, path, width, 768)
        if path == world.url and width > 719:
            cell(page, world, 1, 0).click()
            page.locator("#panel h2#panel-title").wait_for()
        sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert sideways <= 0, f"{path} at {width}: {sideways} px"
        found = violations(page, axe)
        assert found.violations_count == 0, found.generate_report()
        page.close()


@in_a_browser
def test_larger_cells_are_40_by_34_and_stay_so(world, visit):
    page = visit(world.teacher, world.url, 1366, 768)

    def size():
        box = cell(page, world, 0, 0).locator(".c").bounding_box()
        return box["width"], box["height"]

    assert size() == (28, 26), "compact by default"
    page.get_by_role("button", name="Larger cells").click()
    page.wait_for_load_state("load")
    assert size() == (40, 34)
    gap = page.locator("#grid").evaluate("table => getComputedStyle(table).borderSpacing")
    assert gap.split()[0] == "3px"
    assert violations(page, axe).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
