"""Which rules decide, who would change under another, and how is one published and applied? Looking changes nothing."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cairn.access.decide import Decision, NotHere, may
from cairn.access.directory import agencies_of
from cairn.learning.frameworks.actions import publish_policy
from cairn.learning.frameworks.kept import frameworks_kept, keeps_everywhere, keeps_frameworks
from cairn.learning.frameworks.policies import first_day, versions_for
from cairn.learning.frameworks.queries import frameworks_in_use
from cairn.learning.mastery.migrating import (
    apply_step,
    changes_of_run,
    pending_cells,
    reached,
    runs,
)
from cairn.learning.mastery.whatif import WhatIf, what_if
from cairn.web.parts import method_words
from cairn.web.parts.how_view import condition_terms
from cairn.web.parts.opening import signed_in, viewer_of, write_look
from cairn.web.parts.policy_form import ORDER_WORDS, PolicyForm, changing_rows, level_said

SHOWN = 200


def places_of(viewer: Any) -> list[Any]:
    """Schools and districts that the viewer may ask about, districts first."""
    found = {one.pk: one for one in agencies_of(viewer, "manage", "frameworks", kind=None)}
    found |= {one.pk: one for one in agencies_of(viewer, "view", "school_numbers", kind=None)}
    return sorted(found.values(), key=lambda one: (one.kind != "district", one.kind, one.name, one.pk))


def _form(request: HttpRequest) -> tuple[Any, PolicyForm, bool]:
    """The viewer, what they ask, and whether they keep frameworks. Raises NotHere for whoever may not ask at all."""
    viewer = viewer_of(request)
    places, keeps = places_of(viewer), keeps_frameworks(viewer)
    if not places and not keeps:
        raise NotHere
    known = list(frameworks_kept(viewer)) if keeps else frameworks_in_use()
    sent = request.POST if request.method == "POST" else request.GET
    return viewer, PolicyForm(known, places, sent), keeps


@signed_in
def policies(request: HttpRequest) -> HttpResponse:
    """The versions, what waits, and who would change under the rule that is asked about."""
    viewer, form, keeps = _form(request)
    found = None
    if form.asked and form.method is not None and form.place is not None:
        found = what_if(
            viewer, form.method, form.scope, agency=form.place, listed=SHOWN, language=get_language() or "en"
        )
        _look(request, sorted({one.student for one in found.listed}), form)
    return _page(request, viewer, form, keeps, found)


def _look(request: HttpRequest, students: list[int], form: PolicyForm) -> None:
    """Students are named only to those who lead their school or teach them."""
    if form.place is not None:
        viewer = viewer_of(request)
        why = may(viewer, "view", "academic", student=students[0]) if students else Decision(False)
        write_look(request, "what_if", why, students, agency=form.place.pk)


def _page(
    request: HttpRequest, viewer: Any, form: PolicyForm, keeps: bool, found: WhatIf | None
) -> HttpResponse:
    known = list(frameworks_kept(viewer)) if keeps else frameworks_in_use()
    everywhere = keeps and keeps_everywhere(viewer)
    context: dict[str, Any] = {
        "form": form,
        "problems": form.problems if form.asked else [],
        "may_publish": keeps and (form.framework is not None or everywhere),
        "keeps": keeps,
        "everywhere": everywhere,
        "begun": reached() if everywhere else None,
        "versions": [
            (
                one,
                method_words.method_words(one.method.name),
                ORDER_WORDS.get(one.method.order, ""),
                _figures(one.method),
            )
            for one in versions_for(known)
        ],
        "found": found,
        "rows": changing_rows(found),
        "pending": _pending(known, everywhere) if keeps else 0,
        "runs": runs(),
        "of_run": None,
        "because": _("You see this because you look after the data.")
        if keeps
        else _("You see this because you lead a school."),
    }
    if (number := request.GET.get("run", "")).isdecimal() and len(number) < 18:
        rows = changes_of_run(int(number), viewer, most=SHOWN)
        context["of_run"] = [(row, level_said(row.level_before), level_said(row.level_after)) for row in rows]
        _look(request, sorted({row.student_id for row in rows}), form)
    return render(request, "setup/policies.html", context, status=422 if context["problems"] else 200)


def _pending(known: Sequence[Any], everywhere: bool) -> int:
    """Levels under an earlier rule: all for who looks after all schools, else those of the frameworks that one keeps."""
    kept = {framework.pk for framework in known}
    return sum(n for framework, n in pending_cells().items() if everywhere or framework in kept)


def _figures(method: Any) -> str:
    """The method's parameters and its conditions."""
    said = [f"{name} {value}" for name, value in method.params.items()]
    conditions = method.conditions
    said += [f"{name}: {value}" for name, value in condition_terms(conditions)]
    if conditions.cut is not None:
        said.append(_("Met from: %(level)s") % {"level": level_said(conditions.cut / 100)})
    return "; ".join(said)


@require_POST
@signed_in
def publish(request: HttpRequest) -> HttpResponse:
    """Publish the rule from a day on. No level changes by it."""
    viewer, form, keeps = _form(request)
    if not keeps or (form.framework is None and not keeps_everywhere(viewer)):
        raise NotHere
    day = form.first_day()
    if day is None or form.method is None:
        return _page(request, viewer, form, keeps, None)
    publish_policy(form.scope, form.method, by=viewer, valid_from=first_day(day), reason=form.reason)
    messages.success(request, _("The rule is published. Levels that stand keep theirs until you apply it."))
    return HttpResponseRedirect("/setup/policies")


@require_POST
@signed_in
def apply(request: HttpRequest) -> HttpResponse:
    """Bring the levels that stand to the rules in force, a step of students at a time; every change is kept."""
    viewer = viewer_of(request)
    if not keeps_everywhere(viewer):
        raise NotHere
    run = apply_step(by=viewer)
    if run is None:
        return HttpResponseRedirect("/setup/policies")
    words_ = ngettext("%(n)s level changed.", "%(n)s levels changed.", run.changed) % {"n": run.changed}
    messages.success(request, _("The rules in force are applied.") + " " + words_)
    return HttpResponseRedirect("/setup/policies")
