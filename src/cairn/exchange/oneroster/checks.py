"""Do the rows of a roster fit together? Duplicates, dates, references and roles, as SQL in the staging file.

Before the checks, `known` holds what this source sent in earlier imports (see `people/roster/known.py`). A reference is good when
its row came and is good, or is known and did not have to come: its file is a delta, is absent, or holds that row in quarantine.
A link that may be empty is dropped with a notice; a row without a link that it needs is set aside.
"""

from dataclasses import dataclass

from cairn.exchange.intake.staging import Staging
from cairn.exchange.oneroster.read import Roster

GONE = "('tobedeleted', 'inactive')"
FAMILY = "('parent', 'guardian', 'relative')"

_TABLES = """
DROP TABLE IF EXISTS ref; CREATE TABLE ref (entity TEXT, key TEXT, PRIMARY KEY (entity, key)) WITHOUT ROWID;
DROP TABLE IF EXISTS person; CREATE TABLE person (key TEXT PRIMARY KEY, kind TEXT) WITHOUT ROWID;
DROP TABLE IF EXISTS person_role;
CREATE TABLE person_role (user TEXT, role TEXT, PRIMARY KEY (user, role)) WITHOUT ROWID;
DROP TABLE IF EXISTS role;
CREATE TABLE role (
    key TEXT PRIMARY KEY, user TEXT, org TEXT, role TEXT, is_primary INTEGER, begin TEXT, end TEXT, grade TEXT,
    pl TEXT, pl_begin TEXT, pl_end TEXT, gone INTEGER, line INTEGER) WITHOUT ROWID;
CREATE INDEX role_user ON role (user);
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A column that names a row of another file."""

    column: str
    entity: str
    needed: bool


LINKS: dict[str, tuple[Link, ...]] = {
    "orgs": (Link("parentSourcedId", "agency", False),),
    "academicSessions": (Link("parentSourcedId", "session", False),),
    "courses": (Link("orgSourcedId", "agency", False),),
    "classes": (Link("schoolSourcedId", "agency", True), Link("courseSourcedId", "course", False)),
    "roles": (Link("userSourcedId", "person", True), Link("orgSourcedId", "agency", True)),
    "enrollments": (Link("userSourcedId", "person", True), Link("classSourcedId", "class", True)),
    "demographics": (Link("sourcedId", "person", True),),
}
DATES = {
    "academicSessions": ("startDate", "endDate"),
    "roles": ("beginDate", "endDate"),
    "enrollments": ("beginDate", "endDate"),
}
ENTITIES = {"orgs": "agency", "academicSessions": "session", "courses": "course", "classes": "class"}


