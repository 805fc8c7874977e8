"""Do scores come in from anybody's sheet, whole batches at a time, once each, with every bad row explained?"""

from pathlib import Path

import pytest
import xlsxwriter

from cairn.exchange.intake.actions import Refused, save_quarantine
from cairn.exchange.intake.models import Problem, Run
from cairn.exchange.spreadsheets import applying
from cairn.exchange.spreadsheets.routes import import_scores
from cairn.learning.models import Evidence, Mastery
from tests.exchange.spreadsheets.conftest import DAY, World, bad_codes

HEADER = "id,student,target,score,no_score,shown_on,title,comment,class,scored_by"


def test_scores_become_mastery(world: World, sheet) -> None:
    path = sheet(
        HEADER,
        f"a,s1,MA.1.1,2,,{DAY},Exit ticket,,c1,t1",
        "b,s1,MA.1.1,3,,2025-10-08,Exit ticket,Well done,c1,t1",
        f"c,s2,MA.1.2,2½,,{DAY},,,,",
        f"d,s3,MA.1.3,,missing,{DAY},,,,",
    )
    outcome = import_scores(path)
    assert (outcome.state, outcome.quarantined) == ("done", 0)
    assert outcome.changes["scores"].as_json() == {"added": 4, "changed": 0, "ended": 0, "same": 0}
    assert world.evidence() == [
        ("s1", "MA.1.1", 200, ""), ("s1", "MA.1.1", 300, ""), ("s2", "MA.1.2", 250, ""), ("s3", "MA.1.3", None, "missing"),
    ]  # fmt: skip
    assert Mastery.objects.get(student=world.students[0]).level == 3
    row = Evidence.objects.get(entry_key="sheet:b")
    assert (row.comment, row.klass_id, row.recorded_by_id, row.run_id) == (
        "Well done", world.klass.pk, world.teacher.adult_id, outcome.run.pk,
    )  # fmt: skip


def test_the_task_the_kind_of_work_and_its_weight_come_in(world: World, sheet) -> None:
    path = sheet(
        "id,student,target,score,shown_on,Assignment ID,Category,Weight",
        ["a", "s1", "MA.1.1", "2", str(DAY), "w-8", "test", "2,5"],
        f"b,s2,MA.1.1,2,{DAY},,,",
        f"c,s3,MA.1.1,2,{DAY},,,heavy",
        f"d,s3,MA.1.2,2,{DAY},,,1e9",
    )
    outcome = import_scores(path)
    assert (outcome.state, outcome.quarantined) == ("done", 0)
    rows = Evidence.objects.order_by("entry_key").values_list("task", "category", "weight")
    assert list(rows) == [("w-8", "test", 250), ("", "", 100), ("", "", 100), ("", "", 100)]
    assert (
        Problem.objects.get(run=outcome.run, code="weight_unreadable").value == "heavy"
    )  # the first of both


def test_the_second_time_nothing_changes(world: World, sheet) -> None:
    for rows in (
        (HEADER, f"a,s1,MA.1.1,2,,{DAY},,,,"),
        ("student,target,score,shown_on", f"s1,MA.1.1,2,{DAY}"),
    ):
        import_scores(sheet(*rows))
        again = import_scores(sheet(*rows))
        assert again.changes["scores"].as_json() == {"added": 0, "changed": 0, "ended": 0, "same": 1}
    assert Evidence.objects.count() == 2


def test_a_corrected_and_longer_file_brings_only_what_is_new(world: World, sheet) -> None:
    import_scores(sheet(HEADER, f"a,s1,MA.1.1,2,,{DAY},,,,", f"b,s2,MA.1.1,2,,{DAY},,,,"))
    longer = (HEADER, f"a,s1,MA.1.1,3,,{DAY},,,,", f"b,s2,MA.1.1,2,,{DAY},,,,", f"c,s3,MA.1.1,1,,{DAY},,,,")
    outcome = import_scores(sheet(*longer))
    assert outcome.changes["scores"].as_json() == {"added": 1, "changed": 1, "ended": 0, "same": 1}
    corrected = Evidence.objects.get(student=world.students[0], supersedes__isnull=False)
    assert (corrected.value, corrected.supersedes.value) == (300, 200)
    again = import_scores(sheet(*longer))
    assert again.changes["scores"].as_json() == {"added": 0, "changed": 0, "ended": 0, "same": 3}
    back = import_scores(sheet(HEADER, f"a,s1,MA.1.1,2,,{DAY},,,,"))
    assert back.changes["scores"].changed == 1
    assert Mastery.objects.get(student=world.students[0]).level == 2


