"""What may a viewer see of the imports? The door of this room for reading."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Count, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cairn.access.decide import NotHere, may
from cairn.access.directory import agencies_of
from cairn.exchange.intake import quarantine
from cairn.exchange.intake.models import Problem, Run

if TYPE_CHECKING:
    from cairn.people.models import Account


def _visible(viewer: "Account | None") -> QuerySet[Run]:
    if may(viewer, "view", "data_flows", agency=-1).allowed:  # who administers the whole installation
        return Run.objects.all()
    # Read first: the same subquery in every statement of a page costs more than one short list.
    reach = agencies_of(viewer, "view", "data_flows", kind=None).order_by().values_list("pk", "kind")
    kinds = dict(reach)
    allowed = Q(source__agency__in=list(kinds))
    if not set(kinds.values()).isdisjoint(("state", "district")):
        allowed |= Q(source__isnull=True) | Q(source__agency__isnull=True)
    return Run.objects.filter(allowed)


def _number(severity: str) -> Coalesce:
    problems = Problem.objects.filter(run=OuterRef("pk"), severity=severity).order_by().values("run")
    return Coalesce(
        Subquery(problems.annotate(n=Count("pk")).values("n"), output_field=IntegerField()),
        0,
    )


def runs_of(viewer: "Account | None", *, kind: str | None = None) -> QuerySet[Run]:
    """The imports this viewer may see, the latest first, each with `quarantined` and `notices` counted.

    Those of a source are for who looks after the data of its agency; those of no agency (frameworks, a spreadsheet)
    for who looks after a district or a state. Slice it to page.
    """
    runs = _visible(viewer)
    if kind is not None:
        runs = runs.filter(kind=kind)
    return (
        runs.select_related("source", "by__adult", "by__student")
        .annotate(quarantined=_number("quarantined"), notices=_number("notice"))
        .order_by("-begun_at", "-id")
    )


def latest_runs_of(viewer: "Account | None") -> QuerySet[Run]:
    """The last import of each kind from each source, dry runs left out: how every connection stands."""
    last = _visible(viewer).filter(dry_run=False).order_by().values("source", "kind").annotate(last=Max("pk"))
    return runs_of(viewer).filter(pk__in=list(last.values_list("last", flat=True)))


def run_of(viewer: "Account | None", public_id: str) -> Run:
    """One import. Raises NotHere alike for absent and forbidden."""
    run = runs_of(viewer).filter(public_id=public_id).first()
    if run is None:
        raise NotHere
    return run


def problems_of(viewer: "Account | None", run: Run, *, severity: str | None = None) -> QuerySet[Problem]:
    """What was found wrong in an import, in the order of the files. Slice it to page."""
    problems = Problem.objects.filter(run__in=_visible(viewer).filter(pk=run.pk).values("pk"))
    if severity is not None:
        problems = problems.filter(severity=severity)
    return problems.order_by("-severity", "file", "line", "id")


def quarantine_files(viewer: "Account | None", run: Run) -> list[str]:
    """The names of the files of which rows are quarantined."""
    return quarantine.files_of(run_of(viewer, run.public_id))


def quarantine_csv(viewer: "Account | None", run: Run, file: str) -> Iterator[str]:
    """The quarantined rows of one file as CSV, to be fixed and fed back. Raises NotHere for who may not see the run."""
    return quarantine.csv_of(run_of(viewer, run.public_id), file)


def quarantine_manifest(viewer: "Account | None", run: Run) -> str:
    """The manifest that goes with a roster's quarantined rows, so that they come back as changes; else empty."""
    return quarantine.manifest_of(run_of(viewer, run.public_id))
