"""Is what came a CASE package at all, and if not, what is it and what should be imported instead?"""

import json
import math
from typing import Any

from django.utils.translation import gettext as _

from cairn.exchange.intake.outcome import Refused

LISTS = ("CFItems", "CFAssociations", "CFRubrics")


def open_package(data: bytes, name: str) -> tuple[dict[str, Any], bool]:
    """The object that holds CFDocument, and whether it stood inside another one. Raises `Refused` for anything else."""
    came = _parsed(_decoded(data, name), name)
    if isinstance(came, dict) and isinstance(came.get("CFPackage"), dict):
        came, wrapped = came["CFPackage"], True
    else:
        wrapped = False
    if isinstance(came, dict) and isinstance(came.get("CFDocument"), dict):
        return came, wrapped
    raise _no_package(came, name)


def _decoded(data: bytes, name: str) -> str:
    if not data.strip():
        raise Refused(_("%(name)s is empty.") % {"name": name}, _("Download it again."), "empty")
    start = data.lstrip()[:64].lower()
    if start.startswith(b"<"):
        raise Refused(
            _("%(name)s is a web page or XML, not a CASE package.") % {"name": name},
            _("Use the address that gives JSON; it ends in /CFPackages/ and an identifier."),
            "web_page",
        )
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            _("%(name)s is not UTF-8 text (byte %(place)d).") % {"name": name, "place": error.start},
            _("Save it as UTF-8, or download it again."),
            "not_utf8",
        ) from error


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is too large")
    return number


def _constant(text: str) -> float:
    raise ValueError(f"{text} is not allowed")


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text, parse_float=_float, parse_constant=_constant)
    except json.JSONDecodeError as error:
        where = _("line %(line)d, column %(column)d") % {"line": error.lineno, "column": error.colno}
        reason = error.msg
    except RecursionError:
        where, reason = name, "nested too deeply"
    except ValueError as error:
        where, reason = name, str(error)
    raise Refused(
        _("%(name)s is not correct JSON (%(where)s: %(reason)s).")
        % {"name": name, "where": where, "reason": reason},
        _("Download it again; it may have been cut off."),
        "not_json",
    )


def _no_package(came: Any, name: str) -> Refused:
    """What came instead, in plain words."""
    package = _("Import a package: the answer of an address that ends in /CFPackages/ and an identifier.")
    if isinstance(came, list):
        return Refused(
            _("%(name)s is a list of %(count)d entries, not a CASE package.")
            % {"name": name, "count": len(came)},
            package,
            "a_list",
        )
    if not isinstance(came, dict):
        return Refused(_("%(name)s holds no CASE package.") % {"name": name}, package, "no_package")
    documents = came.get("CFDocuments")
    if isinstance(documents, list):
        return Refused(
            _("%(name)s only lists %(count)d frameworks; it holds none of their items.")
            % {"name": name, "count": len(documents)},
            _("Import the package of each framework you want, for example %(uri)s.")
            % {"uri": _package_uri(documents[0] if documents else None)},
            "list_of_documents",
        )
    if "imsx_codeMajor" in came or "imsx_StatusInfo" in came:
        said = came.get("imsx_description") or came.get("imsx_codeMajor") or ""
        return Refused(
            _("The server answered with an error instead of a package: %(said)s")
            % {"said": str(said)[:200] or name},
            _("Check the address and try again."),
            "server_error",
        )
    if "creator" in came and "title" in came:
        return Refused(
            _("%(name)s is one CFDocument without its items.") % {"name": name},
            _("Import its package, for example %(uri)s.") % {"uri": _package_uri(came)},
            "single_document",
        )
    if any(isinstance(came.get(part), list) for part in LISTS):
        return Refused(
            _("%(name)s has items or associations, but no CFDocument that says which framework they are.")
            % {"name": name},
            package,
            "no_document",
        )
    return Refused(_("%(name)s holds no CASE package.") % {"name": name}, package, "no_package")


def _package_uri(document: Any) -> str:
    link = document.get("CFPackageURI") if isinstance(document, dict) else None
    uri = link.get("uri") if isinstance(link, dict) else link
    return uri if isinstance(uri, str) and uri else ".../CFPackages/..."
