"""What stands around every page: who is here, as what, where can they go, in which language?

Templates find it as `frame`. It is worked out when a template first asks, so fragments pay nothing for it.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cairn.access.decide import today
from cairn.access.directory import agencies_of, classes_of, roles_of, schools_at

KEPT = "frame"  # the session keeps roles and school for a day; they only draw the bar, they open nothing


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place of the main navigation."""

    label: str | Promise
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One role in the account menu."""

    key: str
    label: str | Promise
    current: bool


@dataclass(frozen=True, slots=True)
class Language:
    """One other language this page can be read in."""

    code: str
    name: str


# At most five per role; the first is the role's home.
NAVIGATION: dict[str, tuple[tuple[str | Promise, str], ...]] = {
    "student": ((_("Progress"), "/me"), (_("Who looked"), "/me/log"), (_("Words"), "/words")),
    "family": ((_("Children"), "/family"), (_("Words"), "/words")),
    "teacher": ((_("Classes"), "/classes"), (_("Find"), "/find"), (_("Words"), "/words")),
    "support": ((_("Students"), "/find"), (_("Words"), "/words")),
    "principal": ((_("School"), "/school"), (_("Find"), "/find"), (_("Words"), "/words")),
    "data": (
        (_("Data"), "/data"),
        (_("People"), "/setup/people"),
        (_("Find"), "/find"),
        (_("Words"), "/words"),
    ),
}
ROLE_NAMES = {
    "student": _("Student"),
    "family": _("Family"),
    "teacher": _("Teacher"),
    "support": _("Support team"),
    "principal": _("School leader"),
    "data": _("Data manager"),
}
LEARNERS = ("student", "family")


def home_of(role: str) -> str:
    """The first page of a role."""
    return NAVIGATION[role][0][1] if role in NAVIGATION else "/words"


class Frame:
    """The bar at the top and what the body needs to know of the viewer."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        user = getattr(request, "user", None)
        self._account: Any = user if user is not None and user.is_authenticated else None

    @cached_property
    def _kept(self) -> dict[str, Any]:
        if self._account is None:
            return {"roles": [], "organization": ""}
        kept: dict[str, Any] | None = self._request.session.get(KEPT)
        if kept is None or kept.get("on") != today().isoformat():
            roles = roles_of(self._account)
            kept = {
                "on": today().isoformat(),
                "roles": roles,
                "organization": _organization(self._account, roles),
            }
            self._request.session[KEPT] = kept
        return kept

    @property
    def role(self) -> str:
        """The role the viewer is in now."""
        roles: list[str] = self._kept["roles"]
        if self._account is None or not roles:
            return ""
        return self._account.role if self._account.role in roles else roles[0]

    @property
    def organization(self) -> str:
        """The school or district whose name stands beside ours."""
        return str(self._kept["organization"])

    @property
    def is_learner(self) -> bool:
        """Students and families read larger text and use larger buttons."""
        return self.role in LEARNERS

    @property
    def nav(self) -> list[NavItem]:
        """The places of this role; the longest that begins the address is the current one."""
        path = self._request.path
        places = NAVIGATION.get(self.role, ())
        inside = [url for _label, url in places if path == url or path.startswith(url + "/")]
        here = max(inside, key=len, default="")
        return [NavItem(label, url, url == here) for label, url in places]

    @property
    def find(self) -> bool:
        """Is there anyone to find? Not for students and families."""
        return self.role not in ("", *LEARNERS)

    @property
    def person(self) -> str:
        """What this person is called."""
        return self._account.person.called if self._account else ""

    @property
    def initials(self) -> str:
        """Two letters for the round picture."""
        return (
            "".join(word[0].upper() for word in self._account.person.name.split()[:2])
            if self._account
            else ""
        )

    @property
    def roles(self) -> list[Choice]:
        """The roles to switch between; none where there is only one."""
        roles: list[str] = self._kept["roles"]
        return (
            [Choice(key, ROLE_NAMES[key], key == self.role) for key in roles if key in ROLE_NAMES]
            if len(roles) > 1
            else []
        )

    @property
    def languages(self) -> list[Language]:
        """The languages this page can be switched to."""
        here = get_language()
        return [Language(code, str(name)) for code, name in settings.LANGUAGES if code != here]

    @property
    def single_keys(self) -> bool:
        """Are single-letter keys on (WCAG 2.1.4)? By default for staff only."""
        return bool(self._account and self._account.single_keys and self.role not in LEARNERS)


def _organization(account: Any, roles: list[str]) -> str:
    if account.student is not None:
        schools = schools_at(account.student)
        return schools[0].school.name if schools else ""
    if "teacher" in roles:
        klass = classes_of(account).first()
        return klass.school.name if klass else ""
    if "principal" in roles:
        for kind in ("district", "school"):
            if agency := agencies_of(account, "view", "school_numbers", kind=kind).first():
                return agency.name
    if "data" in roles:
        for kind in ("district", "school"):
            if agency := agencies_of(account, "view", "data_flows", kind=kind).first():
                return agency.name
    return ""


def page(request: HttpRequest) -> dict[str, object]:
    """The context processor."""
    return {"frame": Frame(request)}
