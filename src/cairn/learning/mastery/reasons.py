"""What may stand as the reason of a judgment: one sentence, cleaned, neither empty nor endless?"""

from cairn.learning.evidence.append import clean
from cairn.rules.refusal import Refusal

REASON_MOST = 400


def reason_of(text: str) -> str:
    """The reason as it is kept. Raises Refusal when there is none, or too much of it."""
    text = clean(" ".join(text.split()))
    if not text:
        raise Refusal("no_reason", "This judgment needs a reason.", "Write one sentence.")
    if len(text) > REASON_MOST:
        raise Refusal("too_long", "The reason is too long.", f"Use at most {REASON_MOST} characters.")
    return text
