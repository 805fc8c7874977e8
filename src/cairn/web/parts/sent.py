"""What did a page send us as JSON? One object, or nothing when it is anything else, however broken or deep."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest


def json_object(request: HttpRequest) -> Mapping[str, Any]:
    """The object in the body; empty when there is none. Its texts may still hold what no database takes: check each."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
