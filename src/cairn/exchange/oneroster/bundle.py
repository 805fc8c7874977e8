"""Which files came, folder or ZIP, and may they be opened?

A ZIP is never unpacked to disk: its members are read as streams, after their names, sizes and flags were looked at.
One folder around the files is fine. Nothing here knows what a row means.
"""

import codecs
import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, TextIO

from django.utils.translation import gettext as _

from cairn.exchange.intake.outcome import Refused

MOST_FILES = 500
MOST_BYTES = 8 * 2**30  # a state of a million students fits
SMALL = 64 * 2**20  # below this, any ratio is harmless
MOST_RATIO = 200
CHUNK = 2**20
_NO_OF_OURS = ("__MACOSX", ".", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Member:
    """One CSV file of the bundle: how it is named there, its SHA-256, and its encoding."""

    name: str
    path: Path
    inside: str | None  # the member's name in the ZIP
    digest: str
    encoding: str

    @contextmanager
    def open(self) -> Iterator[TextIO]:
        """The file as text, line ends untouched."""
        with _open_bytes(self.path, self.inside) as raw:
            yield io.TextIOWrapper(raw, encoding=self.encoding, errors="replace", newline="")


@dataclass(frozen=True, slots=True)
class Bundle:
    """All CSV files that came, by their name in lower case."""

    path: Path
    members: dict[str, Member]
    digests: dict[str, str] = field(default_factory=dict)  # of what lies on disk: the files, or the one ZIP


@contextmanager
def _open_bytes(path: Path, inside: str | None) -> Iterator[IO[bytes]]:
    if inside is None:
        with path.open("rb") as raw:
            yield raw
        return
    with zipfile.ZipFile(path) as archive, archive.open(inside) as raw:
        yield raw


def _encoding(head: bytes, valid_utf8: bool) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return "utf-8" if valid_utf8 else "cp1252"


def _inspect(path: Path, inside: str | None, name: str, budget: int) -> tuple[Member, int]:
    """Reads the bytes once: digest, encoding, and the true size (a ZIP's directory may lie)."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    digest, head, size, valid = hashlib.sha256(), b"", 0, True
    with _open_bytes(path, inside) as raw:
        while chunk := raw.read(CHUNK):
            size += len(chunk)
            if size > budget:
                raise Refused(
                    _("%(name)s is larger than we accept.") % {"name": name},
                    _("Split the file and try again."),
                )
            head = head or chunk[:4]
            digest.update(chunk)
            if valid:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    valid = False
    if valid:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            valid = False
    return Member(name, path, inside, digest.hexdigest(), _encoding(head, valid)), size


def _ours(parts: tuple[str, ...]) -> bool:
    return not any(part.startswith(_NO_OF_OURS) for part in parts)


def _safe_names(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """The members that may be read. Refuses a ZIP that tries to trick us."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise Refused(
            _("%(name)s holds too many files.") % {"name": name}, _("Send the OneRoster files alone.")
        )
    if sum(info.file_size for info in infos) > MOST_BYTES:
        raise Refused(
            _("%(name)s is larger than we accept.") % {"name": name}, _("Split the file and try again.")
        )
    seen: set[str] = set()
    for info in infos:
        inside = info.orig_filename
        path = PurePosixPath(inside)
        if path.is_absolute() or ".." in path.parts or "\\" in inside or ":" in inside or "\0" in inside:
            raise Refused(
                _("%(name)s holds a file with an unsafe name: %(inside)r.")
                % {"name": name, "inside": inside},
                _("Make the ZIP again, with the CSV files at its top."),
            )
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Refused(
                _("%(name)s holds a link instead of a file: %(inside)s.") % {"name": name, "inside": inside},
                _("Make the ZIP again from the files themselves."),
            )
        if info.flag_bits & 1:
            raise Refused(
                _("%(name)s is protected by a password.") % {"name": name}, _("Send it without a password.")
            )
        if info.file_size > SMALL and info.file_size > MOST_RATIO * max(info.compress_size, 1):
            raise Refused(
                _("%(name)s grows far too much when unpacked.") % {"name": name}, _("Make the ZIP again.")
            )
        if inside.casefold() in seen:
            raise Refused(
                _("%(name)s holds %(inside)s twice.") % {"name": name, "inside": inside},
                _("Make the ZIP again."),
            )
        seen.add(inside.casefold())
    return [info for info in infos if _ours(PurePosixPath(info.filename).parts)]


def _from_zip(path: Path) -> Bundle:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = _safe_names(archive, path.name)
            csvs = [info for info in infos if info.filename.lower().endswith(".csv")]
        folders = {PurePosixPath(info.filename).parent for info in csvs}
        if len(folders) > 1:
            raise Refused(
                _("%(name)s holds CSV files in more than one folder.") % {"name": path.name},
                _("Put the files of one export at the top of the ZIP."),
            )
        members: dict[str, Member] = {}
        left = MOST_BYTES
        for info in csvs:
            name = PurePosixPath(info.filename).name
            members[name.lower()], size = _inspect(path, info.filename, name, left)
            left -= size
        whole, _size = _inspect(path, None, path.name, MOST_BYTES)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise Refused(
            _("%(name)s cannot be opened as a ZIP: %(error)s.") % {"name": path.name, "error": error},
            _("Make the ZIP again."),
        ) from error
    return Bundle(path, members, {path.name: whole.digest})


def _from_folder(path: Path) -> Bundle:
    files = [file for file in sorted(path.iterdir()) if file.is_file() and _ours((file.name,))]
    csvs = [file for file in files if file.suffix.lower() == ".csv"]
    if not csvs:
        folders = [folder for folder in path.iterdir() if folder.is_dir() and _ours((folder.name,))]
        if len(folders) == 1 and any(file.suffix.lower() == ".csv" for file in folders[0].iterdir()):
            return _from_folder(folders[0])
    members: dict[str, Member] = {}
    for file in csvs:
        if file.name.lower() in members:
            raise Refused(
                _("%(name)s is there twice, in large and small letters.") % {"name": file.name},
                _("Remove one."),
            )
        members[file.name.lower()], _size = _inspect(file, None, file.name, MOST_BYTES)
    return Bundle(path, members, {member.name: member.digest for member in members.values()})


def open_bundle(path: Path) -> Bundle:
    """What came. Raises `Refused` with a remedy when it cannot be opened safely."""
    if not path.exists():
        raise Refused(_("There is no file or folder %(path)s.") % {"path": path}, _("Check the name."))
    try:
        bundle = _from_folder(path) if path.is_dir() else _from_zip(path)
    except PermissionError as error:
        raise Refused(
            _("%(path)s may not be read.") % {"path": error.filename}, _("Allow this user to read it.")
        ) from error
    if not bundle.members:
        raise Refused(
            _("%(name)s holds no CSV file.") % {"name": path.name},
            _("Point to the folder or ZIP of the export."),
        )
    return bundle
