"""What does a cell of a sheet mean: a day, a moment, a score or a kind of no score?"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from django.utils import timezone

from cairn.exchange.spreadsheets.mapping import NO_SCORE
from cairn.rules.refusal import Refusal
from cairn.rules.scale import Scale

CACHE = 50_000
SCHOOL_ENDS = time(15, 0)  # when a file does not say at what time an adult judged
# Words that people write instead of a score.
WORDS = {
    "missing": "missing", "m": "missing", "mi": "missing", "not handed in": "missing",
    "exempt": "exempt", "ex": "exempt", "excused": "exempt",
    "not taught": "not_taught", "nt": "not_taught", "not taught yet": "not_taught", "na": "not_taught", "n/a": "not_taught",
    "hidden": "hidden",
    **{kind: kind for kind in NO_SCORE},
}  # fmt: skip


class Days:
    """Reads days and moments. Every different text is read once."""

    def __init__(self, forms: Sequence[str]) -> None:
        self.forms = forms
        self._days: dict[str, str] = {}
        self._moments: dict[str, str] = {}

    def day(self, text: str) -> str:
        """YYYY-MM-DD, or "" when it cannot be read."""
        found = self._days.get(text)
        if found is None:
            if len(self._days) > CACHE:
                self._days.clear()
            found = self._days[text] = self._read_day(text)
        return found

    def _read_day(self, text: str) -> str:
        typed = text.strip()
        try:
            return date.fromisoformat(typed).isoformat()
        except ValueError:
            pass
        for form in self.forms:
            try:
                return datetime.strptime(typed, form).replace(tzinfo=UTC).date().isoformat()
            except ValueError:
                continue
        try:
            return datetime.fromisoformat(typed).date().isoformat()
        except ValueError:
            return ""

    def moment(self, text: str) -> str:
        """An ISO time in UTC; a time without a zone is the district's own. "" when it cannot be read."""
        found = self._moments.get(text)
        if found is None:
            if len(self._moments) > CACHE:
                self._moments.clear()
            found = self._moments[text] = self._read_moment(text)
        return found

    def _read_moment(self, text: str) -> str:
        try:
            read = datetime.fromisoformat(text.strip())
        except ValueError:
            day = self.day(text)
            if not day:
                return ""
            read = datetime.combine(date.fromisoformat(day), SCHOOL_ENDS)
        else:
            if len(text.strip()) <= 10:
                read = datetime.combine(read.date(), SCHOOL_ENDS)
        if timezone.is_naive(read):
            read = timezone.make_aware(read)
        return read.astimezone(UTC).isoformat()


class Marks:
    """Reads the score column on one scale: (hundredths or None, kind of no score), or None when it means nothing."""

    def __init__(self, scale: Scale, words: Mapping[str, str]) -> None:
        self.scale = scale
        self.words = {key.casefold().strip(): value for key, value in words.items()}
        self.known: dict[str, tuple[int | None, str] | None] = {}

    def read(self, text: str) -> tuple[int | None, str] | None:
        if text in self.known:
            return self.known[text]
        if len(self.known) > CACHE:
            self.known.clear()
        found = self.known[text] = self._read(text)
        return found

    def _read(self, text: str) -> tuple[int | None, str] | None:
        typed = " ".join(text.split()).casefold()
        meant = self.words.get(typed, text)
        try:
            return self.scale.parse(meant), ""
        except Refusal:
            kind = WORDS.get(" ".join(meant.split()).casefold())
            return (None, kind) if kind else None
