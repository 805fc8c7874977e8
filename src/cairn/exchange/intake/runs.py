"""How is an import written down: what came, what it changed, what did not come in? Used by `actions.py`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext

from cairn.exchange.intake.models import Problem, Run
from cairn.exchange.intake.outcome import Counts, Refusal
from cairn.exchange.intake.staging import Staging, Texts
from cairn.people.models import ExternalId, Source

if TYPE_CHECKING:
    from cairn.people.models import Account

BATCH = 500


def begin_run(
    *, kind: str, name: str, digest: str, by: "Account | None", begun_at: datetime, source: int | None = None,
    dry_run: bool = False, state: str = "applying",
) -> Run:  # fmt: skip
    """A new run. Rosters and frameworks call it inside the transaction that applies them."""
    return Run.objects.create(
        kind=kind, name=name[:300], digest=digest, by=by, begun_at=begun_at, source_id=source, dry_run=dry_run,
        state=state,
    )  # fmt: skip


def unfinished_run(kind: str, digest: str) -> Run | None:
    """The run of the same file that was killed while applying, to go on with from its `position`."""
    return (
        Run.objects.filter(kind=kind, digest=digest, state="applying", dry_run=False).order_by("-id").first()
    )


def end_run(
    run: Run,
    *,
    state: str,
    changes: Mapping[str, Counts],
    rows_in: int,
    refusal: Refusal | None = None,
) -> None:
    """How it went. `state`: done, checked (a dry run), refused or failed."""
    run.state, run.ended_at, run.rows_in = state, timezone.now(), rows_in
    run.counts = {entity: counts.as_json() for entity, counts in changes.items()}
    run.refusal = refusal.as_json() if refusal else None
    run.save(update_fields=["state", "ended_at", "rows_in", "counts", "refusal"])


def source_id(key: str, *, name: str = "", agency: int | None = None) -> int:
    """The source of this key; made when it is new."""
    source, _made = Source.objects.get_or_create(key=key, defaults={"name": name or key, "agency_id": agency})
    return int(source.pk)


def place_source(source: int, district_key: str | None) -> None:
    """Hangs a new source at its district (the key the source itself gave it): who looks after the district sees its imports."""
    agency = ExternalId.objects.filter(
        source_id=source, entity="agency", kind="sourcedId", value=district_key or ""
    )
    Source.objects.filter(pk=source, agency__isnull=True).update(agency_id=agency.values("object_id")[:1])


def known_source(key: str) -> int | None:
    """The id of the source, if anything ever came from it."""
    return Source.objects.filter(key=key).values_list("id", flat=True).first()


def _say(text: str, file: str, field: str, value: str) -> str:
    try:
        return gettext(text).format(file=file, field=field, value=value)[:500]
    except (KeyError, IndexError, ValueError):  # a text without places, holding braces of its own
        return gettext(text)[:500]


def _problems(run: Run, staging: Staging, bad: Texts, notices: Texts) -> Iterator[Problem]:
    for file, line, field, value, code, row in staging.bad_rows():
        reason, remedy = bad.get(code, (code, ""))
        yield Problem(
            run=run, severity="quarantined", file=file[:200], line=line, field=field[:100], value=value[:500],
            code=code, reason=_say(reason, file, field, value), remedy=_say(remedy, file, field, value),
            row=list(row.items()),  # pairs: PostgreSQL does not keep the order of keys
        )  # fmt: skip
    for code, file, field, line, value, count in staging.notices():
        reason, remedy = notices.get(code, (code, ""))
        yield Problem(
            run=run, severity="notice", file=file[:200], line=line, field=field[:100], value=value[:500],
            code=code, reason=_say(reason, file, field, value), remedy=_say(remedy, file, field, value), count=count,
        )  # fmt: skip


def save_problems(run: Run, staging: Staging, *, bad: Texts, notices: Texts) -> tuple[int, int]:
    """Writes what was found wrong; gives the numbers of quarantined rows and of notices."""
    _insert(_problems(run, staging, bad, notices))
    return staging.count_bad(), len(staging.notices())


def _insert(problems: Iterable[Problem]) -> None:
    waiting = iter(problems)
    while batch := list(islice(waiting, BATCH)):
        Problem.objects.bulk_create(batch)
