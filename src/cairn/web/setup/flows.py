"""Did last night's rosters and scores flow, and what needs a person now? (W1) Never "success" when a row was set aside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from cairn.access.decide import NotHere, today
from cairn.access.directory import keeps_flows
from cairn.exchange.intake.queries import latest_runs_of, runs_of
from cairn.learning.frameworks.kept import waiting_count
from cairn.web.parts.opening import signed_in, viewer_of

DAYS = 30
MOST = 30  # runs on a page
STALE_AFTER = timedelta(days=3)  # a weekend is not stale
STUCK_AFTER = timedelta(hours=1)  # longer than any import we know: it was killed
BAR, GAP, HIGH = 4, 1, 28

KIND_WORDS = {
    "oneroster": gettext_noop("Rosters (OneRoster)"),
    "case": gettext_noop("Frameworks (CASE)"),
    "scores": gettext_noop("Scores"),
    "targets": gettext_noop("Targets of courses"),
    "ties": gettext_noop("Families and leaders"),
    "levels": gettext_noop("Performance levels"),
}
SECTION_WORDS = {
    "agencies": gettext_noop("Schools and districts"),
    "sessions": gettext_noop("School years and terms"),
    "courses": gettext_noop("Courses"),
    "classes": gettext_noop("Classes"),
    "students": gettext_noop("Students"),
    "adults": gettext_noop("Adults"),
    "demographics": gettext_noop("Demographics"),
    "school_enrollments": gettext_noop("School enrollments"),
    "class_enrollments": gettext_noop("Class enrollments"),
    "class_ties": gettext_noop("Teachers of classes"),
    "family_ties": gettext_noop("Family ties"),
    "agency_ties": gettext_noop("Staff of schools"),
    "participations": gettext_noop("Programs"),
    "items": gettext_noop("Targets and other items"),
    "associations": gettext_noop("Links between items"),
    "scores": gettext_noop("Scores"),
    "targets": gettext_noop("Targets of courses"),
    "ties": gettext_noop("Ties"),
    "levels": gettext_noop("Performance levels"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the small chart. `bad`: rows were set aside, or a file was refused."""

    x: int
    y: int
    height: int
    bad: bool


@dataclass(frozen=True, slots=True)
class Connection:
    """One source and kind of file as a line."""

    name: str
    kind: str
    run: Any
    state: str
    needs_you: bool
    next: str
    added: int
    changed: int
    ended: int
    same: int
    bars: Sequence[Bar]
    said: str  # the chart in words


@signed_in
def flows(request: HttpRequest) -> HttpResponse:
    """Every connection, and all runs."""
    viewer = viewer_of(request)
    if not keeps_flows(viewer):
        raise NotHere
    now = timezone.now()
    begin = today() - timedelta(days=DAYS - 1)
    recent: Any = runs_of(viewer).filter(begun_at__gte=now - timedelta(days=DAYS), dry_run=False)
    days = days_of(recent.values_list("source", "kind", "begun_at", "rows_in", "state", "quarantined"))
    latest = list(latest_runs_of(viewer))
    connections = [
        connection(run, days.get((run.source_id, run.kind), {}), begin, now) for run in _in_order(latest)
    ]
    runs = runs_of(viewer)
    only = request.GET.get("show") == "problems"
    if only:
        runs = runs.filter(Q(quarantined__gt=0) | Q(state__in=["refused", "failed"]), dry_run=False)
    page = Paginator(runs, MOST).get_page(request.GET.get("page"))
    unconfirmed = waiting_count(viewer)
    context = {
        "connections": connections,
        "sentence": sentence(connections, unconfirmed or 0),
        "stale": _stale(latest, now),
        "action": _action(connections, page, only=only),
        "page": page,
        "rows": [(run, _(KIND_WORDS.get(run.kind, run.kind)), state_words(run, now)) for run in page],
        "only": only,
        "unconfirmed": unconfirmed,
        "because": _("You see this because you look after the data."),
    }
    return render(request, "setup/flows.html", context)


def _in_order(runs: Iterable[Any]) -> list[Any]:
    """Rosters first, as everything hangs on them; then by kind and name."""
    kinds = list(KIND_WORDS)

    def place(run: Any) -> tuple[int, str]:
        return (
            kinds.index(run.kind) if run.kind in kinds else len(kinds),
            run.source.name if run.source else "",
        )

    return sorted(runs, key=place)


Days = dict[date, tuple[int, bool, int]]  # day -> rows, anything bad, runs


def days_of(runs: Iterable[tuple[Any, ...]]) -> dict[tuple[int | None, str], Days]:
    """The rows that came in per connection and day."""
    found: dict[tuple[int | None, str], Days] = {}
    for source, kind, begun_at, rows_in, state, quarantined in runs:
        days = found.setdefault((source, kind), {})
        day = timezone.localdate(begun_at)
        rows, bad, runs_then = days.get(day, (0, False, 0))
        bad = bad or bool(quarantined) or state in ("refused", "failed")
        days[day] = (rows + rows_in, bad, runs_then + 1)
    return found


