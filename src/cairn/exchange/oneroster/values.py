"""What does a cell of a OneRoster file mean, when people write it in their own way?

Each reader takes the stripped, non-empty text of a cell and gives the normal form and the code of the defect it
tolerated ("" for none), or raises `Unreadable` with a code. No file, no database.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache

from cairn.exchange.oneroster.tables import Field


class Unreadable(ValueError):
    """This text cannot be that kind of value. `code` says why (see `defects.py`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_STAMP = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*")
_YEAR_FIRST = re.compile(
    r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})|(\d{4})(\d{2})(\d{2})|(\d{4})-(\d{1,2})-(\d{1,2})"
)
_YEAR_LAST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[T ].*)?")
_WORDS = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y")
_YES = {"true", "t", "yes", "y", "1", "x"}
_NO = {"false", "f", "no", "n", "0"}
_USER_ID = re.compile(r"\{\s*([^:{}]+?)\s*:\s*([^{}]*?)\s*\}")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")
_LANGUAGE_NAMES = {
    "english": "en", "spanish": "es", "español": "es", "french": "fr", "vietnamese": "vi", "chinese": "zh",
    "mandarin": "zh", "russian": "ru", "arabic": "ar", "somali": "so", "nepali": "ne", "hmong": "hmn",
    "korean": "ko", "amharic": "am", "burmese": "my", "swahili": "sw", "portuguese": "pt", "german": "de",
    "tagalog": "tl", "ukrainian": "uk", "navajo": "nv", "karen": "kar", "dari": "prs", "pashto": "ps",
}  # fmt: skip
_ORDINAL = re.compile(r"(?:grade\s*)?0?(\d{1,2})(?:st|nd|rd|th)?(?:\s*grade)?")
GRADES = ("IT", "PR", "PK", "TK", "KG", *(f"{n:02}" for n in range(1, 14)), "PS", "UG", "Other")
_GRADE_WORDS = {
    "k": "KG", "kg": "KG", "kindergarten": "KG", "0": "KG", "00": "KG", "pk": "PK", "pre-k": "PK", "prek": "PK",
    "preschool": "PK", "p": "PK", "tk": "TK", "it": "IT", "pr": "PR", "ps": "PS", "ug": "UG", "other": "Other",
}  # fmt: skip


def _day(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise Unreadable("date_impossible") from None


@lru_cache(maxsize=20_000)
def read_date(text: str) -> tuple[str, str]:
    """A date as YYYY-MM-DD. A day and a month that could be either way round are refused, never guessed."""
    if match := _ISO.fullmatch(text):
        return _day(*match.groups()), ""
    if match := _STAMP.fullmatch(text):
        return _day(*match[1].split("-")), "date_with_time"
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(*(part for part in match.groups() if part)), "date_format"
    if match := _YEAR_LAST.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), match[4]
        if match[2] == ".":  # 13.04.2025 is always written day first
            return _day(year, match[3], match[1]), "date_format"
        if first <= 12 and second <= 12 and first != second:
            raise Unreadable("date_ambiguous")
        month, day = (second, first) if first > 12 else (first, second)
        return _day(year, str(month), str(day)), "date_format"
    for form in _WORDS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date().isoformat(), "date_format"
        except ValueError:
            continue
    raise Unreadable("date_unreadable")


@lru_cache(maxsize=1_000)
def read_bool(text: str) -> tuple[str, str]:
    """`1` or `0`, in the staging file's way."""
    if text == "true":
        return "1", ""
    if text == "false":
        return "0", ""
    low = text.casefold()
    if low in _YES:
        return "1", "bool_spelling"
    if low in _NO:
        return "0", "bool_spelling"
    raise Unreadable("bool_unreadable")


@lru_cache(maxsize=1_000)
def read_year(text: str) -> tuple[str, str]:
    """The year in which a school year ends."""
    if re.fullmatch(r"\d{4}", text):
        return text, ""
    if match := re.fullmatch(r"\d{4}\s*[-/]\s*(\d{4})", text):
        return match[1], "year_format"
    if match := re.fullmatch(r"(\d{2})\d{2}\s*[-/]\s*(\d{2})", text):
        return match[1] + match[2], "year_format"
    raise Unreadable("year_unreadable")


@lru_cache(maxsize=5_000)
def read_grades(text: str) -> tuple[str, str]:
    """Grades as CEDS 000100 writes them (KG, 01 ... 12), as a JSON list."""
    found, defect = [], ""
    for part in text.split(","):
        grade = part.strip()
        if not grade:
            continue
        if grade not in GRADES:
            low = grade.casefold()
            number = _ORDINAL.fullmatch(low)
            if low in _GRADE_WORDS:
                grade, defect = _GRADE_WORDS[low], "grade_spelling"
            elif number and 1 <= int(number[1]) <= 13:
                grade, defect = f"{int(number[1]):02}", "grade_spelling"
            else:
                grade, defect = grade[:10], "grade_unknown"
        found.append(grade)
    return json.dumps(found), defect


@lru_cache(maxsize=5_000)
def read_texts(text: str) -> tuple[str, str]:
    """A comma separated list, as a JSON list."""
    return json.dumps([part.strip() for part in text.split(",") if part.strip()], ensure_ascii=False), ""


def read_user_ids(text: str) -> tuple[str, str]:
    """`{type:id},{type:id}` as a JSON list of pairs."""
    pairs = [(kind[:20], value) for kind, value in _USER_ID.findall(text) if value]
    left = _USER_ID.sub("", text).strip(" ,;")
    return json.dumps(pairs, ensure_ascii=False), "user_ids_unreadable" if left else ""


@lru_cache(maxsize=1_000)
def read_language(text: str) -> tuple[str, str]:
    """A BCP 47 tag; the names of some languages are understood too."""
    if text.casefold() in _LANGUAGE_NAMES:
        return _LANGUAGE_NAMES[text.casefold()], "language_name"
    if _LANGUAGE.fullmatch(text):
        return text, ""
    raise Unreadable("language_unknown")


def read_choice(field: Field, text: str) -> tuple[str, str]:
    """One of the field's words; the standard allows a district's own words as `ext:...`."""
    if text in field.choices:
        return text, ""
    squeezed = re.sub(r"[\s_-]", "", text).casefold()
    for choice in field.choices:
        if choice.casefold() == squeezed:
            return choice, "choice_spelling"
    if text.startswith("ext:"):
        return text, ""
    raise Unreadable("choice_unknown")


READERS: dict[str, Callable[[str], tuple[str, str]]] = {
    "date": read_date,
    "bool": read_bool,
    "year": read_year,
    "grades": read_grades,
    "ids": read_texts,
    "texts": read_texts,
    "user_ids": read_user_ids,
    "language": read_language,
}