def test_equal_rows_without_an_id_are_counted(world: World, sheet) -> None:
    row = f"s1,MA.1.1,2,{DAY}"
    import_scores(sheet("student,target,score,shown_on", row))
    outcome = import_scores(sheet("student,target,score,shown_on", row, row))
    assert outcome.changes["scores"].as_json() == {"added": 1, "changed": 0, "ended": 0, "same": 1}


def test_bad_rows_are_set_aside_with_reason_and_remedy(world: World, sheet) -> None:
    path = sheet(
        HEADER,
        f"a,nobody,MA.1.1,2,,{DAY},,,,",
        f"b,s1,ZZ.9,2,,{DAY},,,,",
        f"c,s1,MA.1,2,,{DAY},,,,",
        f"d,s1,MA.1.1,7,,{DAY},,,,",
        f"e,s1,MA.1.1,,sleepy,{DAY},,,,",
        "f,s1,MA.1.1,2,,2999-01-01,,,,",
        "g,s1,MA.1.1,2,,yesterday,,,,",
        "h,s1,MA.1.1,2,,,,,,",
        f"i,s1,MA.1.1,2,,{DAY},,,,",
        f"i,s1,MA.1.2,2,,{DAY},,,,",
        f"j,s1,MA.1.3,,,{DAY},,,,",
    )
    outcome = import_scores(path)
    assert bad_codes(outcome) == [
        (2, "student", "nobody", "student_unknown"),
        (3, "target", "ZZ.9", "target_unknown"),
        (4, "target", "MA.1", "not_scorable"),
        (5, "score", "7", "not_on_scale"),
        (6, "no_score", "sleepy", "no_score_unknown"),
        (7, "shown_on", "2999-01-01", "date_future"),
        (8, "shown_on", "yesterday", "date_unreadable"),
        (9, "shown_on", "", "date_missing"),
        (11, "id", "i", "duplicate_id"),
    ]
    assert world.evidence() == [("s1", "MA.1.1", 200, "")]
    problems = Problem.objects.filter(run=outcome.run, severity="quarantined")
    assert all(one.reason and one.remedy and dict(one.row)["student"] for one in problems)
    assert list(
        Problem.objects.filter(run=outcome.run, severity="notice").values_list("code", flat=True)
    ) == ["blank_score"]


def test_what_was_set_aside_can_be_fixed_and_fed_back(world: World, sheet) -> None:
    first = import_scores(sheet(HEADER, f"a,s1,MA.1.1,2,,{DAY},,,,", f"b,s9,MA.1.1,3,,{DAY},,,,"))
    (path,) = save_quarantine(first.run)
    path.write_text(path.read_text(encoding="utf-8").replace("s9", "s2"), encoding="utf-8")
    second = import_scores(path)
    assert (second.quarantined, second.unused) == (0, [])
    assert world.evidence() == [("s1", "MA.1.1", 200, ""), ("s2", "MA.1.1", 300, "")]


def test_any_columns_by_a_mapping(world: World, sheet, tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        'student_id = "state"\ndates = ["%m/%d/%Y"]\n[columns]\nstudent = "SSID"\ntarget = "Standard"\nscore = "Rating"\n'
        'shown_on = "When"\n[words]\nMastered = "3"\nNYT = "not_taught"\n'
    )
    path = sheet(
        "SSID,Standard,Rating,When,Teacher note",
        "901,MA.1.1,Mastered,10/01/2025,x",
        "902,MA.1.1,nyt,10/1/2025,y",
    )
    outcome = import_scores(path, mapping=mapping)
    assert world.evidence() == [("s1", "MA.1.1", 300, ""), ("s2", "MA.1.1", None, "not_taught")]
    assert outcome.unused == ["Teacher note"]


def test_one_column_for_each_target(world: World, sheet, tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        f'[fixed]\nshown_on = {DAY}\ntitle = "Fall check"\n[targets]\n"Add" = "MA.1.1"\n"Take away" = "MA.1.2"\n'
    )
    path = sheet("student,Add,Take away", "s1,3,2", "s2,,1.5")
    import_scores(path, mapping=mapping)
    assert world.evidence() == [
        ("s1", "MA.1.1", 300, ""),
        ("s1", "MA.1.2", 200, ""),
        ("s2", "MA.1.2", 150, ""),
    ]
    assert import_scores(path, mapping=mapping).changes["scores"].same == 3


