"""What can everyone set for themselves? Language, keys, the class grid, password, and where they are signed in (/settings)."""

from typing import Any

from django import forms
from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cairn.people.accounts.actions import (
    change_password,
    end_sessions,
    set_density,
    set_language,
    set_single_keys,
)
from cairn.people.accounts.queries import browsers_of
from cairn.web.parts.middleware import COOKIE
from cairn.web.parts.opening import signed_in, viewer_of
from cairn.web.signin.passwords import NewPasswordForm

DENSITY_NAMES = {
    "compact": gettext_lazy("Compact: most of the class on one screen"),
    "comfortable": gettext_lazy("Comfortable: larger cells, easier to hit"),
}


class ChangePasswordForm(NewPasswordForm):
    """The password of now, and the new one."""

    current = forms.CharField(
        label=gettext_lazy("Password now"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Type the password you have now.")},
    )
    field_order = ("current", "password", "again")

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        if not self.account.check_password(current):
            raise forms.ValidationError(gettext_lazy("This is not your password."))
        return current


def _page(request: HttpRequest, form: ChangePasswordForm | None = None) -> HttpResponse:
    account = viewer_of(request)
    if form is None and account.has_usable_password():
        form = ChangePasswordForm(account=account)
    context: dict[str, Any] = {
        "form": form,
        "account": account,
        "languages": django_settings.LANGUAGES,
        "densities": DENSITY_NAMES.items(),
        "browsers": browsers_of(account, session_key=request.session.session_key),
    }
    return render(request, "signin/settings.html", context, status=422 if form and form.errors else 200)


def _back(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return HttpResponseRedirect("/settings")


@signed_in
def settings(request: HttpRequest) -> HttpResponse:
    """The page."""
    return _page(request)


@require_POST
@signed_in
def save_language(request: HttpRequest) -> HttpResponse:
    """The language from now on; what this browser remembered gives way."""
    language = request.POST.get("language", "")
    if language in dict(django_settings.LANGUAGES):
        set_language(account=viewer_of(request), language=language)
        with translation.override(language):
            response = _back(request, _("Your language is saved."))
        response.delete_cookie(COOKIE)
        return response
    return HttpResponseRedirect("/settings")


@require_POST
@signed_in
def save_keys(request: HttpRequest) -> HttpResponse:
    """Single-letter keys on or off."""
    set_single_keys(account=viewer_of(request), on=request.POST.get("single_keys") == "on")
    return _back(request, _("Your choice of keys is saved."))


@require_POST
@signed_in
def save_density(request: HttpRequest) -> HttpResponse:
    """How large the cells of the class grid are, from its own button or from here; back to where the choice was made."""
    density = request.POST.get("density", "")
    if density not in DENSITY_NAMES:
        return HttpResponseRedirect("/settings")
    set_density(account=viewer_of(request), density=density)
    back = request.POST.get("next", "")
    if back.startswith("/classes/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return HttpResponseRedirect(back)
    return _back(request, _("The size of the class grid is saved."))


@require_POST
@signed_in
def save_password(request: HttpRequest) -> HttpResponse:
    """A new password; this browser stays signed in, all others are signed out."""
    account = viewer_of(request)
    form = ChangePasswordForm(request.POST, account=account)
    if not account.has_usable_password() or not form.is_valid():
        return _page(request, form)
    change_password(
        account=account, password=form.cleaned_data["password"], session_key=request.session.session_key
    )
    update_session_auth_hash(request, account)
    return _back(request, _("Your password is changed. All other browsers are signed out."))


@require_POST
@signed_in
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """Every other browser is signed out."""
    end_sessions(viewer_of(request), but=request.session.session_key)
    return _back(request, _("All other browsers are signed out."))
