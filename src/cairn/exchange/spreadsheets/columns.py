"""Which columns do our own sheets have? Without a mapping file these names are expected. Documented in `docs/sheets.md`."""

SCORES = (
    "id", "student", "target", "score", "no_score", "shown_on", "recorded_at", "title", "comment", "class", "scored_by",
)  # fmt: skip
TARGETS = ("course", "class", "target", "order", "planned_week")
TIES = (
    "adult", "given_name", "family_name", "email", "language", "kind", "student", "class", "agency", "relation", "begin_on",
    "end_on",
)  # fmt: skip
LEVELS = ("student", "framework", "level", "from")
