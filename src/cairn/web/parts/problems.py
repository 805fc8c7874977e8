"""What is wrong with what a person sent, and which field mends it?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and the field that mends it. The parts of an error summary."""

    text: str
    anchor: str
