"""How does this viewer want the grid read? Sort, meaning of a cell and highlighted reading, all in the address."""

from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cairn.learning.plans.readings import SORTS, Sort
from cairn.web.parts.cells import SHOWS, Show

See = Literal["", "finish", "close", "quiet"]
SORT_NAMES = {
    "next": _("By next target"),
    "name": _("By last name"),
    "met": _("By targets met"),
    "evidence": _("By last evidence"),
}
SHOW_NAMES = {
    "levels": _("Levels"),
    "change": _("Change in three weeks"),
    "count": _("Pieces of evidence"),
}


@dataclass(frozen=True, slots=True)
class ViewState:
    """Unknown words in the address fall back to the default."""

    sort: Sort = "next"
    show: Show = "levels"
    see: See = ""

    @classmethod
    def of(cls, query: QueryDict) -> "ViewState":
        """What the query string asks for."""
        sort, show, see = query.get("sort", ""), query.get("show", ""), query.get("see", "")
        return cls(
            sort=sort if sort in SORTS else "next",
            show=show if show in SHOWS else "levels",
            see=see if see in get_args(See) else "",  # type: ignore[arg-type]
        )

    def query(self, **other: str) -> str:
        """The query string of this state with something changed; what is by default is left out."""
        state = {"sort": self.sort, "show": self.show, "see": self.see} | other
        default = ViewState()
        kept = {key: value for key, value in state.items() if value and value != getattr(default, key)}
        return f"?{urlencode(kept)}"

    @property
    def sorts(self) -> list[tuple[str, object, bool]]:
        """Choices of the first list: value, name, chosen."""
        return [(key, name, key == self.sort) for key, name in SORT_NAMES.items()]

    @property
    def shows(self) -> list[tuple[str, object, bool]]:
        """Choices of the second list."""
        return [(key, name, key == self.show) for key, name in SHOW_NAMES.items()]
