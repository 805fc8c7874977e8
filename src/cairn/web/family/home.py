"""How are my children? One card per child: one honest sentence, one thing to ask about tonight (F1)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cairn.access.decide import Decision, NotHere, may_many
from cairn.access.directory import children_of, roles_of, schools_at
from cairn.learning.plans.queries import Progress, student_progress
from cairn.web.parts.dating import as_seen, dated
from cairn.web.parts.opening import because_line, signed_in, viewer_of, write_look
from cairn.web.parts.progress import ChildCard
from cairn.web.parts.progress_view import grade_words


@signed_in
@dated
def home(request: HttpRequest) -> HttpResponse:
    """A card for each child."""
    viewer = viewer_of(request)
    children = list(children_of(viewer))
    if not children and "family" not in roles_of(viewer):
        raise NotHere
    found = may_many(viewer, "view", "academic", [child.pk for child in children])
    decisions = {student: as_seen(request, decision) for student, decision in found.items()}
    allowed = [child for child in children if decisions[child.pk].allowed]
    cards = [_card(child, decisions[child.pk]) for child in allowed]
    context: dict[str, object] = {"children": cards}
    for child in allowed:
        # One look for each child, so that each child's own log finds it, with the reason that holds for that child.
        write_look(request, "family", decisions[child.pk], [child.pk], student=child.pk)
    if len(allowed) == 1:
        context["because"] = because_line(decisions[allowed[0].pk])
    elif allowed:
        context["because"] = _("You see this because this is your family.")
    return render(request, "family/home.html", context)


def _card(child: Any, decision: Decision) -> ChildCard:
    progress = student_progress(child, decision, language=get_language() or "en")
    schools = schools_at(child, on=progress.on)
    coming = [subject.next.name for subject in progress.subjects if subject.next]
    return ChildCard(
        name=child.called,
        url=f"/family/{child.public_id}",
        school=schools[0].school.name if schools else "",
        grade=grade_words(schools[0].grade_level) if schools else "",
        sentence=sentence(child.called, progress),
        met=progress.met,
        planned=progress.planned,
        ask_about=coming[0] if coming else "",
    )


def sentence(name: str, progress: Progress) -> str:
    """One honest sentence, or two: on plan in how many areas, and the one that needs most."""
    if not progress.planned:
        return _("%(name)s has no targets yet. The teachers are choosing them.") % {"name": name}
    paced = [subject for subject in progress.subjects if subject.pace]
    if not paced:
        return ngettext(
            "%(name)s has met %(met)s target so far.",
            "%(name)s has met %(met)s targets so far.",
            progress.met,
        ) % {"name": name, "met": progress.met}
    behind = [subject for subject in paced if subject.pace and subject.pace.word == "behind"]
    if not behind:
        return ngettext(
            "%(name)s is on plan in the one area that has a plan.",
            "%(name)s is on plan in all %(all)s areas.",
            len(paced),
        ) % {"name": name, "all": len(paced)}
    most = min(behind, key=lambda subject: subject.pace.difference if subject.pace else 0)
    good = len(paced) - len(behind)
    first = ngettext(
        "%(name)s is on plan in %(good)s of %(all)s area.",
        "%(name)s is on plan in %(good)s of %(all)s areas.",
        len(paced),
    ) % {"name": name, "good": good, "all": len(paced)}
    if not good:
        first = _("%(name)s has targets to go in every area.") % {"name": name}
    count = -most.pace.difference if most.pace else 0
    if not count:  # set by a person, who counted nothing
        return first
    second = ngettext(
        "%(subject)s needs one more target to be on plan.",
        "%(subject)s needs %(count)s more targets to be on plan.",
        count,
    ) % {"subject": most.name, "count": count}
    return f"{first} {second}"
