"""Where are the cases that other systems publish and test? Third-party facts; they stay outside the repository."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

SHARED = Path(os.environ.get("CAIRN_SHARED", Path(__file__).resolve().parents[3] / "shared"))
GOLDEN = SHARED / "golden" / "mastery.json"
MISSING = "golden cases not found; set CAIRN_SHARED"


@cache
def every_case() -> list[dict[str, Any]]:
    """All of them; empty where the file is absent."""
    return json.loads(GOLDEN.read_text())["cases"] if GOLDEN.exists() else []
