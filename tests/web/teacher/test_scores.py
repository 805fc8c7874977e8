"""What happens to typed scores: once each, refusals said, corrections, two teachers, taking back?"""

import json
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from cairn.access.decide import today
from cairn.learning.models import Evidence, Mastery
from cairn.people.models import ClassEnrollment
from cairn.web.teacher import scores
from cairn.web.teacher.scores import evidence_mark


def key(number: int) -> str:
    return str(UUID(int=number))


@pytest.fixture
def send(world, signed_in):
    """Post entries (student, target, value, key, more) as the page does."""

    def post(*entries, by=None, path="/scores", **more):
        body = [
            {
                "student": world.students[student].public_id,
                "target": world.targets[target].public_id,
                "value": value,
                "key": key(number),
                "at": timezone.now().isoformat(),
            }
            | rest
            for student, target, value, number, rest in ((*entry, {})[:5] for entry in entries)
        ]
        return signed_in(by or world.teacher).post(
            world.url + path, json.dumps({"entries": body} | more), content_type="application/json"
        )

    return post


def levels(world, target=0):
    rows = Mastery.objects.filter(target=world.targets[target])
    return {row.student_id: row.level for row in rows}


def test_a_score_is_saved_and_painted(world, send):
    answer = send((0, 0, "2½", 1)).json()
    assert answer["saved"] == [key(1)]
    assert answer["refused"] == {}
    assert levels(world) == {world.students[0].pk: 2.5}
    row = Evidence.objects.get()
    assert (row.value, row.shown_on, row.klass_id) == (250, today(), world.klass.pk)
    assert row.recorded_by_id == world.teacher.adult_id


def test_the_answer_repaints_what_changed_since_the_pages_version(world, send, signed_in):
    html = signed_in(world.teacher).get(world.url).content.decode()
    version = html.split('data-version="', 1)[1].split('"', 1)[0]
    answer = send((1, 0, "3", 1), v=version).json()
    assert list(answer["rows"]) == [world.students[1].public_id]
    assert len(answer["columns"]) == len(world.targets)
    assert answer["columns"][0].endswith("</svg>1")
    assert answer["version"] != version


def test_the_same_key_counts_once(world, send):
    send((0, 0, "3", 1))
    again = send((0, 0, "3", 1)).json()
    assert again["saved"] == [key(1)]
    assert Evidence.objects.count() == 1


def test_a_column_is_one_request_and_one_bad_score_does_not_hold_up_the_others(world, send):
    answer = send((0, 0, "3", 1), (1, 0, "9", 2), (2, 0, "4", 3)).json()
    assert answer["saved"] == [key(1), key(3)]
    assert answer["refused"] == {key(2): "“9” is not a score on this scale. Use 0 to 4 in steps of ½."}
    assert Evidence.objects.count() == 2


def test_a_day_to_come_is_refused_at_its_own_cell(world, send):
    answer = send((0, 0, "3", 1, {"shown_on": "2999-01-01"}), (1, 0, "3", 2)).json()
    assert answer["saved"] == [key(2)]
    assert answer["refused"] == {key(1): "That day is still to come. Use a day up to today."}


def test_kinds_of_no_score(world, send):
    send((0, 0, "", 1, {"no_score": "missing"}), (1, 0, "", 2, {"no_score": "hidden"}))
    assert [(row.value, row.no_score) for row in Evidence.objects.all()] == [(None, "missing")]


def test_comment_title_and_day_are_kept(world, send):
    send((0, 0, "3", 1, {"comment": "Neat", "title": "Exit ticket", "shown_on": "2026-09-01"}))
    row = Evidence.objects.get()
    assert (row.comment, row.title, row.shown_on.isoformat()) == ("Neat", "Exit ticket", "2026-09-01")


def test_a_correction_names_the_own_entry_before_it_even_in_one_request(world, send):
    send((0, 0, "3", 1), (0, 0, "2", 2, {"corrects": key(1)}), (0, 0, "2½", 3, {"corrects": key(2)}))
    assert Evidence.objects.count() == 3
    assert Evidence.objects.filter(supersedes__isnull=False).count() == 2
    assert Mastery.objects.get().count == 1
    assert levels(world) == {world.students[0].pk: 2.5}


