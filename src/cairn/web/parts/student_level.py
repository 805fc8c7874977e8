"""How does a teacher set a student's level on a target, and let the evidence speak again?"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cairn.access.decide import NotHere, may, today
from cairn.access.directory import record_for_staff
from cairn.learning.frameworks.queries import scale_in_use, target_by
from cairn.learning.mastery.overrides import lift_override, set_override
from cairn.rules.refusal import Refusal
from cairn.web.parts.opening import signed_in, viewer_of
from cairn.web.parts.overriding import problem_of, read_sent
from cairn.web.parts.student import target as target_page


@require_POST
@signed_in
def set_level(request: HttpRequest, student: str, target: str) -> HttpResponse:
    """Sets the level; what does not fit comes back on the page with what is wrong."""
    viewer = viewer_of(request)
    found, _decision, enrollments = record_for_staff(viewer, student)
    item = target_by(target)
    if item is None or not may(viewer, "record", "academic", student=found.pk).allowed:
        raise NotHere
    school = enrollments[0].school_id if enrollments else None
    use = scale_in_use(item.framework_id, "en", today(), school)
    if use is None:
        raise NotHere
    try:
        level, until = read_sent(request.POST, use)
        set_override(
            found.pk,
            item.pk,
            level,
            request.POST.get("reason", ""),
            by=viewer,
            locked="locked" in request.POST,
            until=until,
        )
    except Refusal as refusal:
        return target_page(request, student, target, refused=problem_of(refusal))
    messages.success(request, _("The level is set."))
    return HttpResponseRedirect(f"/students/{found.public_id}/targets/{item.public_id}")


@require_POST
@signed_in
def lift_level(request: HttpRequest, student: str, target: str) -> HttpResponse:
    """The evidence alone sets the level again."""
    viewer = viewer_of(request)
    found, _decision, _enrollments = record_for_staff(viewer, student)
    item = target_by(target)
    if item is None:
        raise NotHere
    lift_override(found.pk, item.pk, by=viewer)
    messages.success(request, _("The evidence sets the level again."))
    return HttpResponseRedirect(f"/students/{found.public_id}/targets/{item.public_id}")
