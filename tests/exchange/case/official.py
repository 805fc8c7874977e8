"""What does the official JSON Schema of CASE 1.1 say of a package? Skips, visibly, where the schema is not at hand."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(os.environ.get("CAIRN_SHARED") or Path(__file__).resolve().parents[4] / "shared")
PACKAGES = SHARED / "specs" / "case" / "packages_smarterbalanced"


def shared(*parts: str) -> Path:
    """A file or folder of third-party material, or a skip."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{'/'.join(parts)} is not in CAIRN_SHARED")
    return path


@cache
def _validator(path: Path) -> Any:
    import jsonschema

    schema = json.loads(path.read_text("utf-8"))
    schema["$schema"] = schema["$schema"].removesuffix("#")
    kind = jsonschema.validators.validator_for(schema)
    assert kind is jsonschema.Draft201909Validator
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


def faults(package: dict[str, Any]) -> list[str]:
    """What the official schema does not allow."""
    path = shared("specs", "case", "jsonschema_v1p1", "case_v1p1_cfpackage-jsonschema1.json")
    return [f"{error.json_path}: {error.message}" for error in _validator(path).iter_errors(package)]
