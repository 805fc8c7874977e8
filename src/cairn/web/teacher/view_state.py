"""How does this viewer want the grid read? Sort, meaning of a cell and highlighted reading, all in the address."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal, get_args
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.learning.plans.readings import SORTS, Part, Reckoned, Sort
from cairn.web.parts.cells import SHOWS, Show

See = Literal["", "finish", "close", "quiet"]
SORT_NAMES = {
    "next": gettext_lazy("By next target"),
    "name": gettext_lazy("By last name"),
    "met": gettext_lazy("By targets met"),
    "evidence": gettext_lazy("By last evidence"),
}
SHOW_NAMES = {
    "levels": gettext_lazy("Levels"),
    "change": gettext_lazy("Change in three weeks"),
    "count": gettext_lazy("Pieces of evidence"),
}
MANY = 60  # columns; above that one strand is drawn at a time


@dataclass(frozen=True, slots=True)
class ViewState:
    """Unknown words in the address fall back to the default."""

    sort: Sort = "next"
    show: Show = "levels"
    see: See = ""
    part: str = (
        ""  # which strand of a long plan is drawn, by its number; "all"; empty: where most students are
    )

    @classmethod
    def of(cls, query: QueryDict) -> "ViewState":
        """What the query string asks for."""
        sort, show, see = query.get("sort", ""), query.get("show", ""), query.get("see", "")
        part = query.get("part", "")[:4]
        return cls(
            sort=sort if sort in SORTS else "next",
            show=show if show in SHOWS else "levels",
            see=see if see in get_args(See) else "",  # type: ignore[arg-type]
            part=part if part == "all" or part.isdecimal() else "",
        )

    def query(self, **other: str) -> str:
        """The query string of this state with something changed; what is by default is left out."""
        state = {"sort": self.sort, "show": self.show, "see": self.see, "part": self.part} | other
        default = ViewState()
        kept = {key: value for key, value in state.items() if value and value != getattr(default, key)}
        return f"?{urlencode(kept)}"

    def drawn(self, reckoned: Reckoned) -> tuple[tuple[Part, ...], "ViewState"]:
        """The strands to draw, and this state with the choice made: a long plan is drawn one strand at a time."""
        parts = reckoned.parts
        if len(reckoned.targets) <= MANY or self.part == "all":
            return parts, self
        place = int(self.part) - 1 if self.part else -1
        if not 0 <= place < len(parts):
            waiting = Counter(line.next for line in reckoned.lines)
            place = max(
                range(len(parts)), key=lambda n: sum(waiting[target.target] for target in parts[n].targets)
            )
        return (parts[place],), replace(self, part=str(place + 1))

    def parts(self, reckoned: Reckoned) -> list[tuple[str, str, bool]]:
        """Choices of the list of strands; none where the whole plan fits."""
        if len(reckoned.targets) <= MANY:
            return []
        every = [
            (str(place), part.name, self.part == str(place))
            for place, part in enumerate(reckoned.parts, start=1)
        ]
        return [*every, ("all", _("All strands"), self.part == "all")]

    @property
    def sorts(self) -> list[tuple[str, object, bool]]:
        """Choices of the first list: value, name, chosen."""
        return [(key, name, key == self.sort) for key, name in SORT_NAMES.items()]

    @property
    def shows(self) -> list[tuple[str, object, bool]]:
        """Choices of the second list."""
        return [(key, name, key == self.show) for key, name in SHOW_NAMES.items()]
