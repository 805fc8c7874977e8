"""What would a roster change? `want` compared with `known`, in the staging file.

States of a wanted row: `same`; `add`; `adopt` (an agency that another source brought); `change`; `move` (its key now stands for another
person or place: the old row ends, a new one begins); `back` (it had ended: a new dated row begins). `gone` lists what has ended.
"""

from collections.abc import Iterator
from datetime import date

from cairn.exchange.intake.actions import Counts, Roster, Staging
from cairn.exchange.oneroster.checks import GONE, Checks
from cairn.people.roster.known import agencies_elsewhere, known_rows
from cairn.people.roster.sections import BY_NAME, SECTIONS, Section

_KNOWN = """
DROP TABLE IF EXISTS known;
CREATE TABLE known (
    entity TEXT, kind TEXT, key TEXT, object_id INTEGER, digest TEXT, running INTEGER, person INTEGER, holder INTEGER,
    begin TEXT, end TEXT, label TEXT, PRIMARY KEY (entity, kind, key)) WITHOUT ROWID;
DROP TABLE IF EXISTS gone;
CREATE TABLE gone (section TEXT, key TEXT, object_id INTEGER, PRIMARY KEY (section, key)) WITHOUT ROWID
"""
# Which entity the first and the second reference of a section name.
REFS: dict[str, tuple[str, ...]] = {
    "agencies": ("agency",),
    "sessions": ("session", "agency"),
    "courses": ("agency",),
    "classes": ("agency", "course"),
    "demographics": ("student",),
    "school_enrollments": ("student", "agency"),
    "class_enrollments": ("student", "class"),
    "class_ties": ("adult", "class"),
    "agency_ties": ("adult", "agency"),
    "family_ties": ("adult", "student"),
    "participations": ("student", "agency"),
}
# Which file says what is there; the file of roles differs between 1.1 and 1.2.
FILE_OF = {
    "agencies": "orgs",
    "sessions": "academicSessions",
    "courses": "courses",
    "classes": "classes",
    "students": "users",
    "adults": "users",
    "class_enrollments": "enrollments",
    "class_ties": "enrollments",
    "family_ties": "users",
}
BY_ROLE = ("school_enrollments", "agency_ties", "participations")


def load_known(staging: Staging, source: int | None, on: date) -> None:
    """Copies what this source sent before into the staging file."""
    for statement in _KNOWN.split(";"):
        staging.db.execute(statement)
    if source is not None:
        staging.db.executemany(
            "INSERT INTO known VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", known_rows(source, on=on)
        )
    staging.db.execute("CREATE INDEX known_object ON known (entity, object_id)")


