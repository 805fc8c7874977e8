"""How do sheets come in? Scores, plans of targets, ties and levels: read and checked first, then applied."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cairn.exchange.intake import actions as intake
from cairn.exchange.intake.actions import Counts, Outcome, Refused, Staging
from cairn.exchange.spreadsheets.applying import Applying, count_known
from cairn.exchange.spreadsheets.defects import BAD, NOTICES
from cairn.exchange.spreadsheets.levels import Levels
from cairn.exchange.spreadsheets.mapping import SheetMap, read_mapping
from cairn.exchange.spreadsheets.plans import Plans
from cairn.exchange.spreadsheets.read import Sheet, open_sheet
from cairn.exchange.spreadsheets.scores import ScoreReader, preview
from cairn.exchange.spreadsheets.ties import Ties
from cairn.people.tying import Account

Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class SheetOutcome(Outcome):
    """Also: the first rows as understood, and the columns that nobody asked for."""

    preview: list[dict[str, Any]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


class Small(Protocol):
    """A sheet that is applied whole, in one transaction. `read` checks into the staging file, `apply` writes."""

    def __init__(self, sheet: Sheet, mapping: SheetMap, staging: Staging, on: date) -> None: ...
    def read(self) -> int: ...
    def apply(self, *, run: int | None) -> dict[str, Counts]: ...
    def first(self) -> list[dict[str, Any]]: ...


def _quiet(done: int, total: int, label: str) -> None:
    """No one watches."""


class _Import:
    """One import of one sheet."""

    def __init__(
        self, kind: str, path: Path, mapping: Path | None, by: Account | None, progress: Progress | None
    ) -> None:
        self.kind, self.path, self.by = kind, Path(path), by
        self.mapping = read_mapping(Path(mapping) if mapping else None, kind)
        self.progress = progress or _quiet
        self.begun_at: datetime = timezone.now()
        self.sheet = open_sheet(self.path, kind, self.mapping)
        digest = intake.digest_of(self.path)
        intake.hold_demo([digest])
        self.digest = intake.digest_of_all({self.path.name: digest}, kind, self.mapping.text)
        self.rows_in = 0

    def give_rows(self, staging: Staging) -> None:
        """The cells of rows that were set aside when they were no longer at hand."""
        lost = {
            line for (line,) in staging.db.execute("SELECT line FROM bad WHERE row IS NULL OR row = '{}'")
        }
        if not lost:
            return
        for line, cells in self.sheet.open():
            if line in lost:
                staging.give_row(self.sheet.name, line, self.sheet.row(cells))

    def told(self, outcome: Outcome, first: list[dict[str, Any]]) -> SheetOutcome:
        return SheetOutcome(
            outcome.run, outcome.state, outcome.changes, outcome.quarantined, outcome.notices, outcome.refusal, first,
            self.sheet.unused,
        )  # fmt: skip

    def unchanged(
        self, state: str, staging: Staging, changes: dict[str, Counts], refused: Refused | None = None
    ) -> Outcome:
        return intake.record_end(
            kind=self.kind, name=self.sheet.name, digest=self.digest, by=self.by, begun_at=self.begun_at, state=state,
            changes=changes, rows_in=self.rows_in, refused=refused, staging=staging, bad=BAD, notices=NOTICES,
            dry_run=state == "checked",
        )  # fmt: skip

    def finish(self, run: Any, staging: Staging, changes: dict[str, Counts]) -> Outcome:
        quarantined, notices = intake.save_problems(run, staging, bad=BAD, notices=NOTICES)
        intake.end_run(run, state="done", changes=changes, rows_in=self.rows_in)
        return Outcome(run, "done", changes, quarantined, notices)

    def begin(self) -> Any:
        return intake.begin_run(
            kind=self.kind, name=self.sheet.name, digest=self.digest, by=self.by, begun_at=self.begun_at
        )


def import_scores(
    path: Path,
    *,
    mapping: Path | None = None,
    by: Account | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> SheetOutcome:
    """Imports a scores sheet, CSV or XLSX, in any columns that a mapping file names.

    Whole batches of at most 5,000 are recorded, each with the run's position: a killed import goes on when it is run again,
    and doubles nothing. Raises `Refused` when the file, its mapping or its header cannot be used.
    """
    work = _Import("scores", path, mapping, by, progress)
    with intake.Staging(work.digest) as staging:
        run = None if dry_run else intake.unfinished_run("scores", work.digest)
        staged = staging.mark("scores")
        if run is None or staged is None:
            _stage_scores(work, staging)
            if run is not None:
                run.position = 0  # staged anew, perhaps other rows: what is there already is found by its key
        else:
            work.rows_in = int(staged)
        first = preview(staging)
        if dry_run:
            work.give_rows(staging)
            outcome = work.unchanged("checked", staging, {"scores": count_known(staging)})
        else:
            run = run or work.begin()
            applying = Applying(staging, run, work.sheet.name)
            applying.everything(work.progress, _("Recording"))
            work.give_rows(staging)
            with transaction.atomic():
                outcome = work.finish(run, staging, {"scores": applying.counts})
        staging.discard()
    return work.told(outcome, first)


def _stage_scores(work: _Import, staging: Staging) -> None:
    staging.begin("read")
    try:
        reader = ScoreReader(work.sheet, work.mapping, staging, timezone.localdate())
        work.rows_in = reader.stage(work.progress, _("Reading"))
        work.give_rows(staging)
        staging.set_mark("scores", str(work.rows_in))
        staging.commit()
    except BaseException:
        staging.rollback()
        raise


def _import_small(
    kind: str, reader: type[Small], path: Path, mapping: Path | None, by: Account | None, dry_run: bool,
    progress: Progress | None,
) -> SheetOutcome:  # fmt: skip
    work = _Import(kind, path, mapping, by, progress)
    with intake.Staging(work.digest) as staging:
        staging.begin("read")
        try:
            work.progress(0, 2, _("Reading"))
            small = reader(work.sheet, work.mapping, staging, timezone.localdate())
            work.rows_in = small.read()
            for name in work.sheet.unused:
                staging.notice("column_not_used", work.sheet.name, 1, name, name)
            staging.commit()
        except BaseException:
            staging.rollback()
            raise
        work.progress(1, 2, _("Writing"))
        with transaction.atomic():
            run = None if dry_run else work.begin()
            changes = small.apply(run=run.pk if run else None)
            outcome = work.finish(run, staging, changes) if run else None
            if dry_run:
                transaction.set_rollback(True)
        if outcome is None:
            outcome = work.unchanged("checked", staging, changes)
        work.progress(2, 2, _("Done"))
        staging.discard()
    return work.told(outcome, small.first())


def import_targets(
    path: Path, *, mapping: Path | None = None, by: Account | None = None, dry_run: bool = False,
    progress: Progress | None = None,
) -> SheetOutcome:  # fmt: skip
    """Imports plans: course or class, target, order, planned week. Each plan named replaces the one in force."""
    return _import_small("targets", Plans, path, mapping, by, dry_run, progress)


def import_ties(
    path: Path, *, mapping: Path | None = None, by: Account | None = None, dry_run: bool = False,
    progress: Progress | None = None,
) -> SheetOutcome:  # fmt: skip
    """Imports ties of adults that a roster lacks. Adds and changes; ends only what gets a last day."""
    return _import_small("ties", Ties, path, mapping, by, dry_run, progress)


def import_levels(
    path: Path, *, mapping: Path | None = None, by: Account | None = None, dry_run: bool = False,
    progress: Progress | None = None,
) -> SheetOutcome:  # fmt: skip
    """Imports the performance levels at which students work, from a day on."""
    return _import_small("levels", Levels, path, mapping, by, dry_run, progress)