def test_another_teacher_corrects_by_the_pieces_mark(world, send):
    world.score(0, 0, 100)
    piece = Evidence.objects.get()
    answer = send((0, 0, "4", 1, {"mark": evidence_mark(piece.pk)}), by=world.co_teacher).json()
    assert answer["saved"] == [key(1)]
    assert Evidence.objects.get(supersedes=piece).recorded_by_id == world.co_teacher.adult_id


def test_correcting_what_was_corrected_meanwhile_is_refused(world, send):
    world.score(0, 0, 100)
    mark = evidence_mark(Evidence.objects.get().pk)
    send((0, 0, "4", 1, {"mark": mark}), by=world.co_teacher)
    answer = send((0, 0, "3", 2, {"mark": mark}), (1, 0, "3", 3)).json()
    assert answer["saved"] == [key(3)]
    assert "already corrected" in answer["refused"][key(2)]


def test_a_mark_of_another_cell_is_refused(world, send):
    world.score(1, 0, 100)
    answer = send((0, 0, "4", 1, {"mark": evidence_mark(Evidence.objects.get().pk)})).json()
    assert list(answer["refused"]) == [key(1)]


def test_two_teachers_on_one_cell_are_both_kept(world, send):
    send((0, 0, "2", 1))
    send((0, 0, "4", 1), by=world.co_teacher)
    assert Evidence.objects.count() == 2
    assert levels(world) == {world.students[0].pk: 4.0}


def test_a_student_who_left_is_refused(world, send):
    ClassEnrollment.objects.filter(student=world.students[0]).delete()
    answer = send((0, 0, "3", 1)).json()
    assert answer["refused"] == {key(1): "This student is no longer in this class."}


def test_undo_takes_back_only_ones_own(world, send, signed_in):
    send((0, 0, "3", 1), (1, 0, "3", 2))
    body = {"keys": [key(1), key(2)]}
    other = signed_in(world.co_teacher).post(world.url + "/withdraw", body, content_type="application/json")
    assert other.status_code == 404
    mine = signed_in(world.teacher).post(world.url + "/withdraw", body, content_type="application/json")
    assert mine.json()["problem"] == ""
    assert levels(world) == {}
    again = signed_in(world.teacher).post(world.url + "/withdraw", body, content_type="application/json")
    assert again.status_code == 200
    assert Evidence.objects.count() == 4


def test_undo_of_what_was_corrected_says_so(world, send, signed_in):
    send((0, 0, "3", 1))
    send((0, 0, "4", 2, {"mark": evidence_mark(Evidence.objects.get().pk)}), by=world.co_teacher)
    answer = signed_in(world.teacher).post(
        world.url + "/withdraw", {"keys": [key(1)]}, content_type="application/json"
    )
    assert "already corrected" in answer.json()["problem"]
    assert levels(world) == {world.students[0].pk: 4.0}


@pytest.fixture
def tries(monkeypatch):
    """How many entries each try to record had."""
    made: list[int] = []

    def counted(entries, **more):
        made.append(len(entries))
        return record(entries, **more)

    record = scores.record_scores
    monkeypatch.setattr(scores, "record_scores", counted)
    return made


def test_many_refusals_of_every_kind_cost_a_few_tries(world, send, tries):
    world.score(0, 0, 100)
    gone = evidence_mark(Evidence.objects.get().pk)
    send((0, 0, "4", 900, {"mark": gone}), by=world.co_teacher)
    tries.clear()
    bad = [(0, 1, "3", n, {"shown_on": "2999-01-01"}) for n in range(1, 60)]
    bad += [(0, 0, "3", n, {"mark": gone}) for n in range(60, 120)]
    answer = send(*bad, (1, 0, "3", 500), (2, 0, "2", 501)).json()
    assert sorted(answer["saved"]) == [key(500), key(501)]
    assert len(answer["refused"]) == len(bad)
    assert tries == [121, 62, 2]


