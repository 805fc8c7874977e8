"""What do a framework's own words mean here, and by which scale is it scored? A data manager confirms it. (W3)"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cairn.access.decide import NotHere
from cairn.learning.frameworks.actions import confirm_mapping
from cairn.learning.frameworks.kept import framework_kept, keeps_frameworks, kept_list
from cairn.learning.frameworks.standing import standing_in
from cairn.learning.plans.remapping import Remapped, remapped
from cairn.web.parts.opening import signed_in, viewer_of
from cairn.web.parts.problems import Problem
from cairn.web.setup.mapping_form import KIND_WORDS, MappingForm
from cairn.web.setup.scale_form import STAGE_WORDS, ScaleForm, scale_words


@signed_in
def frameworks(request: HttpRequest) -> HttpResponse:
    """Every framework, with what waits."""
    viewer = viewer_of(request)
    kept = kept_list(viewer)
    if not kept and not keeps_frameworks(viewer):
        raise NotHere
    context = {
        "rows": [
            (one, scale_words(one.use.scale) if one.use and one.use.scale else "", _stage(one.use))
            for one in kept
        ],
        "waiting": sum(one.mapping in ("proposed", "partly") for one in kept),
        "because": _("You see this because you look after the data."),
    }
    return render(request, "setup/frameworks.html", context)


def _stage(use: Any) -> object:
    return STAGE_WORDS[use.stage if use else "standards"]


@signed_in
def framework(request: HttpRequest, framework: str) -> HttpResponse:
    """One framework: its mapping as a table to fill in. Changed choices give the changes back; Confirm keeps them."""
    viewer = viewer_of(request)
    found = framework_kept(viewer, framework)
    standing = standing_in(found)
    sent = request.POST if request.method == "POST" else None
    form, scale_form = MappingForm(found, standing, sent), ScaleForm(found)
    changes = remapped(found, standing, form.rows)
    if sent is not None and not form.problems and not changes.scored_then and scale_form.stage != "standards":
        words = _("Nothing would be scored. Tick what gets scores, or choose “Standards alone” below first.")
        form.problems.append(Problem(words, "scored-1"))
    if sent is not None and sent.get("do") == "confirm" and not form.problems:
        if form.is_new:
            confirm_mapping(found, form.rows, by=viewer)
            messages.success(request, _("The mapping is confirmed. It counts from today."))
        else:
            messages.info(request, _("This mapping is confirmed already. Nothing was changed."))
        return HttpResponseRedirect(f"/setup/frameworks/{found.public_id}")
    context = _mapping(form, changes)
    if request.headers.get("HX-Request"):
        return render(request, "setup/framework_changes.html", context)
    return _page(request, found, context, scale_form, form.problems)


def _mapping(form: MappingForm, changes: Remapped) -> dict[str, Any]:
    """What the table and its changes are drawn from."""
    kinds = [(KIND_WORDS[one.kind], one.now, one.then) for one in changes.kinds]
    return {"form": form, "changes": changes, "changed_kinds": kinds}


@require_POST
@signed_in
def scale(request: HttpRequest, framework: str) -> HttpResponse:
    """Which scale and stage from which day on."""
    viewer = viewer_of(request)
    found = framework_kept(viewer, framework)
    scale_form = ScaleForm(found, request.POST)
    if scale_form.save(by=viewer):
        messages.success(request, _("The scale is saved."))
        return HttpResponseRedirect(f"/setup/frameworks/{found.public_id}")
    standing = standing_in(found)
    form = MappingForm(found, standing)
    context = _mapping(form, remapped(found, standing, form.rows))
    return _page(request, found, context, scale_form, scale_form.problems)


def _page(
    request: HttpRequest,
    found: Any,
    context: dict[str, Any],
    scale_form: ScaleForm,
    problems: list[Problem],
) -> HttpResponse:
    name = found.subject or found.title
    context |= {
        "framework": found,
        "name": name,
        "title": found.title if found.title != name else "",
        "scale": scale_form,
        "problems": problems,
        "because": _("You see this because you look after the data."),
    }
    return render(request, "setup/framework.html", context, status=422 if problems else 200)
