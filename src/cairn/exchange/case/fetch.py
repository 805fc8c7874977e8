"""How do the bytes of a package get here, from a file or an address, without taking more than we can hold?"""

import hashlib
import http.client
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from cairn.exchange.intake.outcome import Refused

MOST_BYTES = 100 * 2**20  # the largest published state framework is under 10 MB
MOST_SECONDS = 120.0
QUIET_SECONDS = 30.0  # the longest silence of a server
PIECE = 2**16


@dataclass(frozen=True, slots=True)
class Came:
    """What came: its name for people, its bytes, their SHA-256."""

    name: str
    data: bytes
    digest: str


def is_address(path_or_url: str) -> bool:
    """Is this an address on the web (or meant as one) and not a file?"""
    return "://" in path_or_url


def fetch(path_or_url: str) -> Came:
    """The bytes of a file or of an http(s) address. Raises `Refused`.

    Pages never pass an address that somebody typed: only the command line does, for the person who runs this machine.
    """
    if is_address(path_or_url):
        name, data = urlsplit(path_or_url).path.rstrip("/").rpartition("/")[2], _from_web(path_or_url)
    else:
        path = Path(path_or_url)
        name, data = path.name, _from_file(path)
    return Came(name or path_or_url, data, hashlib.sha256(data).hexdigest())


def _too_large(name: str) -> Refused:
    return Refused(
        _("%(name)s is larger than we accept (%(most)d MB).") % {"name": name, "most": MOST_BYTES // 2**20},
        _("Ask for one package per framework."),
        "too_large",
    )


def _from_file(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise Refused(
                _("%(path)s is a folder.") % {"path": path}, _("Name the JSON file in it."), "a_folder"
            )
        if path.stat().st_size > MOST_BYTES:
            raise _too_large(path.name)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Refused(
            _("There is no file %(path)s.") % {"path": path}, _("Check the name."), "absent"
        ) from error
    except OSError as error:
        raise Refused(
            _("%(path)s may not be read.") % {"path": path}, _("Allow this user to read it."), "unreadable"
        ) from error


class _NoDowngrade(urllib.request.HTTPRedirectHandler):
    """Follows redirections, but never from https to http."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        allowed = {"https"} if urlsplit(req.full_url).scheme == "https" else {"http", "https"}
        if urlsplit(newurl).scheme not in allowed:
            fp.close()
            raise urllib.error.URLError(_("it sends us on to an address that is not safe"))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """Speaks http and https and nothing else: no files, no ftp."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
        _NoDowngrade,
    ):
        opener.add_handler(handler())
    return opener


def _from_web(url: str) -> bytes:
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise Refused(
            _("%(url)s is not an address that begins with https:// or http://.") % {"url": url},
            _("Check the address."),
            "address",
        )
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 (checked above)
    until = time.monotonic() + MOST_SECONDS
    pieces, size = [], 0
    try:
        with _opener().open(request, timeout=QUIET_SECONDS) as answer:
            while piece := answer.read1(PIECE):
                pieces.append(piece)
                size += len(piece)
                if size > MOST_BYTES:
                    raise _too_large(url)
                if time.monotonic() > until:
                    raise TimeoutError
            short = answer.length
    except TimeoutError as error:
        raise Refused(
            _("%(url)s took too long to answer.") % {"url": url},
            _("Try again later, or download the file and import it."),
            "slow",
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise Refused(
            _("%(url)s could not be fetched: %(error)s.") % {"url": url, "error": error},
            _("Check the address, or download the file and import it."),
            "not_fetched",
        ) from error
    if short:
        raise Refused(_("%(url)s stopped before its end.") % {"url": url}, _("Try again."), "cut_short")
    return b"".join(pieces)
