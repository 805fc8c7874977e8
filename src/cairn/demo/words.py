"""What do teachers of the demo district write beside a score? Names of tasks and short notes, our own."""

from functools import cache

TITLES: dict[str, tuple[str, ...]] = {
    "math": (
        "Exit ticket", "Problem set", "Quick check", "Store discount task", "Number talk", "Small-group check",
        "Garden plan task", "Unit check", "Math journal", "Show it two ways",
    ),
    "literacy": (
        "Exit ticket", "Reading conference", "Writing piece", "Book club talk", "Quick write", "Running record",
        "Letter to the editor", "Read-aloud retell", "Author study", "Unit check",
    ),
    "science": (
        "Lab notebook", "Exit ticket", "Model drawing", "Ramp and car lab", "Field notes", "Data table",
        "Claim and evidence", "Unit check", "Water cycle model",
    ),
    "social": (
        "Map task", "Exit ticket", "Source study", "Timeline", "Town council debate", "Interview notes",
        "Unit check", "Neighborhood project",
    ),
    "arts": ("Sketchbook", "Portfolio piece", "Gallery walk", "Artist statement", "Studio check"),
    "habits": ("Advisory conference", "Project week", "Self-check with teacher", "Group work", "Weekly plan"),
}  # fmt: skip
OTHER = ("Exit ticket", "Quick check", "Project", "Unit check")
_KINDS = {
    "check": "check",
    "exit ticket": "check",
    "record": "check",
    "project": "project",
    "task": "project",
    "piece": "project",
}


@cache
def category_of(title: str) -> str:
    """What kind of work this is: a check, a project or practice."""
    return next((kind for word, kind in _KINDS.items() if word in title.casefold()), "practice")


# By how the score stands to the goal: below 2, 2 to below 3, 3, above 3.
NOTES: tuple[tuple[str, ...], ...] = (
    (
        "We worked on this together; let's try again with a partner.",
        "Good start. Bring your notes to small group on Thursday.",
        "Needs another example first. We begin again on Monday.",
        "Tried hard. The first step is there.",
    ),
    (
        "Nearly there. Explain your last step in words.",
        "The idea is right; check the details once more.",
        "Ready for one more try this week.",
        "Works with a model in front of you. Now without it.",
        "Strong on the easy ones, not yet on the hard ones.",
    ),
    (
        "You explained it clearly to your partner.",
        "Solid. You can do this on your own now.",
        "You checked your own work and fixed it.",
        "Nice growth since last time.",
    ),
    (
        "You found a second way and compared both.",
        "You helped others see why it works.",
        "Went further than we have taught. Great thinking.",
        "You used it in a new situation without help.",
    ),
)
BREAKS = ("missing", "missing", "missing", "exempt", "exempt", "not_taught", "not_taught", "hidden")


def notes_for(score: str) -> tuple[str, ...]:
    """Notes that fit a score."""
    value = float(score)
    return NOTES[0 if value < 2 else 1 if value < 3 else 2 if value < 3.5 else 3]
