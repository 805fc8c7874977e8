"""Which figures are taken in this process? `python -m benchmarks.stage JOBS SIZE`, in the database the environment names."""

import json
import sys
from dataclasses import asdict

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks import files, pages, recording, table, world  # noqa: E402
from cairn.cli.memory import settle  # noqa: E402


def main(jobs: str, size: int) -> None:
    call_command("migrate", verbosity=0)
    engine = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    if jobs == "files":
        files.everything(size)
    else:
        stage = world.build(size)
        settle()  # what building the district left behind is no part of a server's day
        if jobs == "recording":
            recording.one_score(stage, engine)
            recording.one_column(stage, engine)
        elif jobs == "pages":
            pages.grids(stage)
            pages.student_page(stage)
            pages.idle_poll(stage)
            pages.explanations(stage)
            pages.past(stage)
            pages.another_rule(stage)
        elif jobs == "growth":
            note = f", district of {size:,}"
            recording.one_score(stage, f"{engine}{note}")
            pages.grids(stage, note)
            pages.student_page(stage, note)
    print("ROWS " + json.dumps([asdict(row) for row in table.ROWS]))


main(sys.argv[1], int(sys.argv[2]))
