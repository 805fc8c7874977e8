"""Which small pieces can a template draw by name? Load with {% load cairn %}. Every piece is a template in parts/."""

from datetime import date
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template import Context
from django.utils.formats import date_format

from cairn.rules.pace import Pace
from cairn.web.parts import words
from cairn.web.parts.number_words import number_rules

register = template.Library()


@register.inclusion_tag("parts/icon.html")
def icon(name: str) -> dict[str, str]:
    """A drawn sign: {% icon "print" %}. The signs are the symbols of parts/sprite.html."""
    return {"name": name}


@register.inclusion_tag("parts/chip.html")
def chip(level: words.LevelShown) -> dict[str, object]:
    """Number and word, for students and families."""
    return {"level": level}


@register.inclusion_tag("parts/badge.html")
def badge(level: words.LevelShown, size: str = "") -> dict[str, object]:
    """The number in its color, the word for screen readers: {% badge level %}, {% badge level "big" %}."""
    return {"level": level, "size": size}


@register.inclusion_tag("parts/pace.html")
def pace_mark(pace: Pace, audience: str = "student", name: str = "") -> dict[str, str]:
    """A shape and its words."""
    return {"word": pace.word, "said": words.pace_words(pace, audience, name)}


@register.inclusion_tag("parts/worked_out.html")
def worked_out(place: str, about: str = "") -> dict[str, object]:
    """How the numbers of a place are counted, to unfold: {% worked_out "grid" %}. They carry data-how="how-grid"."""
    return {"place": place, "about": about, "rules": number_rules(place)}


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField) -> dict[str, object]:
    """A form field with label, hint and problem."""
    return {"field": bound}


@register.inclusion_tag("parts/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, object]:
    """What is wrong in a form, at its top, each linked to its field."""
    problems = [{"text": text, "anchor": ""} for text in form.non_field_errors()]
    for bound in form:
        anchor = bound.id_for_label or bound.auto_id
        problems += [{"text": f"{bound.label}: {text}", "anchor": anchor} for text in bound.errors]
    return {"problems": problems}


@register.inclusion_tag("parts/pages.html", takes_context=True)
def pages(context: Context, page: "Page[Any]") -> dict[str, object]:
    """Previous and next, keeping the rest of the query string."""
    query = context["request"].GET.copy()

    def link(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
    }


@register.filter
def day(value: date | None) -> str:
    """A date in words, with its year only where it is long ago: November 20."""
    return words.day_text(value) if value else ""


@register.filter
def full_day(value: date | None) -> str:
    """A date in words with its year: November 20, 2026."""
    return date_format(value, "DATE_FORMAT") if value else ""
