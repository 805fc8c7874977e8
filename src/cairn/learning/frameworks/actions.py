"""How is a framework brought in, mapped, and given a scale and a rule? The door of this room for writing."""

from cairn.learning.frameworks.adopting import (
    label_level,
    newest_scale,
    publish_policy,
    publish_scale,
    use_scale,
)
from cairn.learning.frameworks.closure import TooDeep
from cairn.learning.frameworks.confirming import confirm_mapping
from cairn.learning.frameworks.importing import Older, Overtaken, Plan, apply_plan, plan_framework
from cairn.people.models import Account  # who acts: the type of every `by` here

__all__ = [
    "Account",
    "Older",
    "Overtaken",
    "Plan",
    "TooDeep",
    "apply_plan",
    "confirm_mapping",
    "label_level",
    "newest_scale",
    "plan_framework",
    "publish_policy",
    "publish_scale",
    "use_scale",
]
