"""How does the roster of a source go out again as OneRoster 1.2 CSV? In its own ids, so that importing it changes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from cairn.exchange.intake.outcome import Refused
from cairn.exchange.oneroster.stage import pair
from cairn.exchange.oneroster.tables import RACES
from cairn.exchange.oneroster.values import GRADES
from cairn.exchange.oneroster.write import write_bundle
from cairn.people.roster.rows import other_ids_of, rows_of, sessions_of_classes, source_of, sources

METADATA = (
    "metadata.alternative",
    "metadata.homeLanguage",
    "metadata.grade",
    "metadata.personalizedLearning",
    "metadata.personalizedLearningBeginDate",
    "metadata.personalizedLearningEndDate",
)
ROLE_OF = {"counsels_at": "counselor", "manages_data": "systemAdministrator", "works_at": "teacher"}
UNWRITABLE = set(":{},")
Rows = Iterator[dict[str, Any]]


@dataclass(slots=True)
class ExportReport:
    """What was written (rows per file), and what the strict standard has no place for (file and sourcedId)."""

    rows: dict[str, int] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def _grades(grades: Iterable[str]) -> list[str]:
    return [grade for grade in grades if grade in GRADES]


def _texts(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text and "," not in text]


class _Export:
    """One source being written out."""

    def __init__(self, source: int, report: ExportReport) -> None:
        self.source, self.report = source, report
        self.kind_of: dict[str, str] = {}  # org -> kind
        self.school_of: dict[str, str] = {}  # class -> school
        self.grade_of: dict[str, str] = {}  # student -> grade at present
        self.relation_of: dict[str, str] = {}  # adult -> parent, guardian or relative
        self.agents: dict[str, list[str]] = defaultdict(list)  # student -> adults
        for row in rows_of(source, "agencies"):
            self.kind_of[row["key"]] = row["kind"]
        for row in rows_of(source, "school_enrollments"):
            if row["r1"] and (row["end"] is None or row["r1"] not in self.grade_of):
                self.grade_of[row["r1"]] = row["grade_level"]
        for row in rows_of(source, "family_ties"):
            if row["r1"] and row["r2"]:
                self.agents[row["r2"]].append(row["r1"])
                self.relation_of[row["r1"]] = row["relation"] or "parent"
        self.top = next(
            (key for key, kind in self.kind_of.items() if kind == "district"), next(iter(self.kind_of), "")
        )

    def orgs(self) -> Rows:
        for row in rows_of(self.source, "agencies"):
            yield {
                "sourcedId": row["key"], "name": row["name"], "type": row["kind"], "identifier": row["identifier"],
                "parentSourcedId": row["r1"], "metadata.alternative": True if row["is_alternative"] else None,
            }  # fmt: skip

    def sessions(self) -> Rows:
        for row in rows_of(self.source, "sessions"):
            yield {
                "sourcedId": row["key"], "title": row["title"], "type": row["kind"], "startDate": row["begin"],
                "endDate": row["end"], "parentSourcedId": row["r1"], "schoolYear": row["school_year"] or row["end"][:4],
            }  # fmt: skip

    def courses(self) -> Rows:
        for row in rows_of(self.source, "courses"):
            yield {
                "sourcedId": row["key"], "title": row["title"], "courseCode": row["code"], "orgSourcedId": row["r1"],
                "grades": _grades(row["grades"]), "subjects": _texts(row["subjects"]),
            }  # fmt: skip

    def classes(self) -> Rows:
        terms = sessions_of_classes(self.source)
        for row in rows_of(self.source, "classes"):
            if not row["r1"] or not row["r2"] or row["key"] not in terms:
                self.report.left_out.append(("classes", row["key"]))  # 1.2 wants school, course and terms
                continue
            self.school_of[row["key"]] = row["r1"]
            yield {
                "sourcedId": row["key"], "title": row["title"], "grades": _grades(row["grades"]),
                "courseSourcedId": row["r2"], "classCode": row["code"], "classType": row["kind"],
                "location": row["location"], "schoolSourcedId": row["r1"], "termSourcedIds": terms[row["key"]],
                "subjects": _texts(row["subjects"]), "periods": [part.strip() for part in row["periods"].split(",") if part.strip()],
            }  # fmt: skip

    def users(self) -> Rows:
        for section, entity in (("adults", "adult"), ("students", "student")):
            others = other_ids_of(self.source, entity)
            for row in rows_of(self.source, section):
                ids = others.get(row["key"], [])
                named = dict(ids)
                grade = self.grade_of.get(row["key"], "")
                yield {
                    "sourcedId": row["key"], "enabledUser": True, "username": row["username"],
                    "userIds": [
                        f"{{{kind}:{value}}}" for kind, value in ids
                        if kind not in ("identifier", "master") and not UNWRITABLE & set(kind + value)
                    ],
                    "givenName": row["given_name"], "familyName": row["family_name"], "middleName": row["middle_name"],
                    "identifier": named.get("identifier"), "email": row["email"], "phone": row["phone"],
                    "agentSourcedIds": _texts(self.agents.get(row["key"], [])) if entity == "student" else None,
                    "grades": _grades([grade]) if entity == "student" else None,
                    "userMasterIdentifier": named.get("master"), "preferredGivenName": row["preferred_given_name"],
                    "preferredFamilyName": row["preferred_family_name"], "pronouns": row["pronouns"],
                    "metadata.homeLanguage": row["home_language"],
                }  # fmt: skip

    def roles(self) -> Rows:
        yield from self._student_roles()
        placed: set[str] = set()
        for row in rows_of(self.source, "agency_ties"):
            school = self.kind_of.get(row["r2"]) == "school"
            role = ROLE_OF.get(row["kind"]) or ("principal" if school else "districtAdministrator")
            yield self._role(
                row["key"], row["r1"], role, row["r2"], row["r1"] not in placed, row["begin"], row["end"]
            )
            placed.add(row["r1"])
        for row in rows_of(self.source, "adults"):
            key = row["key"]
            role = self.relation_of.get(key) or ("" if key in placed else "ext:adult")
            if role:
                yield self._role(pair("family", key), key, role, self.top, key not in placed, None, None)

    def _student_roles(self) -> Rows:
        taking = {row["key"]: row for row in rows_of(self.source, "participations")}
        for row in rows_of(self.source, "school_enrollments"):
            found = self._role(
                row["key"], row["r1"], "student", row["r2"], bool(row["is_primary"]), row["begin"], row["end"]
            )
            found["metadata.grade"] = _grades([row["grade_level"]])
            if part := taking.get(row["key"]):
                found["metadata.personalizedLearning"] = True
                found["metadata.personalizedLearningBeginDate"] = part["begin"]
                found["metadata.personalizedLearningEndDate"] = part["end"]
            yield found

    def _role(
        self, key: str, user: str, role: str, org: str, primary: bool, begin: str | None, end: str | None
    ) -> dict[str, Any]:
        return {
            "sourcedId": key, "userSourcedId": user, "roleType": "primary" if primary else "secondary", "role": role,
            "beginDate": begin, "endDate": end, "orgSourcedId": org,
        }  # fmt: skip

    def enrollments(self) -> Rows:
        for section in ("class_ties", "class_enrollments"):
            for row in rows_of(self.source, section):
                if row["r2"] not in self.school_of:
                    self.report.left_out.append(("enrollments", row["key"]))
                    continue
                kind = row.get("kind", "student")
                yield {
                    "sourcedId": row["key"], "classSourcedId": row["r2"], "schoolSourcedId": self.school_of[row["r2"]],
                    "userSourcedId": row["r1"], "beginDate": row["begin"], "endDate": row["end"],
                    "role": {"student": "student", "assists": "ext:aide"}.get(kind, "teacher"),
                    "primary": kind == "teaches",
                }  # fmt: skip

    def demographics(self) -> Rows:
        for row in rows_of(self.source, "demographics"):
            latino = row["hispanic_or_latino"]
            yield {
                "sourcedId": row["key"], "birthDate": row["birth_date"], "sex": row["sex"],
                **{race: race in row["races"] for race in RACES},
                "hispanicOrLatinoEthnicity": None if latino is None else bool(latino),
                "countryOfBirthCode": row["country_of_birth"], "stateOfBirthAbbreviation": row["state_of_birth"],
                "cityOfBirth": row["city_of_birth"], "publicSchoolResidenceStatus": row["public_school_residence_status"],
            }  # fmt: skip


def export_roster(path: Path, *, source_key: str | None = None) -> ExportReport:
    """Writes the roster of a source as a OneRoster 1.2 CSV folder, or a zip when `path` ends in .zip.

    Without a key: the only source there is. Raises `Refused` when there is none, or several to choose from.
    """
    keys = sources()
    if source_key is None and len(keys) == 1:
        source_key = keys[0]
    source = source_of(source_key) if source_key in keys and source_key is not None else None
    if source is None:
        raise Refused(
            _("Which roster? There are: %(keys)s.") % {"keys": ", ".join(keys)}
            if keys
            else _("There is no roster yet."),
            _("Name its source with --source.") if keys else _("Import a roster first."),
        )
    report = ExportReport()
    export = _Export(source, report)
    files = {
        "orgs": export.orgs(), "academicSessions": export.sessions(), "courses": export.courses(),
        "classes": export.classes(), "users": export.users(), "roles": export.roles(),
        "enrollments": export.enrollments(), "demographics": export.demographics(),
    }  # fmt: skip
    report.rows = write_bundle(path, files, metadata=METADATA)
    return report
