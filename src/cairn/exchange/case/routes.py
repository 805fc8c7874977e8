"""How does a framework come in from a file or an address, and leave as a CASE 1.1 package? Read, compare, apply."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cairn.exchange.case.defects import BAD, NOTICES
from cairn.exchange.case.fetch import Came, fetch
from cairn.exchange.case.map import package_of_rows, rows_of_package
from cairn.exchange.case.read import Package, read_package
from cairn.exchange.case.strict import ExportReport
from cairn.exchange.case.wishes import read_wishes
from cairn.exchange.intake import actions as intake
from cairn.exchange.intake.outcome import Counts, Outcome, Refused
from cairn.learning.frameworks.actions import (
    Account,
    Older,
    Overtaken,
    Plan,
    TooDeep,
    apply_plan,
    plan_framework,
)
from cairn.learning.frameworks.exporting import rows_of_framework
from cairn.learning.frameworks.queries import closure_of
from cairn.learning.frameworks.rows import FrameworkRows, Preview, Tally, Wishes
from cairn.learning.mastery.mending import recount_parents
from cairn.rules.refusal import Refusal

Progress = Callable[[int, int, str], None]
KIND = "case"
STEPS = 3
ATTEMPTS = 3


@dataclass(slots=True)
class PackageOutcome(Outcome):
    """Also: what the item types were taken for, and which framework this is (its CASE identifier)."""

    preview: Preview | None = None
    framework: str = ""


def _quiet(done: int, total: int, label: str) -> None:
    """No one watches."""


@dataclass(slots=True)
class _Import:
    """One import of one package."""

    came: Came
    wishes: Wishes
    digest: str
    by: Account | None
    allow_older: bool
    progress: Progress
    begun_at: datetime
    rows: FrameworkRows | None = None
    rows_in: int = 0

    def read(self, staging: intake.Staging) -> FrameworkRows:
        """The rows of the package; what is wrong with them goes to the staging file."""
        self.progress(0, STEPS, _("Reading"))
        staging.begin("read")
        try:
            package = read_package(self.came.data, self.came.name, staging)
            self.rows = rows_of_package(package, staging)
            self.rows_in = _size(package)
            staging.commit()
        except TooDeep as error:
            staging.rollback()
            raise Refused(
                _("The items of %(name)s are nested too deeply.") % {"name": self.came.name},
                _("Ask the publisher for a correct package."),
                "too_deep",
            ) from error
        except BaseException:
            staging.rollback()
            raise
        return self.rows

    def plan(self, rows: FrameworkRows) -> Plan:
        """What would change."""
        self.progress(1, STEPS, _("Comparing"))
        try:
            return plan_framework(rows, self.wishes, allow_older=self.allow_older)
        except Older as older:
            raise Refused(
                _("This package is of %(came)s; a newer one of %(here)s is here already.")
                % {"came": f"{older.came:%Y-%m-%d %H:%M}", "here": f"{older.here:%Y-%m-%d %H:%M}"},
                _("Import the newest package, or allow an older one."),
                "older",
            ) from older
        except Refusal as refusal:
            raise Refused(refusal.reason, refusal.remedy, refusal.code) from refusal

    def end(
        self, state: str, staging: intake.Staging, plan: Plan | None, refused: Refused | None = None
    ) -> PackageOutcome:
        """A run that changed nothing, written down."""
        outcome = intake.record_end(
            kind=KIND, name=self.came.name, digest=self.digest, by=self.by, begun_at=self.begun_at, state=state,
            changes=_counts(plan.result.tallies) if plan else {}, rows_in=self.rows_in, refused=refused,
            staging=staging, bad=BAD, notices=NOTICES, dry_run=state == "checked",
        )  # fmt: skip
        return self.told(outcome, plan)

    def told(self, outcome: Outcome, plan: Plan | None) -> PackageOutcome:
        return PackageOutcome(
            run=outcome.run,
            state=outcome.state,
            changes=outcome.changes,
            quarantined=outcome.quarantined,
            notices=outcome.notices,
            refusal=outcome.refusal,
            preview=plan.result.preview if plan else None,
            framework=self.rows.identifier if self.rows else "",
        )

    @transaction.atomic
    def apply(self, staging: intake.Staging, plan: Plan) -> PackageOutcome:
        """All good rows or none, with the run, its problems and the trail."""
        self.progress(2, STEPS, _("Writing"))
        run = intake.begin_run(
            kind=KIND, name=self.came.name, digest=self.digest, by=self.by, begun_at=self.begun_at
        )
        before = closure_of(self.rows.identifier if self.rows else "")
        apply_plan(plan, by=self.by, run=run.pk, digest=self.came.digest)
        after = closure_of(self.rows.identifier if self.rows else "")
        # Counts follow a target that moved to another strand or level.
        recount_parents({item for item, _ in before ^ after})
        quarantined, notices = intake.save_problems(run, staging, bad=BAD, notices=NOTICES)
        changes = _counts(plan.result.tallies)
        intake.end_run(run, state="done", changes=changes, rows_in=self.rows_in)
        return self.told(Outcome(run, "done", changes, quarantined, notices), plan)

    def run(self, staging: intake.Staging, *, dry_run: bool) -> PackageOutcome:
        """Everything from the bytes to the tables; planned anew when another import came between."""
        rows = self.read(staging)
        for attempt in range(ATTEMPTS):
            plan = self.plan(rows)
            if dry_run:
                return self.end("checked", staging, plan)
            try:
                outcome = self.apply(staging, plan)
            except Overtaken:
                if attempt == ATTEMPTS - 1:
                    break
                continue
            self.progress(STEPS, STEPS, _("Done"))
            return outcome
        raise Refused(
            _("Another import of the same framework was done meanwhile."),
            _("Run this one again."),
            "overtaken",
        )


def _size(package: Package) -> int:
    lists = (package.items, package.associations, package.rubrics, *package.definitions.values())
    return 1 + sum(len(rows) for rows in lists)


def _counts(tallies: Mapping[str, Tally]) -> dict[str, Counts]:
    return {
        name: Counts(one.added, one.changed, one.ended, one.same)
        for name, one in tallies.items()
        if one.added or one.changed or one.ended or one.same
    }


def import_package(
    path_or_url: str,
    *,
    mapping: Path | None = None,
    by: Account | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    allow_older: bool = False,
) -> PackageOutcome:
    """Imports a CASE 1.0 or 1.1 package from a file or an http(s) address; what its types mean from a mapping file,
    else from what is in force, else as proposed.

    Raises `Refused` when nothing could be fetched, the mapping file cannot be used, or this is a demo and the file is not
    its own; every later refusal is an outcome with a run that says why. Only the command line passes addresses.
    """
    wishes = read_wishes(Path(mapping)) if mapping else Wishes()
    came = fetch(str(path_or_url))
    intake.hold_demo([came.digest])
    how = hashlib.sha256(Path(mapping).read_bytes()).hexdigest() if mapping else ""
    work = _Import(
        came=came,
        wishes=wishes,
        digest=intake.digest_of_all({"package": came.digest}, KIND, how),
        by=by,
        allow_older=allow_older,
        progress=progress or _quiet,
        begun_at=timezone.now(),
    )
    with intake.Staging(work.digest) as staging:
        try:
            outcome = work.run(staging, dry_run=dry_run)
        except Refused as refused:
            outcome = work.end("refused", staging, None, refused)
        except RecursionError:
            deep = Refused(
                _("%(name)s is nested too deeply.") % {"name": came.name}, _("Ask the publisher for a correct package."),
                "too_deep",
            )  # fmt: skip
            outcome = work.end("refused", staging, None, deep)
        staging.discard()
    return outcome


def export_package(public_id_or_identifier: str) -> tuple[dict[str, Any], ExportReport]:
    """A framework as a CASE 1.1 package, and what the schema made us add, drop or reshape. Raises `Refused`: no such one."""
    rows = rows_of_framework(public_id_or_identifier)
    if rows is None:
        raise Refused(
            _("There is no framework %(id)s.") % {"id": public_id_or_identifier},
            _("Use its CASE identifier, or the id in its address."),
            "absent",
        )
    return package_of_rows(rows)
