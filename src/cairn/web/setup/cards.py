"""How are codes handed out? One card each to print and cut, in the language of the home; or a CSV. They are seen once only."""

import csv as comma
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from cairn.access.accounts import belongings
from cairn.people.accounts.actions import VALID_FOR

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed for one person."""

    name: str
    belongs: str
    code: str
    username: str
    language: str
    until: str


def _language(person: Any) -> str:
    spoken = str(person.home_language or "").partition("-")[0].lower()
    return spoken if spoken in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _cards(made: Sequence[Any], group: Any) -> list[Card]:
    belongs = belongings(group, [new.person for new in made])
    last = timezone.localdate() + VALID_FOR
    cards = []
    for new in made:
        language = _language(new.person)
        with override(language):
            until = date_format(last, "DATE_FORMAT")
        words = belongs[new.person.pk]
        where = ", ".join(words if group == "families" else words[:1])
        cards.append(Card(new.person.name, where, new.code, new.username, language, until))
    return cards


def hand_out(
    request: HttpRequest, made: Sequence[Any], group: Any, *, back: str, place: str, csv: bool
) -> HttpResponse:
    """The answer that shows the codes, for the first and last time."""
    cards = _cards(made, group)
    address = request.build_absolute_uri("/activate")
    if csv:
        return _as_csv(cards, address)
    context = {"cards": cards, "address": address, "back": back, "place": place}
    return render(request, "setup/cards.html", context)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _as_csv(cards: Sequence[Card], address: str) -> HttpResponse:
    text = io.StringIO()
    rows = comma.writer(text)
    rows.writerow([_("Name"), _("Class"), _("User name"), _("Code"), _("Works until"), _("Address")])
    for card in cards:
        values = (card.name, card.belongs, card.username, card.code, card.until, address)
        rows.writerow([_safe(value) for value in values])
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),  # the mark tells spreadsheets that it is UTF-8
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="codes.csv"'},
    )
