"""How does a roster come in, from a folder or ZIP to people and classes? Read, check, compare, guard, apply."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cairn.exchange.intake import actions as intake
from cairn.exchange.intake.outcome import Counts, Outcome, Refused
from cairn.exchange.oneroster import stage
from cairn.exchange.oneroster.bundle import Bundle, open_bundle
from cairn.exchange.oneroster.checks import Checks
from cairn.exchange.oneroster.defects import BAD, NOTICES
from cairn.exchange.oneroster.diff import Diff, load_known
from cairn.exchange.oneroster.feed import StagedFeed
from cairn.exchange.oneroster.map import Map
from cairn.exchange.oneroster.read import Roster, understand
from cairn.people.matching import propose_matches
from cairn.people.roster.apply import Account, Tally, apply_roster
from cairn.people.roster.known import state_of

Progress = Callable[[int, int, str], None]
KIND = "oneroster"


def _quiet(done: int, total: int, label: str) -> None:
    """No one watches."""


class _Import:
    """One import of one bundle."""

    def __init__(
        self, bundle: Bundle, source_key: str, by: Account | None, on: date, progress: Progress
    ) -> None:
        self.bundle, self.source_key, self.by, self.on, self.progress = bundle, source_key, by, on, progress
        self.begun_at: datetime = timezone.now()
        self.digest = intake.digest_of_all(
            {member.name: member.digest for member in bundle.members.values()}, KIND, source_key
        )
        self.source = intake.known_source(source_key)
        self.rows_in = 0

    def read(self, staging: intake.Staging) -> Roster:
        """The files into the staging file; what is there already is not read again."""
        stage.prepare(staging)
        staging.begin("manifest")
        try:
            roster = understand(self.bundle, staging)
            staging.commit()
        except BaseException:
            staging.rollback()
            raise
        self.rows_in = stage.read_into(staging, roster, self.progress)
        return roster

    def check(self, staging: intake.Staging, roster: Roster) -> Diff:
        """Checks, maps and compares, as one step of the staging file: always afresh, since the database may have changed."""
        self.progress(0, 0, _("Checking"))
        staging.begin("check")
        try:
            load_known(staging, self.source, self.on)
            checks = Checks(staging, roster)
            checks.run()
            Map(checks).run()
            diff = Diff(checks, self.source, self.on)
            diff.run()
            stage.fetch_bad_rows(staging, roster)
            staging.commit()
        except BaseException:
            staging.rollback()
            raise
        return diff

    def end(
        self,
        state: str,
        staging: intake.Staging | None,
        changes: dict[str, Counts],
        refused: Refused | None = None,
    ) -> Outcome:
        """A run that changed nothing, written down."""
        return intake.record_end(
            kind=KIND, name=self.bundle.path.name, digest=self.digest, by=self.by, begun_at=self.begun_at, state=state,
            changes=changes, rows_in=self.rows_in, refused=refused, staging=staging, bad=BAD, notices=NOTICES,
            source=self.source, dry_run=state == "checked",
        )  # fmt: skip

    @transaction.atomic
    def apply(self, staging: intake.Staging, roster: Roster, before: tuple[int, int] | None) -> Outcome:
        """All good rows or none, with the run, its problems and the trail."""
        source = intake.source_id(self.source_key, name=roster.system)
        if before is not None and state_of(source) != before:
            raise Refused(
                _("Another import of the same source was done meanwhile."),
                _("Run this one again."),
                "overtaken",
            )
        run = intake.begin_run(
            kind=KIND,
            name=self.bundle.path.name,
            digest=self.digest,
            by=self.by,
            begun_at=self.begun_at,
            source=source,
        )
        feed = StagedFeed(staging.db, self.on)
        tallies, new_students = apply_roster(
            feed, source=source, by=self.by.pk if self.by else None, run=run.pk, on=self.on
        )
        propose_matches(new_students, source=source, run=run.pk)
        intake.place_source(source, staging.mark("district"))
        quarantined, notices = intake.save_problems(run, staging, bad=BAD, notices=NOTICES)
        changes = {name: _counts(tally) for name, tally in tallies.items()}
        intake.end_run(run, state="done", changes=changes, rows_in=self.rows_in)
        return Outcome(run, "done", changes, quarantined, notices)


def _counts(tally: Tally) -> Counts:
    return Counts(tally.added, tally.changed, tally.ended, tally.same)


def import_roster(
    path: Path,
    *,
    source_key: str,
    by: Account | None,
    dry_run: bool = False,
    allow_shrink: bool = False,
    progress: Progress | None = None,
    on: date | None = None,
) -> Outcome:
    """Imports a OneRoster 1.1 or 1.2 CSV folder or ZIP as the roster of `source_key`, as of the day `on` (today).

    Until everything is read, checked and compared, only the staging file is written. Raises `Refused` when the path cannot be
    opened as a bundle; every later refusal is an outcome with a run that says why. The guard compares with what is running now.
    """
    bundle = open_bundle(Path(path))
    intake.hold_demo(bundle.digests.values())
    work = _Import(bundle, source_key, by, on or timezone.localdate(), progress or _quiet)
    with intake.Staging(work.digest) as staging:
        changes: dict[str, Counts] = {}
        try:
            roster = work.read(staging)
            before = state_of(work.source) if work.source is not None else None
            diff = work.check(staging, roster)
            changes = diff.counts()
            intake.hold(diff.rosters(), allow_shrink=allow_shrink)
            if dry_run:
                return work.end("checked", staging, changes)
            work.progress(0, 0, _("Applying"))
            staging.begin("apply")  # what applying notes there is forgotten unless all of it is done
            try:
                outcome = work.apply(staging, roster, before)
                staging.commit()
            except BaseException:
                staging.rollback()
                raise
        except Refused as refused:
            return work.end("refused", staging, changes, refused)
        except Exception as error:
            broken = Refused(
                _("An error stopped the import: %(error)s") % {"error": error}, _("Report it."), "failed"
            )
            work.end("failed", None, changes, broken)
            raise
        staging.discard()
        return outcome
