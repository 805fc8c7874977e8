"""Who in this class would change if another rule decided? Nothing is written, and nothing can be published from here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from cairn.access.decide import NotHere, today
from cairn.access.directory import class_of
from cairn.learning.frameworks.queries import frameworks_in_use
from cairn.learning.mastery.whatif import what_if
from cairn.learning.plans.planned import planned_for
from cairn.web.parts.opening import because_line, signed_in, viewer_of, write_look
from cairn.web.parts.policy_form import PolicyForm, changing_rows
from cairn.web.teacher.grid import class_title

SHOWN = 200


@signed_in
def class_what_if(request: HttpRequest, klass: str) -> HttpResponse:
    """The question and its answer, for whoever sees the class's record as it is today."""
    viewer = viewer_of(request)
    found, decision = class_of(viewer, klass, category="academic")
    if decision.until is not None:
        raise NotHere
    language = get_language() or "en"
    taught = {target.framework for target in planned_for([found.pk], on=today(), language=language)}
    frameworks = [one for one in frameworks_in_use(language) if one.pk in taught]
    form = PolicyForm(frameworks, [], request.GET)
    context: dict[str, Any] = {
        "klass": found,
        "title": class_title(found),
        "form": form,
        "problems": form.problems if form.asked else [],
        "because": because_line(decision),
    }
    if form.asked and form.method is not None:
        answer = what_if(viewer, form.method, form.scope, klass=found, listed=SHOWN, language=language)
        named = sorted({one.student for one in answer.listed})
        write_look(request, "what_if", decision, named, klass=found.pk)
        context |= {"found": answer, "rows": changing_rows(answer)}
    return render(request, "teacher/what_if.html", context, status=422 if context["problems"] else 200)
