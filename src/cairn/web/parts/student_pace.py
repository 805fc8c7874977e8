"""How do staff set a student's pace by hand, move their plan, and let the days speak again?"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cairn.access.decide import NotHere, may
from cairn.access.directory import record_for_staff
from cairn.learning.frameworks.queries import target_by
from cairn.learning.plans.pacing import lift_pace, set_pace
from cairn.rules.refusal import Refusal
from cairn.web.parts.opening import signed_in, viewer_of
from cairn.web.parts.pacing_form import problem_of, read_sent
from cairn.web.parts.student import student as student_page


def _asked(request: HttpRequest, student: str) -> tuple[Any, int]:
    """The student, and the subject (framework id) of the target that stands for it. Raises NotHere."""
    viewer = viewer_of(request)
    found, _decision, _enrollments = record_for_staff(viewer, student)
    item = target_by(str(request.POST.get("subject", "")))
    if item is None or not may(viewer, "plan", "pace", student=found.pk).allowed:
        raise NotHere
    return found, item.framework_id


@require_POST
@signed_in
def set_by_hand(request: HttpRequest, student: str) -> HttpResponse:
    """Sets the pace of one subject; what does not fit comes back on the page with what is wrong."""
    found, framework = _asked(request, student)
    try:
        rule, until = read_sent(request.POST)
        reason = str(request.POST.get("reason", ""))
        set_pace(found.pk, framework, rule, reason, until=until, by=viewer_of(request))
    except Refusal as refusal:
        return student_page(request, student, refused=problem_of(refusal))
    messages.success(request, _("The pace is set."))
    return HttpResponseRedirect(f"/students/{found.public_id}#pace")


@require_POST
@signed_in
def lift(request: HttpRequest, student: str) -> HttpResponse:
    """The days alone say the pace again."""
    found, framework = _asked(request, student)
    lift_pace(found.pk, framework, by=viewer_of(request))
    messages.success(request, _("The days say the pace again."))
    return HttpResponseRedirect(f"/students/{found.public_id}#pace")
