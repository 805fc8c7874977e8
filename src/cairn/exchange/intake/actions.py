"""What does every import do, whatever its kind? Begin a run, say no, say how it went. The door of this room for writing.

A roster or framework import reads like this (see `exchange/oneroster/routes.py`):

    hold_demo(digests); with Staging(digest) as staging: read and check into staging; hold(rosters, allow_shrink=...);
    in one transaction: begin_run, apply, save_problems, end_run; then staging.discard().
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from cairn.exchange.intake.gate import digest_of, digest_of_all, hold_demo
from cairn.exchange.intake.guard import Roster, hold
from cairn.exchange.intake.models import Run
from cairn.exchange.intake.outcome import Counts, Outcome, Refusal, Refused
from cairn.exchange.intake.quarantine import write_folder
from cairn.exchange.intake.runs import (
    begin_run,
    end_run,
    known_source,
    place_source,
    save_problems,
    source_id,
    unfinished_run,
)
from cairn.exchange.intake.staging import Staging, Texts

if TYPE_CHECKING:
    from cairn.people.models import Account

__all__ = [
    "Account", "Counts", "Outcome", "Refusal", "Refused", "Roster", "Staging", "begin_run", "digest_of", "digest_of_all",
    "end_run", "hold", "hold_demo", "known_source", "place_source", "record_end", "save_problems", "save_quarantine", "source_id",
    "unfinished_run",
]  # fmt: skip


def save_quarantine(run: Run, folder: Path | None = None) -> list[Path]:
    """Writes the quarantined rows as CSV for fixing, by default into `CAIRN_HOME/quarantine/<run>`."""
    return write_folder(run, folder or Path(settings.HOME) / "quarantine" / run.public_id)


def record_end(
    *,
    kind: str,
    name: str,
    digest: str,
    by: "Account | None",
    begun_at: datetime,
    state: str,
    changes: Mapping[str, Counts] | None = None,
    rows_in: int = 0,
    refused: Refused | None = None,
    staging: Staging | None = None,
    bad: Texts | None = None,
    notices: Texts | None = None,
    source: int | None = None,
    dry_run: bool = False,
) -> Outcome:
    """A run that changed nothing: refused, failed, or a dry run (state `checked`). Keeps what was found."""
    refusal = Refusal.of(refused) if refused else None
    with transaction.atomic():
        run = begin_run(
            kind=kind, name=name, digest=digest, by=by, begun_at=begun_at, source=source, dry_run=dry_run
        )
        found = (0, 0)
        if staging is not None:
            found = save_problems(run, staging, bad=bad or {}, notices=notices or {})
        end_run(run, state=state, changes=changes or {}, rows_in=rows_in, refusal=refusal)
    return Outcome(
        run=run,
        state="dry_run" if state == "checked" else "refused",
        changes=dict(changes or {}),
        quarantined=found[0],
        notices=found[1],
        refusal=refusal,
    )
