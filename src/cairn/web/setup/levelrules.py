"""By which rule is a level complete, who would be complete under another, and how is one published? Earned levels stay."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cairn.access.decide import Decision, NotHere, may, today
from cairn.learning.frameworks.kept import frameworks_kept, keeps_everywhere, keeps_frameworks
from cairn.learning.frameworks.policies import first_day
from cairn.learning.frameworks.queries import frameworks_in_use
from cairn.learning.mastery.levelrules import level_versions, publish_level_policy
from cairn.learning.mastery.levelups import propose_decided_by
from cairn.learning.mastery.levelwhatif import LevelWhatIf, level_what_if
from cairn.web.parts.levels_view import rule_words
from cairn.web.parts.opening import signed_in, viewer_of, write_look
from cairn.web.setup.levelrule_form import LevelRuleForm
from cairn.web.setup.policies import SHOWN, places_of


def _form(request: HttpRequest) -> tuple[Any, LevelRuleForm, list[Any], bool]:
    """The viewer, what they ask, the frameworks, and whether they keep them. Raises NotHere for whoever may not ask at all."""
    viewer = viewer_of(request)
    places, keeps = places_of(viewer), keeps_frameworks(viewer)
    if not places and not keeps:
        raise NotHere
    known = list(frameworks_kept(viewer)) if keeps else list(frameworks_in_use())
    known = [one for one in known if one.translates_id is None]
    sent = request.POST if request.method == "POST" else request.GET
    return viewer, LevelRuleForm(known, places, sent), known, keeps


@signed_in
def level_rules(request: HttpRequest) -> HttpResponse:
    """The versions, and who would be complete under the rule that is asked about."""
    viewer, form, known, keeps = _form(request)
    found = None
    if form.asked and form.rule is not None and form.place is not None:
        found = level_what_if(
            viewer,
            form.rule,
            form.framework,
            agency=form.place,
            listed=SHOWN,
            language=get_language() or "en",
        )
        students = sorted({one.student for one in found.listed})
        why = may(viewer, "view", "academic", student=students[0]) if students else Decision(False)
        write_look(request, "what_if", why, students, agency=form.place.pk)
    return _page(request, form, known, keeps, found)


def _page(
    request: HttpRequest, form: LevelRuleForm, known: list[Any], keeps: bool, found: LevelWhatIf | None
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "problems": form.problems if form.asked else [],
        "keeps": keeps,
        "found": found,
        "said": rule_words(form.rule) if form.rule else "",
        "versions": [
            (one, rule_words(one.rule), timezone.localdate(one.valid_from)) for one in level_versions(known)
        ],
        "because": _("You see this because you look after the data.")
        if keeps
        else _("You see this because you lead a school."),
    }
    return render(request, "setup/levelrules.html", context, status=422 if context["problems"] else 200)


@require_POST
@signed_in
def publish(request: HttpRequest) -> HttpResponse:
    """Publish the rule from a day on. Whoever is complete by then is proposed; nobody's earned level is undone."""
    viewer, form, known, keeps = _form(request)
    if not keeps or (form.framework is None and not keeps_everywhere(viewer)):
        raise NotHere
    day = form.first_day()
    if day is None or form.rule is None:
        return _page(request, form, known, keeps, None)
    scope = form.framework.pk if form.framework else None
    publish_level_policy(
        form.rule,
        by=viewer,
        framework=scope,
        automatic=form.automatic,
        valid_from=first_day(day),
    )
    said = _("The rule of a level is published.")
    if day == today():
        count = propose_decided_by(scope)
        more = ngettext(
            "%(n)s student has completed a level by it.",
            "%(n)s students have completed a level by it.",
            count,
        )
        said = f"{said} {more % {'n': count}}"
    messages.success(request, said)
    return HttpResponseRedirect("/setup/levelrules")
