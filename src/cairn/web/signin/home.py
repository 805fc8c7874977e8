"""Where does a person begin? `/` sends each role to its home; a person with several roles chooses which one they are in."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from cairn.access.directory import classes_of, roles_of
from cairn.people.accounts.actions import choose_role
from cairn.web.parts.context import home_of
from cairn.web.parts.opening import signed_in, viewer_of


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the role that the viewer is in."""
    viewer = viewer_of(request)
    roles = roles_of(viewer)
    if not roles:
        return render(request, "signin/nothing.html")
    role = viewer.role if viewer.role in roles else roles[0]
    if role == "teacher":
        classes = list(classes_of(viewer)[:2])
        if len(classes) == 1:
            return HttpResponseRedirect(f"/classes/{classes[0].public_id}")
    return HttpResponseRedirect(home_of(role))


@require_POST
@signed_in
def switch_role(request: HttpRequest) -> HttpResponse:
    """From now on in this role; its home opens."""
    viewer, role = viewer_of(request), request.POST.get("role", "")
    if role in roles_of(viewer):
        choose_role(account=viewer, role=role)
    return HttpResponseRedirect("/")
