"""How long from a typed score to a saved mark, one at a time and thirty at once?"""

import itertools
import statistics

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.table import add, add_pair, count, once, paired
from benchmarks.world import World
from cairn.learning.evidence.append import COLUMNS, Entry
from cairn.learning.mastery.actions import record_scores
from cairn.learning.mastery.cells import KEEP, MASTERY
from cairn.learning.models import ItemAncestor, Mastery

KEYS = itertools.count()


def entry(world: World, student: int, target: int, value: int) -> Entry:
    now = timezone.now()
    return Entry(
        student=world.students[student].pk,
        target=world.targets[target].pk,
        value=value,
        shown_on=timezone.localdate(now),
        recorded_at=now,
        klass=world.klass.pk,
        title="Exit ticket",
        entry_key=f"bench-{next(KEYS)}",
    )


def plain_writer(world: World):
    """The same final rows by a plain cursor: BEGIN, locked read, evidence, mastery, two parents, COMMIT."""
    table = Mastery.objects.filter(student=world.students[1]).values_list("policy", flat=True)
    policy = table.first()
    above = list(ItemAncestor.objects.filter(item=world.targets[0]).values_list("ancestor", flat=True))
    columns = ", ".join(COLUMNS)
    marks = ", ".join(["%s"] * len(COLUMNS))
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    utc = connection.ops.adapt_datetimefield_value

    def write() -> None:
        student, target, now = world.students[1].pk, world.targets[next(KEYS) % 40].pk, timezone.now()
        day = timezone.localdate(now).isoformat()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, value, shown_on FROM learning_evidence WHERE student_id = %s AND target_id = %s"
                + lock,
                [student, target],
            )
            cursor.fetchall()
            cursor.execute(
                "UPDATE learning_recordversion SET number = number + 1 WHERE student_id = %s", [student]
            )
            row = [
                student,
                target,
                300,
                "",
                day,
                utc(now),
                utc(now),
                day,
                None,
                "Exit ticket",
                "",
                world.klass.pk,
                world.teacher.adult_id,
            ]
            row += [world.teacher.pk, None, f"plain-{next(KEYS)}", None, "", "", 100]
            cursor.execute(f"INSERT INTO learning_evidence ({columns}) VALUES ({marks})", row)
            cursor.execute(
                f"INSERT INTO learning_mastery ({', '.join(MASTERY)}) VALUES ({', '.join(['%s'] * len(MASTERY))}) {KEEP}",
                [student, target, 3.0, True, "", 2, day, day, 2.0, day, policy, None, None, None],
            )
            cursor.execute(
                "UPDATE learning_parentcount SET met = met WHERE student_id = %s AND item_id IN (%s, %s)",
                [student, *above[:2]],
            )

    return write


def one_score(world: World, engine: str) -> None:
    """One recorded score through the public action, beside the same rows by a plain cursor."""
    values = itertools.cycle((200, 300))

    def ours() -> None:
        record_scores([entry(world, next(KEYS) % 30, next(KEYS) % 40, next(values))], by=world.teacher)

    ms, plain = paired(ours, plain_writer(world), runs=400, warm=20)
    budget = (
        "p50 <= 1.5 ms, <= 8 statements"
        if engine == "SQLite"
        else ">= 500/s, >= half the plain rate, <= 8 statements"
    )
    add_pair(f"record one score, {engine}", ms, plain, budget, count(ours))
    add(
        f"  the same as scores per second, {engine}",
        f"{1000 / ms:.0f}/s",
        f"{1000 / plain:.0f}/s",
        f"{plain / ms:.2f} of the plain rate",
    )


def one_column(world: World, engine: str) -> None:
    """Thirty scores of a class in one act, beside thirty acts of one; each takes a target of its own."""
    targets = itertools.count()

    def entries() -> list[Entry]:
        target = next(targets) % 40
        return [entry(world, student, target, 300) for student in range(30)]

    def column(given: list[Entry]) -> float:
        return once(lambda: record_scores(given, by=world.teacher))

    def single(given: list[Entry]) -> float:
        return sum(once(lambda: record_scores([one], by=world.teacher)) for one in given)  # noqa: B023

    pairs = [(column(entries()), single(entries())) for _ in range(40)]
    ours = statistics.median(a for a, _ in pairs)
    alone = statistics.median(b for _, b in pairs)
    add(
        f"a class column of 30, {engine}",
        f"{30_000 / ours:.0f} scores/s",
        f"{30_000 / alone:.0f} scores/s one by one",
        f"{alone / ours:.1f}",
        ">= 10 x single scores",
        str(count(lambda: record_scores(entries(), by=world.teacher))),
    )
