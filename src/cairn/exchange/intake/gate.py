"""May this file come into this database? A demo takes only the files that `cairn demo` wrote."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from cairn.exchange.intake.outcome import Refused
from cairn.people.models import DemoMark


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_all(digests: Mapping[str, str], *how: str) -> str:
    """One digest of several files by name, and of how they are read (mapping, source)."""
    whole = hashlib.sha256()
    for name, digest in sorted(digests.items()):
        whole.update(f"{name}\0{digest}\0".encode())
    for word in how:
        whole.update(f"\1{word}".encode())
    return whole.hexdigest()


def hold_demo(digests: Iterable[str]) -> None:
    """Raises `Refused` when this is a demo database and a file is not one of its own. `digests`: SHA-256 of every file."""
    mark = DemoMark.objects.first()
    if mark is not None and not set(digests) <= set(mark.digests):
        raise Refused(
            _("This database is a demo. It takes only the files that cairn demo wrote."),
            _("Use another CAIRN_HOME or DATABASE_URL for real data."),
            "demo",
        )