def test_a_workbook(world: World, tmp_path: Path) -> None:
    path = tmp_path / "scores.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Scores")
        for line, row in enumerate(
            (("student", "target", "score", "date"), ("s1", "MA.1.1", 2.5, DAY), ("s2", "MA.1.2", 3, DAY))
        ):
            page.write_row(line, 0, row)
    assert import_scores(path).state == "done"
    assert world.evidence() == [("s1", "MA.1.1", 250, ""), ("s2", "MA.1.2", 300, "")]


def test_a_dry_run_shows_and_writes_nothing(world: World, sheet) -> None:
    path = sheet(HEADER, f"a,s1,MA.1.1,2,,{DAY},,,,", f"b,s9,MA.1.1,3,,{DAY},,,,")
    outcome = import_scores(path, dry_run=True)
    assert (outcome.state, outcome.changes["scores"].added, outcome.quarantined) == ("dry_run", 1, 1)
    assert outcome.preview[0]["value"] == 200
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("student,score\ns1,3\n", "columns"),
        ("", "empty"),
        ('student,target,score,shown_on\n"' + "x" * 1_200_000, "file_unreadable"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(world: World, tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(text)
    with pytest.raises(Refused) as refused:
        import_scores(path)
    assert refused.value.code == code


def test_a_mapping_with_a_slip_is_refused(world: World, sheet, tmp_path: Path) -> None:
    for text in (
        'colums = "x"',
        '[columns]\nstudnt = "SSID"',
        'student_id = "name"',
        "=",
        '[columns]\nstudent = "SSID"',
    ):
        mapping = tmp_path / "map.toml"
        mapping.write_text(text)
        with pytest.raises(Refused):
            import_scores(sheet(HEADER, f"a,s1,MA.1.1,2,,{DAY},,,,"), mapping=mapping)


def test_a_killed_import_goes_on_and_doubles_nothing(
    world: World, sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"r{n},s{n % 3 + 1},MA.1.{n % 4 + 1},{n % 4},,{DAY},,,," for n in range(10)]
    path = sheet(HEADER, *rows, "bad,s9,MA.1.1,3,,2025-10-01,,,,")
    monkeypatch.setattr(applying, "BATCH", 3)
    recorded = applying.record_scores
    calls = []

    def dies(entries, **more):
        calls.append(len(entries))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return recorded(entries, **more)

    with monkeypatch.context() as patch:
        patch.setattr(applying, "record_scores", dies)
        with pytest.raises(KeyboardInterrupt):
            import_scores(path)
    assert Evidence.objects.count() == 6  # whole batches
    run = Run.objects.get()
    assert (run.state, run.position) == ("applying", 6)
    outcome = import_scores(path)
    assert (outcome.run.pk, outcome.state, Evidence.objects.count()) == (run.pk, "done", 10)
    assert outcome.changes["scores"].added == 10
    assert [one[0] for one in bad_codes(outcome)] == [12]
    assert import_scores(path).changes["scores"].same == 10


def test_a_killed_import_whose_staging_is_gone_begins_again(
    world: World, sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sheet(HEADER, *[f"r{n},s1,MA.1.1,{n % 4},,{DAY},,,," for n in range(6)])
    monkeypatch.setattr(applying, "BATCH", 2)
    save = Run.save
    with monkeypatch.context() as patch:
        patch.setattr(Run, "save", lambda self, **more: 1 / 0 if self.position == 4 else save(self, **more))
        with pytest.raises(ZeroDivisionError):
            import_scores(path)
    from cairn.exchange.intake.staging import staging_folder

    for file in staging_folder().iterdir():
        file.unlink()
    assert Evidence.objects.count() == 2
    import_scores(path)
    assert Evidence.objects.count() == 6


def test_what_the_record_refuses_is_set_aside(world: World, sheet) -> None:
    """Somebody withdrew a score by hand; the file cannot change it back."""
    from cairn.learning.mastery.actions import withdraw_score

    import_scores(sheet(HEADER, f"a,s1,MA.1.1,2,,{DAY},,,,"))
    Evidence.objects.update(account=world.teacher)
    withdraw_score("sheet:a", by=world.teacher)
    outcome = import_scores(sheet(HEADER, f"a,s1,MA.1.1,3,,{DAY},,,,", f"b,s2,MA.1.1,3,,{DAY},,,,"))
    assert bad_codes(outcome)[0][3] == "already_corrected"
    assert outcome.changes["scores"].added == 1
