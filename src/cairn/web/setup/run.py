"""What did one import bring, what did it refuse or set aside, and how is that mended? The import report. (W1)"""

from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cairn.access.decide import NotHere
from cairn.exchange.intake.queries import (
    problems_of,
    quarantine_csv,
    quarantine_files,
    quarantine_manifest,
    run_of,
)
from cairn.web.parts.opening import signed_in, viewer_of
from cairn.web.setup.flows import KIND_WORDS, SECTION_WORDS, is_stuck, needs_you, state_words, totals

MOST = 50
MANIFEST = "manifest.csv"


@signed_in
def run(request: HttpRequest, run: str) -> HttpResponse:
    """The report of one import."""
    viewer = viewer_of(request)
    found: Any = run_of(viewer, run)
    now = timezone.now()
    page = Paginator(problems_of(viewer, found), MOST).get_page(request.GET.get("page"))
    files = quarantine_files(viewer, found) if found.quarantined else []
    context = {
        "run": found,
        "kind": _(KIND_WORDS.get(found.kind, found.kind)),
        "state": state_words(found, now),
        "needs_you": needs_you(found, now),
        "is_stuck": is_stuck(found, now),
        "by": found.by.person.name if found.by else "",
        "sections": _sections(found),
        "total": totals(found.counts),
        "page": page,
        "files": [*files, MANIFEST] if files and quarantine_manifest(viewer, found) else files,
        "because": _("You see this because you look after the data."),
    }
    return render(request, "setup/run.html", context)


def _sections(found: Any) -> list[tuple[str, dict[str, int]]]:
    """Name and counts of every section that anything was in."""
    return [
        (_(SECTION_WORDS.get(name, name)), counts)
        for name, counts in found.counts.items()
        if any(counts.values())
    ]


@signed_in
def quarantine(request: HttpRequest, run: str) -> Any:
    """The rows of one file that were set aside, as CSV to be mended and fed back."""
    viewer = viewer_of(request)
    found: Any = run_of(viewer, run)
    file = request.GET.get("file", "")
    if file == MANIFEST and (manifest := quarantine_manifest(viewer, found)):
        return _csv([manifest], MANIFEST)
    if file not in quarantine_files(viewer, found):
        raise NotHere
    return _csv(quarantine_csv(viewer, found, file), f"{Path(file).stem}.csv")


def _csv(lines: Any, name: str) -> StreamingHttpResponse:
    safe = "".join(
        letter if (letter.isalnum() and letter.isascii()) or letter in "._-" else "_" for letter in name
    )
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{safe}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
