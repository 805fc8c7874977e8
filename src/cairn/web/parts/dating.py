"""Of which day is a page asked for? `?as_of=2026-09-14` shows it as it stood then; without it, as it is now.

Who may see a page is decided by the ties of today. What is seen is cut at the day, as for a tie that has ended, so every
page that honors a decision's `until` honors the day as well. Nothing can be recorded on a page of a past day.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cairn.access.decide import Decision, today
from cairn.learning.mastery.asof import begins_on

View = Callable[..., HttpResponse]
NAME = "as_of"
# Links to other dated pages, and those that only change the query; the way back to today is marked.
LINK = re.compile(
    rb'((?:href|data-query)=")((?:/(?:classes|students|family|school|me)(?:/[^"?#]*)?)?)(\?[^"#]*)?(#[^"]*)?"(?! data-today)'
)


class Asked:
    """The day a page is asked for. day: None for the live page; begins: where the record begins after the day, its first day."""

    def __init__(self, day: date | None) -> None:
        self.day = day
        first = begins_on() if day else None
        self.begins = first if day and first and first > day else None
        self.is_empty = day is not None and first is None
        self.most = today()


def asked(request: HttpRequest) -> date | None:
    """The past day that this page is asked for; None: it is the live page."""
    found = cast("Asked | None", getattr(request, "asked", None))
    return found.day if found else None


def on_day(request: HttpRequest) -> date:
    """The day that this page is asked for, or today."""
    return asked(request) or today()


def as_seen(request: HttpRequest, decision: Decision) -> Decision:
    """What `access` decided, cut at the day the page is asked for."""
    day = asked(request)
    if day is None or not decision.allowed:
        return decision
    return decision._replace(until=min(day, decision.until or day))


def dated(view: View) -> View:
    """Lets a page be asked for as of a day. Today and days to come are the live page; what is no day is refused plainly."""

    @wraps(view)
    def of_a_day(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = request.GET.get(NAME, "").strip()
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError:
            return _refuse(request, _("This is not a day: “%(text)s”.") % {"text": text[:40]})
        request.asked = Asked(day if day and day < today() else None)  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        if asked(request) is not None and response.headers.get("Content-Type", "").startswith("text/html"):
            response.content = keep_day(response.content, asked(request))
        return response

    return of_a_day


def keep_day(html: bytes, day: date | None) -> bytes:
    """The same page with the day in every link to a page that can be of a day. One place, so that no link is forgotten."""
    mark = f"{NAME}={day:%Y-%m-%d}".encode()

    def link(found: re.Match[bytes]) -> bytes:
        begin, path, query, place = found.groups(default=b"")
        if (not path and not query) or mark in query or path.endswith(b"/log"):
            return found.group()
        joined = query + (b"&amp;" if len(query) > 1 else b"" if query else b"?") + mark
        return begin + path + joined + place + b'"'

    return LINK.sub(link, html)


def refuse_past(request: HttpRequest) -> HttpResponse | None:
    """The answer to whoever wants to change something on a page of a past day; None: the request says no day."""
    if request.method in ("GET", "HEAD") or NAME not in request.GET:
        return None
    return _refuse(request, _("A page of a past day cannot be changed. Nothing was saved."))


def _refuse(request: HttpRequest, words: str) -> HttpResponse:
    if request.headers.get("HX-Request") or request.content_type == "application/json":
        return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
    return render(request, "parts/no_day.html", {"words": words}, status=400)
