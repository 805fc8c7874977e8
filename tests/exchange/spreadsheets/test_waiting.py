"""Does a teacher type scores while a big import runs, without waiting for its end?"""

import threading
import time
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from cairn.exchange.spreadsheets.routes import import_scores
from cairn.learning.frameworks.rulebook import fill_built_in
from cairn.learning.mastery.actions import Entry, record_scores
from cairn.learning.models import Evidence
from tests.exchange.spreadsheets.conftest import build_world

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 12_000  # two whole batches and the beginning of a third


def test_typed_scores_come_in_between_the_batches_of_an_import(sheet) -> None:
    fill_built_in()
    world = build_world()
    first = date(2020, 1, 1)
    rows = (
        f"r{n},s{n % 3 + 1},MA.1.{n % 4 + 1},{n % 4},{first + timedelta(days=n // 40)}" for n in range(ROWS)
    )
    path = sheet("id,student,target,score,shown_on", *rows)
    failed: list[BaseException] = []
    begun, over = threading.Event(), threading.Event()

    def bulk() -> None:
        try:
            import_scores(
                path,
                progress=lambda done, total, label: begun.set() if done and label == "Recording" else None,
            )
        except BaseException as error:
            failed.append(error)
        finally:
            begun.set()
            over.set()
            connection.close()

    thread = threading.Thread(target=bulk)
    thread.start()
    begun.wait(60)
    typed = 0
    while not over.is_set():
        entry = Entry(
            student=world.students[0].pk, target=world.targets[0].pk, value=300, shown_on=date(2025, 10, 1),
            recorded_at=timezone.now(), entry_key=f"typed-{typed}",
        )  # fmt: skip
        record_scores([entry], by=world.teacher)
        typed += 1
        time.sleep(0.05)
    thread.join()
    assert not failed
    assert Evidence.objects.count() == ROWS + typed
    last = Evidence.objects.exclude(run_id=None).latest("pk")
    assert Evidence.objects.filter(run_id=None, pk__lt=last.pk).exists(), "typed while the import ran"