class Diff:
    """Sets the state of every wanted row, and lists what has ended."""

    def __init__(self, checks: Checks, source: int | None, on: date) -> None:
        self.checks, self.db, self.source, self.on = checks, checks.db, source, on

    def run(self) -> None:
        for section in SECTIONS:
            self._states(section)
        self._adopt()
        for section in SECTIONS:
            if section.name != "demographics":
                self._gone(section)
        for section in SECTIONS:
            if section.dated:
                self._gone_with(section)
        self.db.execute("CREATE INDEX IF NOT EXISTS want_state ON want (section, state)")

    def _states(self, section: Section) -> None:
        known = "FROM known k WHERE k.entity = ? AND k.kind = ? AND k.key = want.key"
        back = "'back'" if section.dated else "'change'"
        self.db.execute(
            f"UPDATE want SET object_id = (SELECT k.object_id {known}), state = coalesce((SELECT CASE "
            f"WHEN k.digest = want.digest THEN 'same' WHEN k.digest = 'ended' THEN {back} ELSE 'change' END {known}), 'add') "
            "WHERE section = ?",
            (section.entity, section.kind, section.entity, section.kind, section.name),
        )
        if section.dated:
            first, second = (
                f"(SELECT o.object_id FROM known o WHERE o.entity = '{entity}' AND o.kind = 'sourcedId' AND o.key = want.r{at})"
                for at, entity in enumerate(REFS[section.name], 1)
            )
            self.db.execute(
                "UPDATE want SET state = 'move' WHERE section = ? AND state = 'change' AND EXISTS (SELECT 1 "
                f"{known} AND (k.person IS NOT {first} OR k.holder IS NOT {second}))",
                (section.name, section.entity, section.kind),
            )
            self.db.execute(
                "UPDATE want SET old_id = object_id, object_id = NULL WHERE section = ? AND state IN ('move', 'back')",
                (section.name,),
            )

    def _adopt(self) -> None:
        for kind, identifier, object_id in agencies_elsewhere(self.source):
            self.db.execute(
                "UPDATE want SET state = 'adopt', object_id = ? WHERE section = 'agencies' AND key = (SELECT key FROM want "
                "WHERE section = 'agencies' AND state = 'add' AND json_extract(body, '$[0]') = ? "
                "AND json_extract(body, '$[2]') = ? ORDER BY line LIMIT 1)",
                (object_id, kind, identifier),
            )
        self.db.execute(
            "INSERT OR IGNORE INTO known SELECT 'agency', 'sourcedId', key, object_id, digest, 1, NULL, NULL, NULL, NULL, '' "
            "FROM want WHERE section = 'agencies' AND state = 'adopt'"
        )

    def _gone(self, section: Section) -> None:
        """Ended: absent from a bulk file while running, or marked as deleted. What is in quarantine has not ended."""
        name = FILE_OF.get(section.name) or ("roles" if self.checks.has("roles") else "users")
        if not self.checks.has(name) or (
            section.name in BY_ROLE and name == "users" and not self._old_roles()
        ):
            return
        mine = (
            "INSERT OR IGNORE INTO gone SELECT ?, k.key, k.object_id FROM known k WHERE k.entity = ? AND k.kind = ? "
            "AND k.digest <> 'ended' AND NOT EXISTS (SELECT 1 FROM want w WHERE w.section = ? AND w.key = k.key)"
        )
        params = (section.name, section.entity, section.kind, section.name)
        if self.checks.roster.parts[name].mode == "bulk":
            aside = ["k.key IN (SELECT key FROM bad WHERE file = ?)"]
            for column, entity in zip(
                ("person", "holder"), REFS.get(section.name, ()) if section.dated else (), strict=False
            ):
                if entity in ("student", "adult"):
                    aside.append(f"k.{column} IN ({self._people_aside(entity)})")
            kept = " OR ".join(f"coalesce({reason}, 0)" for reason in aside)
            self.db.execute(f"{mine} AND k.running = 1 AND NOT ({kept})", (*params, self.checks.file(name)))
        elif section.name == "family_ties" or (section.name in BY_ROLE and name == "users"):
            self.db.execute(f"{mine} AND k.running = 1 AND {self._of_users_that_came(section)}", params)
        raw = f'SELECT "sourcedId" FROM raw_{name} WHERE ok = 1 AND status IN {GONE}'
        self.db.execute(f"{mine} AND k.key IN ({raw})", params)

    def _of_users_that_came(self, section: Section) -> str:
        """In a delta, the row of a user says all about that user's families (and, in 1.1, roles): what it leaves out has ended."""
        family = section.name == "family_ties"
        column, entity = ("holder", "student") if family else ("person", REFS[section.name][0])
        said = "" if family else " AND u.role <> ''"
        return (
            f"k.{column} IN (SELECT o.object_id FROM raw_users u JOIN known o ON o.entity = '{entity}' "
            f"AND o.kind = 'sourcedId' AND o.key = u.\"sourcedId\" WHERE u.ok = 1{said})"
        )

    def _old_roles(self) -> bool:
        """Whether roles came in users.csv, as in 1.1. If not, and without roles.csv, nothing was said about roles."""
        return self.db.execute("SELECT 1 FROM raw_users WHERE role <> '' LIMIT 1").fetchone() is not None

    def _people_aside(self, entity: str) -> str:
        """The object ids of students or adults whose row is in quarantine: what hangs on them stays as it is."""
        if not self.checks.has("users"):
            return "SELECT NULL WHERE 0"
        file = self.checks.file("users").replace("'", "''")
        return (
            "SELECT o.object_id FROM bad b JOIN known o ON o.key = b.key AND o.kind = 'sourcedId' "
            f"AND o.entity = '{entity}' WHERE b.file = '{file}'"
        )

    def _gone_with(self, section: Section) -> None:
        """With a person, a class or an agency that has ended, what hangs on it ends."""
        entities = {"student": "students", "adult": "adults", "class": "classes", "agency": "agencies"}
        for column, entity in zip(("person", "holder"), REFS[section.name], strict=True):
            self.db.execute(
                "INSERT OR IGNORE INTO gone SELECT ?, k.key, k.object_id FROM known k WHERE k.entity = ? AND k.kind = ? "
                f"AND k.running = 1 AND k.digest <> 'ended' AND k.{column} IN (SELECT object_id FROM gone WHERE section = ?) "
                "AND NOT EXISTS (SELECT 1 FROM want w WHERE w.section = ? AND w.key = k.key)",
                (section.name, section.entity, section.kind, entities[entity], section.name),
            )

    def rosters(self) -> list[Roster]:
        """Every list that the guard watches: everyone, each school, each class that goes on."""
        found = []
        for name, what in (
            ("students", "students"), ("adults", "adults"), ("classes", "classes"),
            ("class_enrollments", "enrollments in classes"), ("school_enrollments", "enrollments in schools"),
        ):  # fmt: skip
            section = BY_NAME[name]
            now = self._one(
                "SELECT count(*) FROM known WHERE entity = ? AND kind = ? AND running = 1",
                section.entity,
                section.kind,
            )
            gone = self._one(
                "SELECT count(*) FROM gone g JOIN known k ON k.entity = ? AND k.kind = ? AND k.key = g.key AND k.running = 1 WHERE g.section = ?",
                section.entity, section.kind, name,
            )  # fmt: skip
            found.append(Roster(what, now, gone))
        for name, holder in (("class_enrollments", "class"), ("school_enrollments", "agency")):
            found += self._lists(BY_NAME[name], holder)
        return found

    def _lists(self, section: Section, holder: str) -> Iterator[Roster]:
        rows = self.db.execute(
            "WITH lost AS (SELECT k.holder AS holder, count(*) AS n FROM gone g JOIN known k ON k.entity = ? AND k.kind = ? "
            "AND k.key = g.key AND k.running = 1 WHERE g.section = ? GROUP BY k.holder), "
            "had AS (SELECT k.holder AS holder, count(*) AS n FROM known k WHERE k.entity = ? AND k.kind = ? AND k.running = 1 "
            "AND k.holder IN (SELECT holder FROM lost) GROUP BY k.holder) "
            "SELECT h.key, h.label, had.n, lost.n FROM lost JOIN had ON had.holder = lost.holder "
            "JOIN known h ON h.entity = ? AND h.object_id = lost.holder AND h.kind = 'sourcedId' AND h.digest <> 'ended' "
            "WHERE NOT EXISTS (SELECT 1 FROM gone g WHERE g.section = ? AND g.key = h.key) ORDER BY h.key",
            (
                section.entity, section.kind, section.name, section.entity, section.kind, holder,
                {"class": "classes", "agency": "agencies"}[holder],
            ),
        )  # fmt: skip
        for key, label, now, lost in rows.fetchall():
            yield Roster(f"{label} ({key})" if holder == "class" else key, now, lost)

    def _one(self, sql: str, *params: object) -> int:
        return int(self.db.execute(sql, params).fetchone()[0])

    def counts(self) -> dict[str, Counts]:
        """What would change, per section (a dry run shows it)."""
        found = {section.name: Counts() for section in SECTIONS}
        for name, state, n in self.db.execute(
            "SELECT section, state, count(*) FROM want GROUP BY section, state"
        ):
            counts = found[name]
            if state in ("same", "adopt"):
                counts.same += n
            elif state in ("add", "back"):
                counts.added += n
            else:
                counts.changed += n
        for name, n in self.db.execute("SELECT section, count(*) FROM gone GROUP BY section"):
            found[name].ended += n
        return found
