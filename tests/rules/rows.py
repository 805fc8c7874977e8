"""Which plain rows of evidence do the tests of the rules begin with?"""

from datetime import UTC, date, datetime, timedelta

from cairn.rules.mastery import Score

DAY = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


def row(*values: int) -> list[Score]:
    """One score a day, the last of them yesterday."""
    first = DAY - timedelta(days=len(values))
    return [Score(n, value, "", first + timedelta(days=n), AT) for n, value in enumerate(values)]
