"""How is a new password asked for? Twice, with the rules of the settings, the problems named at their field."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

NEW = {"autocomplete": "new-password"}


class NewPasswordForm(forms.Form):
    """A password and the same once more. `account`: whose it will be, so that it is not the user name."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 signs. Three words in a row are easy to remember and hard to guess."),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs=NEW),
        error_messages={"required": _("Type a password.")},
    )
    again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs=NEW),
        error_messages={"required": _("Type the same password again.")},
    )

    def __init__(self, *args: Any, account: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password, again = data.get("password"), data.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords are not the same."))
        if password:
            try:
                validate_password(password, self.account)
            except ValidationError as problem:
                self.add_error("password", problem)
        return data
