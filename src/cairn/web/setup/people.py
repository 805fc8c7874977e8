"""Who has a way in, and who needs one? Lists by school and class, codes to print, reset, disable, enable (/setup/people)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cairn.access.accounts import (
    account_managed,
    agency_managed,
    belongings,
    classes_at,
    looks_after_accounts,
    offices_managed,
    people_managed,
    schools_managed,
)
from cairn.access.decide import NotHere
from cairn.people.accounts.actions import (
    AccountRefused,
    disable_account,
    enable_account,
    make_codes,
    reset_account,
)
from cairn.web.parts.opening import signed_in, viewer_of
from cairn.web.setup.cards import hand_out

PER_PAGE = 50
MOST_CODES = 1_000
GROUPS: dict[str, Any] = {
    "students": gettext_lazy("Students"),
    "staff": gettext_lazy("Staff"),
    "families": gettext_lazy("Families"),
}
STATES: dict[str, Any] = {
    "": gettext_lazy("Everyone"),
    "none": gettext_lazy("Without an account"),
    "waiting": gettext_lazy("With a code not used yet"),
    "active": gettext_lazy("With an account"),
    "disabled": gettext_lazy("Switched off"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the list."""

    id: str
    name: str
    belongs: str
    state: str
    username: str
    needs_code: bool
    has_account: bool
    switched_off: bool
    beyond: bool


class Choice:
    """Which list is asked for: group, school, class, state, words. Raises NotHere for a school or class not the viewer's."""

    def __init__(self, request: HttpRequest) -> None:
        self.viewer = viewer_of(request)
        if not looks_after_accounts(self.viewer):
            raise NotHere
        sent = request.POST if request.method == "POST" else request.GET
        self.group: Any = sent.get("group") if sent.get("group") in GROUPS else "students"
        self.state: Any = sent.get("state") if sent.get("state") in STATES else ""
        self.text = sent.get("q", "").strip()[:100]
        self.places = [*schools_managed(self.viewer), *offices_managed(self.viewer)]
        public_id = sent.get("school", "")
        if not public_id and len(self.places) == 1:
            public_id = self.places[0].public_id
        self.agency = agency_managed(self.viewer, public_id) if public_id else None
        is_school = self.agency is not None and self.agency.kind == "school"
        self.classes = list(classes_at(self.viewer, self.agency)) if is_school and self.agency else []
        self.klass = next((klass for klass in self.classes if klass.public_id == sent.get("class")), None)

    def rows(self, *, state: Any = None) -> Any:
        """The list, unsliced."""
        return people_managed(
            self.viewer,
            self.group,
            agency=self.agency,
            klass=self.klass,
            state=self.state if state is None else state,
            text=self.text,
        )

    @property
    def place(self) -> str:
        return self.klass.title if self.klass else self.agency.name if self.agency else ""

    @property
    def url(self) -> str:
        """Back to this list."""
        kept = {
            "group": self.group,
            "state": self.state,
            "q": self.text,
            "school": self.agency.public_id if self.agency else "",
            "class": self.klass.public_id if self.klass else "",
        }
        return f"/setup/people?{urlencode({key: value for key, value in kept.items() if value})}"


def state_words(person: Any) -> str:
    """The state of a way in, in a few words."""
    if person.account_id is not None and not person.account_active:
        return _("Switched off")
    if person.code_until:
        return _("Code until %(day)s") % {
            "day": date_format(timezone.localtime(person.code_until), "MONTH_DAY_FORMAT")
        }
    if person.account_id is None:
        return _("No account")
    if person.locked_until and person.locked_until > timezone.now():
        return _("Rests until %(time)s") % {
            "time": time_format(timezone.localtime(person.locked_until), "TIME_FORMAT")
        }
    return _("Can sign in")


def _row(person: Any, belongs: list[str]) -> Row:
    words = belongs[:3] + (
        [_("and %(count)s more") % {"count": len(belongs) - 3}] if len(belongs) > 3 else []
    )
    return Row(
        id=person.public_id,
        name=person.name,
        belongs=", ".join(words),
        state=state_words(person),
        username=person.way_in or "",
        needs_code=person.account_id is None and not person.beyond,
        has_account=person.account_id is not None,
        switched_off=person.account_id is not None and not person.account_active,
        beyond=person.beyond,
    )


@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """The list."""
    choice = Choice(request)
    page = Paginator(choice.rows(), PER_PAGE).get_page(request.GET.get("page"))
    belongs = belongings(choice.group, page.object_list)
    context = {
        "choice": choice,
        "groups": GROUPS.items(),
        "states": STATES.items(),
        "page": page,
        "rows": [_row(person, belongs[person.pk]) for person in page.object_list],
        "without": choice.rows(state="none").filter(beyond=False).count(),
    }
    return render(request, "setup/people.html", context)


@require_POST
@signed_in
def codes(request: HttpRequest) -> HttpResponse:
    """Fresh codes for the ticked people, or for everyone in the list without an account: cards to print, or a CSV."""
    choice = Choice(request)
    if request.POST.get("everyone"):
        chosen = list(choice.rows(state="none").filter(beyond=False)[: MOST_CODES + 1])
    else:
        ids = set(request.POST.getlist("person"))
        known = list(people_managed(choice.viewer, choice.group).filter(public_id__in=ids))
        if len(known) != len(ids) or any(person.beyond for person in known):
            raise NotHere
        chosen = [person for person in known if person.account_id is None]
    if not chosen:
        messages.error(request, _("Nobody without an account was chosen. Tick at least one person."))
        return HttpResponseRedirect(choice.url)
    if len(chosen) > MOST_CODES:
        messages.error(
            request,
            _("These are more than %(most)s people. Choose one school or class at a time.")
            % {"most": MOST_CODES},
        )
        return HttpResponseRedirect(choice.url)
    made = make_codes(chosen, by=choice.viewer)
    return hand_out(
        request, made, choice.group, back=choice.url, place=choice.place, csv=request.POST.get("as") == "csv"
    )


@require_POST
@signed_in
def account(request: HttpRequest, group: str, person: str, act: str) -> HttpResponse:
    """Reset (a card comes out), disable or enable one account."""
    choice = Choice(request)
    if group not in GROUPS or act not in ("reset", "disable", "enable"):
        raise NotHere
    found = account_managed(choice.viewer, group, person)  # type: ignore[arg-type]
    name = {"name": found.person.name}  # type: ignore[attr-defined]
    try:
        if act == "reset":
            made = reset_account(account=found, by=choice.viewer)
            return hand_out(request, [made], group, back=choice.url, place="", csv=False)
        if act == "disable":
            disable_account(account=found, by=choice.viewer)
            messages.success(request, _("The account of %(name)s is switched off.") % name)
        else:
            enable_account(account=found, by=choice.viewer)
            messages.success(request, _("The account of %(name)s is switched on again.") % name)
    except AccountRefused as refused:
        messages.error(request, refused.reason)
    return HttpResponseRedirect(choice.url)
