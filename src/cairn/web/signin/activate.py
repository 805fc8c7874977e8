"""How does a printed code become an account? The code, then a user name and a password (/activate)."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from cairn.people.accounts.actions import AccountRefused, account_of_person, activate, waiting_code
from cairn.people.accounts.doors import count_wrong, is_closed
from cairn.people.accounts.queries import suggested_username, username_is_free
from cairn.web.signin.door import come_in
from cairn.web.signin.origin import address_of
from cairn.web.signin.passwords import NewPasswordForm

PLAIN = RegexValidator(r"^[\w.@+-]+$", _("Use letters, digits and the signs . @ + - _ only, without spaces."))


class CodeForm(forms.Form):
    """The code from the card."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_(
            "It stands on your card, for example K7F2-9QXM-34HT. Capitals and dashes make no difference."
        ),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the code from your card.")},
    )


class ActivateForm(NewPasswordForm):
    """The user name, where there is none yet, and the password."""

    username = forms.CharField(
        label=_("User name"),
        help_text=_("With this name you sign in. You can change it here, and not later."),
        min_length=3,
        max_length=60,
        validators=[PLAIN],
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type a user name.")},
    )
    field_order = ("username", "password", "again")

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if not username_is_free(username):
            raise forms.ValidationError(_("Someone else has this user name. Choose another one."))
        self.account = SimpleNamespace(username=username)
        return username


@never_cache
def activate_page(request: HttpRequest) -> HttpResponse:
    """First the code; with a code that works, the rest."""
    if request.method != "POST":
        return _ask_code(request, CodeForm())
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _ask_code(request, form)
    address = address_of(request)
    if is_closed("activate", address):
        form.add_error(None, _("Too many wrong codes from here. Wait 15 minutes, then try again."))
        return _ask_code(request, form)
    code = form.cleaned_data["code"]
    row = waiting_code(code)
    if row is None:
        count_wrong("activate", address)
        form.add_error(
            "code",
            _("This code does not work. It may be mistyped, used already, or too old. Ask for a new one."),
        )
        return _ask_code(request, form)
    return _with_code(request, code, row.student or row.adult)


def _ask_code(request: HttpRequest, form: CodeForm) -> HttpResponse:
    return render(request, "signin/activate.html", {"form": form}, status=422 if form.errors else 200)


def _with_code(request: HttpRequest, code: str, person: Any) -> HttpResponse:
    """The second step; the code comes along in a hidden field."""
    account = account_of_person(person)
    sent = request.POST if "password" in request.POST else None
    if account is None:
        form: NewPasswordForm = ActivateForm(sent, initial={"username": suggested_username(person)})
    else:
        form = NewPasswordForm(sent, account=account)
    if sent is not None and form.is_valid():
        try:
            username = account.username if account else form.cleaned_data["username"]
            made = activate(
                code=code,
                username=username,
                password=form.cleaned_data["password"],
                language=get_language() or "",
            )
            return come_in(request, made)
        except AccountRefused as refused:
            form.add_error(None, refused.reason)
    context = {"form": form, "code": code, "person": person, "account": account}
    return render(request, "signin/choose.html", context, status=422 if form.errors else 200)
