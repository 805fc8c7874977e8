"""Which tables hold the learning record? Collected here for Django; each room answers for its own."""

from cairn.learning.evidence.models import Effort, Evidence
from cairn.learning.frameworks.models import (
    Association,
    Definition,
    Framework,
    FrameworkVersion,
    Item,
    ItemAncestor,
    ItemMapping,
    Rubric,
    RubricCriterion,
    RubricCriterionLevel,
    Wording,
)
from cairn.learning.frameworks.scales import CalculationPolicy, ScaleLabel, ScaleUse, ScaleVersion
from cairn.learning.mastery.models import (
    LevelPolicy,
    LevelUp,
    Mastery,
    Override,
    ParentCount,
    PolicyChange,
    PolicyRun,
    RecomputePlace,
    RecordVersion,
    StudentLevel,
)
from cairn.learning.plans.models import PaceByHand, PaceGrace, PlannedTarget

__all__ = [
    "Association",
    "CalculationPolicy",
    "Definition",
    "Effort",
    "Evidence",
    "Framework",
    "FrameworkVersion",
    "Item",
    "ItemAncestor",
    "ItemMapping",
    "LevelPolicy",
    "LevelUp",
    "Mastery",
    "Override",
    "PaceByHand",
    "PaceGrace",
    "ParentCount",
    "PlannedTarget",
    "PolicyChange",
    "PolicyRun",
    "RecomputePlace",
    "RecordVersion",
    "Rubric",
    "RubricCriterion",
    "RubricCriterionLevel",
    "ScaleLabel",
    "ScaleUse",
    "ScaleVersion",
    "StudentLevel",
    "Wording",
]