def test_of_two_corrections_of_one_piece_in_one_request_the_first_counts(world, send, tries):
    world.score(0, 0, 100)
    mark = evidence_mark(Evidence.objects.get().pk)
    answer = send((0, 0, "4", 1, {"mark": mark}), (0, 0, "3", 2, {"mark": mark})).json()
    assert answer["saved"] == [key(1)]
    assert "already corrected" in answer["refused"][key(2)]
    assert len(tries) == 2


def test_the_queries_do_not_grow_with_the_marks(world, send, django_assert_max_num_queries):
    for student in range(3):
        for target in range(len(world.targets)):
            world.score(student, target, 100)
    pieces = list(Evidence.objects.order_by("pk"))
    place = {row.pk: number for number, row in enumerate(world.students)}
    aim = {row.pk: number for number, row in enumerate(world.targets)}
    marked = [
        (place[row.student_id], aim[row.target_id], "3", number, {"mark": evidence_mark(row.pk)})
        for number, row in enumerate(pieces)
    ]
    assert len(marked) > 12
    with django_assert_max_num_queries(45):
        assert len(send(*marked).json()["saved"]) == len(marked)


def test_a_long_chain_of_corrections_is_taken_in_turns(world, send, tries):
    chain = [(0, 0, "3", 1)]
    chain += [(0, 0, "23"[n % 2], n, {"corrects": key(n - 1)}) for n in range(2, 51)]
    answer = send(*chain).json()
    assert (len(answer["saved"]), answer["refused"]) == (scores.ROUNDS, {})
    assert tries == [1] * scores.ROUNDS
    for _again in range(2):  # as the page does with what is neither saved nor refused
        answer = send(*[one for one in chain if one[3] > scores.ROUNDS * (_again + 1)]).json()
    assert answer["saved"][-1] == key(50)
    assert Mastery.objects.get().count == 1


BROKEN = ["a\0", "\0", "\ud800", "\udfff" * 10]


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize(
    "field", ["student", "target", "value", "no_score", "corrects", "mark", "at", "shown_on"]
)
def test_what_no_database_takes_never_reaches_it(world, send, field, text):
    answer = send((0, 0, "3", 1, {field: text}), v=text)
    assert answer.status_code == 200
    assert len(answer.json()["saved"]) + len(answer.json()["refused"]) == 1


@pytest.mark.parametrize("text", BROKEN)
def test_a_comment_is_kept_without_what_no_database_takes(world, send, text):
    assert send((0, 0, "3", 1, {"comment": f"Neat{text}", "title": f"Exit{text}"})).json()["saved"]
    row = Evidence.objects.get()
    assert (row.comment.rstrip("a"), row.title.rstrip("a")) == ("Neat", "Exit")


@pytest.mark.parametrize("who", ["stranger", "assistant", "leader", "former", "manager", "student"])
def test_nobody_else_scores(world, send, who):
    assert send((0, 0, "3", 1), by=getattr(world, who)).status_code == 404
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        *["", "[]", '{"entries": 3}', '{"entries": [3]}', '{"entries": [{"key": "x"}]}'],
        *["[" * 100_000, '{"entries":' * 100_000, '{"entries": [{"key": "\\u0000"}]}', b"\xff", '"\\ud800"'],
    ],
)
def test_what_no_page_of_ours_sends_is_a_bad_request(world, signed_in, body):
    for path in ("/scores", "/withdraw"):
        answer = signed_in(world.teacher).post(world.url + path, body, content_type="application/json")
        assert answer.status_code == 400


def test_a_request_without_its_token_is_refused(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.teacher, backend="cairn.people.accounts.signin.AccountBackend")
    answer = client.post(world.url + "/scores", {"entries": []}, content_type="application/json")
    assert answer.status_code == 403


def test_looking_at_the_address_of_scores_is_not_allowed(world, signed_in):
    assert signed_in(world.teacher).get(world.url + "/scores").status_code == 405