def bars_of(days: Mapping[date, tuple[int, bool, int]], begin: date) -> list[Bar]:
    """A bar per day, from `begin` on; every day with a run is seen, however few its rows."""
    most = max((rows for rows, _bad, _runs in days.values()), default=0) or 1
    bars = []
    for day, (rows, bad, _runs) in sorted(days.items()):
        height = max(6 if bad else 2, rows * HIGH // most)
        place = (day - begin).days
        if 0 <= place < DAYS:
            bars.append(Bar(place * (BAR + GAP), HIGH - height, height, bad))
    return bars


def connection(run: Any, days: Days, begin: date, now: datetime) -> Connection:
    """One line, drawn from the last run and the days before."""
    total = totals(run.counts)
    runs = sum(count for _rows, _bad, count in days.values())
    bad = sum(1 for _rows, is_bad, _count in days.values() if is_bad)
    said = ngettext("%(n)s run in the last 30 days", "%(n)s runs in the last 30 days", runs) % {"n": runs}
    if bad:
        said += ngettext(", problems on %(n)s day", ", problems on %(n)s days", bad) % {"n": bad}
    return Connection(
        name=run.source.name if run.source else _(KIND_WORDS.get(run.kind, run.kind)),
        kind=_(KIND_WORDS.get(run.kind, run.kind)) if run.source else "",
        run=run,
        state=state_words(run, now),
        needs_you=needs_you(run, now),
        next=next_step(run, now),
        added=total["added"],
        changed=total["changed"],
        ended=total["ended"],
        same=total["same"],
        bars=bars_of(days, begin),
        said=said,
    )


def totals(counts: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """The sums over all sections of a run."""
    return {
        what: sum(section.get(what, 0) for section in counts.values())
        for what in ("added", "changed", "ended", "same")
    }


def is_stuck(run: Any, now: datetime) -> bool:
    """Begun long ago and never ended: it was killed."""
    return run.state in ("reading", "applying") and now - run.begun_at > STUCK_AFTER


def state_words(run: Any, now: datetime) -> str:
    """How a run ended. Rows that were set aside are always said."""
    if run.state == "refused":
        return _("Refused, nothing changed")
    if run.state == "failed":
        return _("Stopped by a fault")
    if run.state == "checked" or run.dry_run:
        return _("Dry run, nothing changed")
    if run.state != "done":
        return _("Stopped part way") if is_stuck(run, now) else _("Under way")
    if run.quarantined:
        return ngettext("Done, %(n)s row set aside", "Done, %(n)s rows set aside", run.quarantined) % {
            "n": run.quarantined
        }
    return _("Done")


def needs_you(run: Any, now: datetime) -> bool:
    """Is there anything that only a person can mend?"""
    return bool(run.quarantined) or run.state in ("refused", "failed") or is_stuck(run, now)


def next_step(run: Any, now: datetime) -> str:
    """What to do about this run, as the words of its link; empty when there is nothing to do."""
    if run.state in ("refused", "failed"):
        return _("Read why")
    if is_stuck(run, now):
        return _("See how to go on")
    if run.quarantined:
        return ngettext("Mend %(n)s row", "Mend %(n)s rows", run.quarantined) % {"n": run.quarantined}
    if run.notices:
        return ngettext("Read %(n)s notice", "Read %(n)s notices", run.notices) % {"n": run.notices}
    return ""


def sentence(connections: Sequence[Connection], unconfirmed: int = 0) -> str:
    """Does anything need a person? Where a framework does, its own note says so, and nobody is told that nothing waits."""
    if not connections:
        return ""
    waiting = [line for line in connections if line.needs_you]
    if not waiting and unconfirmed:
        return ngettext("The one connection flowed.", "All %(n)s connections flowed.", len(connections)) % {
            "n": len(connections)
        }
    if not waiting:
        return ngettext(
            "The one connection flowed. Nothing is waiting for you.",
            "All %(n)s connections flowed. Nothing is waiting for you.",
            len(connections),
        ) % {"n": len(connections)}
    names = ", ".join(line.name for line in waiting)
    return ngettext(
        "%(waiting)s of %(all)s connections needs you: %(names)s.",
        "%(waiting)s of %(all)s connections need you: %(names)s.",
        len(waiting),
    ) % {"waiting": len(waiting), "all": len(connections), "names": names}


def _action(connections: Sequence[Connection], page: Any, *, only: bool) -> tuple[str, str]:
    """The main action: today's problems, else the newest ones."""
    waiting = [line for line in connections if line.needs_you]
    if not waiting or only:
        return "", ""
    fresh = [line for line in waiting if timezone.localdate(line.run.begun_at) == today()]
    words = _("Open today’s problems") if fresh else _("Open the newest problems")
    if len(fresh or waiting) == 1:
        return f"/data/runs/{(fresh or waiting)[0].run.public_id}", words
    return "/data?show=problems#runs", words


def _stale(latest: Sequence[Any], now: datetime) -> datetime | None:
    """When rosters last came in, if that is too long ago."""
    rosters = [
        run.ended_at for run in latest if run.kind == "oneroster" and run.state == "done" and run.ended_at
    ]
    newest = max(rosters, default=None)
    return newest if newest and now - newest > STALE_AFTER else None
