"""How does a person come in and go out? User name and password; in a demo on this machine, one click (/signin, /signout)."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cairn.people.accounts.actions import clear_sessions
from cairn.people.accounts.demo import demo_account
from cairn.people.accounts.doors import count_wrong, is_closed
from cairn.people.accounts.signin import BACKEND
from cairn.web.parts.errors import page_not_found
from cairn.web.parts.middleware import COOKIE
from cairn.web.signin.demo import demo_offer, is_demo_here
from cairn.web.signin.origin import address_of, device_of

CLEARED = 200  # expired sessions at each sign-in: more than come in between, and never a long wait


class SignInForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type your user name.")},
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Type your password.")},
    )


def safe_next(request: HttpRequest) -> str:
    """Where to go after signing in: an address of ours, else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else "/"


def come_in(request: HttpRequest, account: Any, to: str = "/") -> HttpResponse:
    """Signs the account in, in a fresh session, and goes on. Who set a language is answered in it, whoever sat here before."""
    clear_sessions(most=CLEARED)
    login(request, account, backend=BACKEND)
    request.session["signed_in_at"] = timezone.now().isoformat()
    request.session["device"] = device_of(request)
    response = HttpResponseRedirect(to)
    if account.language:
        response.delete_cookie(COOKIE)
    return response


@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """The door."""
    to = safe_next(request)
    if request.user.is_authenticated and not is_demo_here(request):
        return HttpResponseRedirect(to)
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        address = address_of(request)
        if is_closed("signin", address):
            form.add_error(None, _("Too many wrong tries from here. Wait 15 minutes, then try again."))
        elif account := authenticate(request, **form.cleaned_data):
            return come_in(request, account, to)
        else:
            count_wrong("signin", address)
            form.add_error(
                None,
                _(
                    "This user name and password do not go together. After 8 wrong tries an account rests for 15 minutes."
                ),
            )
    context = {"form": form, "next": to, "demo": demo_offer(request)}
    return render(request, "signin/door.html", context, status=422 if form.errors else 200)


@require_POST
def sign_in_demo(request: HttpRequest) -> HttpResponse:
    """One click, in a demo on this machine. Anywhere else there is no such address."""
    account = demo_account(request.POST.get("person", "")) if is_demo_here(request) else None
    if account is None or not account.is_active:
        return page_not_found(request)
    return come_in(request, account)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends, on the server too."""
    logout(request)
    return HttpResponseRedirect("/signin")