class Checks:
    """One round of checks over one staged roster."""

    def __init__(self, staging: Staging, roster: Roster) -> None:
        self.staging, self.db, self.roster = staging, staging.db, roster

    def file(self, name: str) -> str:
        return self.roster.parts[name].member.name

    def has(self, name: str) -> bool:
        return name in self.roster.parts

    def run(self) -> None:
        """All checks, in the order in which rows depend on each other. Inside a transaction of the staging file."""
        self._tables()
        for name in self.roster.parts:
            self.db.execute(f"UPDATE raw_{name} SET ok = 1 WHERE ok = 0")
            self._duplicates(name)
            self._dates(name)
        self._ring()
        for name in ("orgs", "academicSessions", "courses", "classes"):
            self._links(name)
            self._refs(name)
        self._people()
        for name in ("roles", "enrollments", "demographics"):
            self._links(name)
        self._roles()
        self._enrollment_roles()

    def _tables(self) -> None:
        for statement in _TABLES.split(";"):
            self.db.execute(statement)

    # --- Setting aside and noticing ---

    def _set_aside(self, name: str, code: str, field: str, value: str, where: str) -> None:
        """Marks the rows `where` as bad; `value` is an SQL expression over the row `r`."""
        self.db.execute(
            f"INSERT OR IGNORE INTO bad (file, line, field, value, code, key, row, step) "
            f'SELECT ?, r.line, ?, substr({value}, 1, 200), ?, r."sourcedId", NULL, ? FROM raw_{name} r WHERE r.ok = 1 AND {where}',
            (self.file(name), field, code, self.staging.step),
        )
        self.db.execute(f"UPDATE raw_{name} AS r SET ok = 0 WHERE r.ok = 1 AND {where}")

    def notice(self, name: str, code: str, field: str, value: str, rows: str) -> None:
        """One notice for all `rows` (FROM clause and conditions, over the row `r`)."""
        count, line, first = self.db.execute(f"SELECT count(*), min(r.line), {value} {rows}").fetchone()
        if count:
            self.db.execute(
                "INSERT OR REPLACE INTO noticed (code, file, field, mark, line, value, count, step) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (code, self.file(name), field, "", line, str(first or "")[:200], count, self.staging.step),
            )

    # --- The checks ---

    def _duplicates(self, name: str) -> None:
        (twice,) = self.db.execute(
            f'SELECT count(*) - count(DISTINCT "sourcedId") FROM raw_{name}'
        ).fetchone()
        if not twice:
            return
        first = f'(SELECT min(o.line) FROM raw_{name} o WHERE o."sourcedId" = r."sourcedId")'
        self._set_aside(name, "duplicate_id", "sourcedId", 'r."sourcedId"', f"r.line > {first}")

    def _dates(self, name: str) -> None:
        if name in DATES:
            begin, end = (f'r."{column}"' for column in DATES[name])
            where = f"{begin} <> '' AND {end} <> '' AND {end} < {begin}"
            self._set_aside(name, "ends_before_begin", DATES[name][1], f"{begin} || ' - ' || {end}", where)

    def _ring(self) -> None:
        """Orgs that stand above themselves."""
        if not self.has("orgs"):
            return
        self.db.execute("DROP TABLE IF EXISTS ring")
        self.db.execute(
            "CREATE TEMP TABLE ring AS WITH RECURSIVE up(start, here, depth) AS ("
            'SELECT "sourcedId", "parentSourcedId", 1 FROM raw_orgs WHERE "parentSourcedId" <> \'\' UNION '
            'SELECT up.start, o."parentSourcedId", up.depth + 1 FROM up JOIN raw_orgs o ON o."sourcedId" = up.here '
            "WHERE o.\"parentSourcedId\" <> '' AND up.depth < 50 AND up.here <> up.start) "
            "SELECT DISTINCT start FROM up WHERE here = start"
        )
        self._set_aside(
            "orgs",
            "own_ancestor",
            "parentSourcedId",
            'r."sourcedId"',
            'r."sourcedId" IN (SELECT start FROM ring)',
        )

    def _resolves(self, link: Link) -> str:
        """SQL: this link of the row `r` finds its row. Links within one file look at the file itself."""
        return (
            f"EXISTS (SELECT 1 FROM ref WHERE ref.entity = '{link.entity}' AND ref.key = r.\"{link.column}\")"
        )

    def _links(self, name: str) -> None:
        if not self.has(name):
            return
        if name in ("orgs", "academicSessions"):
            self._refs(name)  # its rows name each other
        for link in LINKS[name]:
            cell = f'r."{link.column}"'
            lost = f"{cell} <> '' AND NOT {self._resolves(link)} AND r.status NOT IN {GONE}"
            if link.needed:
                self._set_aside(name, "dangling", link.column, cell, lost)
            else:
                absent = link.entity == "course" and not self.has("courses")
                code = "courses_absent" if absent else "reference_dropped"
                self.notice(name, code, link.column, cell, f"FROM raw_{name} r WHERE r.ok = 1 AND {lost}")

    def _refs(self, name: str) -> None:
        """Which rows of this file may be named by others."""
        entity = ENTITIES[name]
        self.db.execute("DELETE FROM ref WHERE entity = ?", (entity,))
        if self.has(name):
            self.db.execute(
                f'INSERT OR IGNORE INTO ref SELECT ?, "sourcedId" FROM raw_{name} WHERE ok = 1 AND status NOT IN {GONE}',
                (entity,),
            )
        self._known_refs(name, entity, entity)

    def _known_refs(self, name: str, entity: str, as_entity: str) -> None:
        whole = self.has(name) and self.roster.parts[name].mode == "bulk"
        gone = f'k.key NOT IN (SELECT "sourcedId" FROM raw_{name} WHERE status IN {GONE})'
        aside = "k.key IN (SELECT key FROM bad WHERE file = ?)" if whole else "? <> ''"
        self.db.execute(
            f"INSERT OR IGNORE INTO ref SELECT ?, k.key FROM known k WHERE k.entity = ? AND k.kind = 'sourcedId' "
            f"AND k.digest <> 'ended' AND {gone} AND {aside}",
            (as_entity, entity, self.file(name) if self.has(name) else "-"),
        )

    def _people(self) -> None:
        """Who is a student and who an adult: a student role wins; without any role, what the person was before."""
        db = self.db
        if self.has("roles"):
            db.execute(
                f'INSERT OR IGNORE INTO person_role SELECT "userSourcedId", role FROM raw_roles WHERE status NOT IN {GONE}'
            )
        if self.has("users"):
            lone = "u.role <> '' AND NOT EXISTS (SELECT 1 FROM person_role p WHERE p.user = u.\"sourcedId\")"
            if self.has("roles"):
                self.notice(
                    "users",
                    "role_column",
                    "role",
                    'r."sourcedId"',
                    f"FROM raw_users r WHERE {lone.replace('u.', 'r.')}",
                )
            db.execute(
                f'INSERT OR IGNORE INTO person_role SELECT u."sourcedId", u.role FROM raw_users u WHERE {lone}'
            )
        db.execute(
            "INSERT INTO person SELECT user, CASE WHEN max(role = 'student') THEN 'student' ELSE 'adult' END "
            "FROM person_role GROUP BY user"
        )
        db.execute(
            "INSERT OR IGNORE INTO person SELECT key, entity FROM known WHERE entity IN ('student', 'adult') "
            "AND kind = 'sourcedId' ORDER BY digest = 'ended'"
        )
        if self.has("users"):
            self._set_aside(
                "users", "user_without_role", "role", 'r."sourcedId"',
                f'r.status NOT IN {GONE} AND NOT EXISTS (SELECT 1 FROM person p WHERE p.key = r."sourcedId")',
            )  # fmt: skip
            db.execute(
                f"INSERT OR IGNORE INTO ref SELECT 'person', \"sourcedId\" FROM raw_users WHERE ok = 1 AND status NOT IN {GONE}"
            )
            self.notice(
                "users", "student_and_staff", "role", 'r."sourcedId"',
                "FROM raw_users r JOIN person p ON p.key = r.\"sourcedId\" AND p.kind = 'student' WHERE r.ok = 1 AND "
                "(SELECT count(*) FROM person_role o WHERE o.user = r.\"sourcedId\") > 1",
            )  # fmt: skip
        for entity in ("student", "adult"):
            self._known_refs("users", entity, "person")

    def _roles(self) -> None:
        """One table of roles at orgs, whether they came as roles.csv (1.2) or as columns of users.csv (1.1)."""
        user = 'LEFT JOIN raw_users u ON u."sourcedId" = r."userSourcedId" AND u.ok = 1'
        pl = "r.\"metadata.personalizedLearning\" <> ''"
        names = (
            "metadata.personalizedLearning",
            "metadata.personalizedLearningBeginDate",
            "metadata.personalizedLearningEndDate",
        )
        picked = ", ".join(
            f'CASE WHEN {pl} THEN r."{name}" ELSE coalesce(u."{name}", \'\') END' for name in names
        )
        if self.has("roles"):
            self.db.execute(
                'INSERT INTO role SELECT r."sourcedId", r."userSourcedId", r."orgSourcedId", r.role, '
                "r.\"roleType\" = 'primary' OR (r.\"roleType\" = '' AND coalesce(u.\"primaryOrgSourcedId\", '') IN ('', r.\"orgSourcedId\")), "
                f'r."beginDate", r."endDate", r."metadata.grade", {picked}, r.status IN {GONE}, r.line '
                f"FROM raw_roles r {user} WHERE r.ok = 1"
            )
        if self.has("users"):
            orgs = "raw_users r, json_each(CASE WHEN r.\"orgSourcedIds\" <> '' THEN r.\"orgSourcedIds\" ELSE '[]' END) o"
            lone = "r.ok = 1 AND r.role <> '' AND NOT EXISTS (SELECT 1 FROM role p WHERE p.user = r.\"sourcedId\" AND p.line > 0)"
            self.notice(
                "users", "reference_dropped", "orgSourcedIds", "o.value",
                f"FROM {orgs} WHERE {lone} AND NOT EXISTS (SELECT 1 FROM ref WHERE ref.entity = 'agency' AND ref.key = o.value)",
            )  # fmt: skip
            columns = ", ".join(f'r."{name}"' for name in names)
            self.db.execute(
                'INSERT OR IGNORE INTO role SELECT pair(r."sourcedId", o.value), r."sourcedId", o.value, r.role, o.key = 0, '
                f"'', '', '', {columns}, r.status IN {GONE}, -r.line FROM {orgs} "
                f"WHERE {lone} AND EXISTS (SELECT 1 FROM ref WHERE ref.entity = 'agency' AND ref.key = o.value)"
            )

    def _enrollment_roles(self) -> None:
        if self.has("enrollments"):
            kind = '(SELECT kind FROM person p WHERE p.key = r."userSourcedId")'
            student = f"r.role = 'student' AND {kind} = 'adult' AND r.status NOT IN {GONE}"
            staff = f"r.role IN ('teacher', 'aide') AND {kind} = 'student' AND r.status NOT IN {GONE}"
            self._set_aside("enrollments", "not_a_student", "userSourcedId", 'r."userSourcedId"', student)
            self._set_aside("enrollments", "not_an_adult", "userSourcedId", 'r."userSourcedId"', staff)
        if self.has("demographics"):
            adult = "(SELECT kind FROM person p WHERE p.key = r.\"sourcedId\") = 'adult'"
            self.notice(
                "demographics", "demographics_of_adult", "sourcedId", 'r."sourcedId"',
                f"FROM raw_demographics r WHERE r.ok = 1 AND {adult}",
            )  # fmt: skip
