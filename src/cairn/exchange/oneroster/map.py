"""What does a OneRoster row mean in our tables? One SQL statement per section of the roster, from `raw_*` into `want`.

`want` has a row for everything that should be there: its key, the keys of what it refers to (`r1`, `r2`), its dates, its other
values as JSON in the order of `people/roster/sections.py`, and a digest over all of these. Equal digests mean: nothing to do.
"""

import sqlite3

from cairn.exchange.oneroster.checks import FAMILY, GONE, Checks
from cairn.exchange.oneroster.tables import RACES

_TABLES = """
DROP TABLE IF EXISTS want;
CREATE TABLE want (
    section TEXT, key TEXT, digest TEXT, r1 TEXT, r2 TEXT, begin TEXT, end TEXT, body TEXT, line INTEGER,
    state TEXT, object_id INTEGER, old_id INTEGER, PRIMARY KEY (section, key)) WITHOUT ROWID;
DROP TABLE IF EXISTS agent;
CREATE TEMP TABLE agent (user TEXT, kind TEXT, agent TEXT, other TEXT, here INTEGER, line INTEGER);
DROP TABLE IF EXISTS teaching;
CREATE TEMP TABLE teaching (line INTEGER PRIMARY KEY, klass TEXT, is_primary TEXT, begin TEXT, end TEXT);
"""

AGENCY_KIND = (
    "CASE WHEN r.type IN ('state', 'district', 'school') THEN r.type WHEN r.type = 'national' THEN 'state' "
    "WHEN r.type = 'local' THEN 'district' ELSE 'department' END"
)
AGENCY_TIE = {
    "principal": "leads",
    "administrator": "leads",
    "siteAdministrator": "leads",
    "districtAdministrator": "leads",
    "systemAdministrator": "manages_data",
    "counselor": "counsels_at",
    "teacher": "works_at",
    "aide": "works_at",
}
NO_TIE = ("parent", "guardian", "relative", "student")  # what these are stands elsewhere
STATE_ID = (
    "state",
    "stateid",
    "state_id",
    "state id",
    "statestudentid",
    "ssid",
    "sasid",
    "suid",
    "lasid-state",
)


def _live(has: str = "r") -> str:
    return f"{has}.ok = 1 AND {has}.status NOT IN {GONE}"


def _ref(entity: str, column: str) -> str:
    """The key when it resolves, else nothing (the checks have said so)."""
    return f"(SELECT key FROM ref WHERE entity = '{entity}' AND key = r.\"{column}\")"


class Map:
    """Fills `want` from a checked roster."""

    def __init__(self, checks: Checks) -> None:
        self.checks, self.db = checks, checks.db

    def run(self) -> None:
        for statement in _TABLES.split(";"):
            self.db.execute(statement)
        self.district = self._top_district()
        if self.district is not None:
            self.checks.staging.set_mark("district", self.district)
        steps = {
            "orgs": (self._agencies,),
            "academicSessions": (self._sessions,),
            "courses": (self._courses,),
            "classes": (self._classes,),
            "users": (self._people, self._families),
            "demographics": (self._demographics,),
            "enrollments": (self._enrollments, self._teaching),
        }
        for name, methods in steps.items():
            if self.checks.has(name):
                for method in methods:
                    method()
        self._roles()

    def _want(self, section: str, select: str, params: tuple[object, ...] = ()) -> None:
        """`select` gives key, r1, r2, begin, end, body, line."""
        self.db.execute(
            "INSERT OR IGNORE INTO want (section, key, digest, r1, r2, begin, end, body, line) "
            f"SELECT '{section}', key, md5(r1, r2, begin, end, body), r1, r2, begin, end, body, line FROM ({select})",
            params,
        )

    def _first(self, sql: str) -> str | None:
        try:
            found = self.db.execute(sql).fetchone()
        except sqlite3.OperationalError:
            return None
        return found[0] if found else None

    def _top_district(self) -> str | None:
        """The district of this source: what has no better place hangs there. Without one, the first org."""
        order = "ORDER BY CASE kind WHEN 'district' THEN 0 WHEN 'school' THEN 1 ELSE 2 END, line LIMIT 1"
        return self._first(
            f'SELECT r."sourcedId", {AGENCY_KIND} AS kind, r.line AS line FROM raw_orgs r WHERE {_live()} {order}'
        ) or self._first(
            "SELECT key, label AS kind, object_id AS line FROM known WHERE entity = 'agency' AND kind = 'sourcedId' "
            "AND digest <> 'ended' ORDER BY CASE label WHEN 'district' THEN 0 WHEN 'school' THEN 1 ELSE 2 END, object_id LIMIT 1"
        )

    def _agencies(self) -> None:
        self._want(
            "agencies",
            f'SELECT r."sourcedId" AS key, {_ref("agency", "parentSourcedId")} AS r1, NULL AS r2, NULL AS begin, NULL AS end, '
            f"json_array({AGENCY_KIND}, r.name, r.identifier, r.\"metadata.alternative\" = '1') AS body, r.line AS line "
            f"FROM raw_orgs r WHERE {_live()}",
        )
        self.checks.notice(
            "orgs",
            "org_type_other",
            "type",
            "r.type",
            f"FROM raw_orgs r WHERE {_live()} AND r.type LIKE 'ext:%'",
        )
        if not self._first("SELECT 1 FROM raw_orgs r WHERE r.type = 'school' LIMIT 1") and not self._first(
            "SELECT 1 FROM known WHERE entity = 'agency' AND label = 'school' LIMIT 1"
        ):
            self.checks.notice(
                "orgs", "no_school", "type", "r.type", "FROM raw_orgs r WHERE r.ok = 1 LIMIT 1"
            )

    def _sessions(self) -> None:
        self._want(
            "sessions",
            f'SELECT r."sourcedId" AS key, {_ref("session", "parentSourcedId")} AS r1, ? AS r2, r."startDate" AS begin, '
            'r."endDate" AS end, json_array(r.title, r.type, r."schoolYear") AS body, r.line AS line '
            f"FROM raw_academicSessions r WHERE {_live()}",
            (self.district,),
        )

    def _courses(self) -> None:
        self._want(
            "courses",
            f'SELECT r."sourcedId" AS key, coalesce({_ref("agency", "orgSourcedId")}, ?) AS r1, NULL AS r2, NULL AS begin, NULL AS end, '
            'json_array(r.title, r."courseCode", r.subjects, r.grades) AS body, r.line AS line '
            f"FROM raw_courses r WHERE {_live()}",
            (self.district,),
        )

    def _classes(self) -> None:
        """First and last day of a class come from its sessions, also those known from before."""
        terms = "json_each(CASE WHEN r.\"termSourcedIds\" <> '' THEN r.\"termSourcedIds\" ELSE '[]' END) t"
        self.db.execute("DROP TABLE IF EXISTS term")
        self.db.execute("CREATE TEMP TABLE term (klass INTEGER, session TEXT, begin TEXT, end TEXT)")
        self.db.execute(
            "INSERT INTO term SELECT r.line, t.value, coalesce(w.begin, k.begin), coalesce(w.end, k.end) "
            f"FROM raw_classes r, {terms} JOIN ref ON ref.entity = 'session' AND ref.key = t.value "
            "LEFT JOIN want w ON w.section = 'sessions' AND w.key = t.value "
            "LEFT JOIN known k ON k.entity = 'session' AND k.kind = 'sourcedId' AND k.key = t.value"
        )
        self.db.execute("CREATE INDEX temp.term_klass ON term (klass)")
        self.checks.notice(
            "classes", "reference_dropped", "termSourcedIds", "t.value",
            f"FROM raw_classes r, {terms} WHERE r.ok = 1 AND NOT EXISTS "
            "(SELECT 1 FROM ref WHERE ref.entity = 'session' AND ref.key = t.value)",
        )  # fmt: skip
        self._want(
            "classes",
            f'SELECT r."sourcedId" AS key, r."schoolSourcedId" AS r1, {_ref("course", "courseSourcedId")} AS r2, '
            "(SELECT min(begin) FROM term WHERE klass = r.line) AS begin, (SELECT max(end) FROM term WHERE klass = r.line) AS end, "
            "json_array(r.title, r.\"classCode\", CASE WHEN r.\"classType\" IN ('homeroom', 'scheduled') THEN r.\"classType\" ELSE 'scheduled' END, "
            "r.location, replace(trim(r.periods), ',', ', '), r.subjects, r.grades, "
            "(SELECT json_group_array(session) FROM (SELECT session FROM term WHERE klass = r.line ORDER BY session))) AS body, "
            f"r.line AS line FROM raw_classes r WHERE {_live()}",
        )

    def _people(self) -> None:
        """A student or an adult, with every id by which they are known elsewhere."""
        states = ", ".join(f"'{word}'" for word in STATE_ID)
        kind = (
            f"CASE WHEN lower(json_extract(i.value, '$[0]')) IN ({states}) THEN 'state' "
            "WHEN json_extract(i.value, '$[0]') = 'sourcedId' THEN 'other' ELSE json_extract(i.value, '$[0]') END"
        )
        ids = (
            f"(SELECT json_group_array(json_array(kind, value)) FROM (SELECT {kind} AS kind, json_extract(i.value, '$[1]') AS value "
            "FROM json_each(CASE WHEN r.\"userIds\" <> '' THEN r.\"userIds\" ELSE '[]' END) i "
            "UNION SELECT 'identifier', r.identifier WHERE r.identifier <> '' "
            "UNION SELECT 'master', r.\"userMasterIdentifier\" WHERE r.\"userMasterIdentifier\" <> '' ORDER BY 1, 2))"
        )
        columns = (
            'r."givenName", r."middleName", r."familyName", r."preferredGivenName", r."preferredFamilyName", r.pronouns, '
            "r.username, r.email, CASE WHEN r.phone <> '' THEN r.phone ELSE r.sms END, r.\"metadata.homeLanguage\""
        )
        for kind_of, section in (("student", "students"), ("adult", "adults")):
            self._want(
                section,
                'SELECT r."sourcedId" AS key, NULL AS r1, NULL AS r2, NULL AS begin, NULL AS end, '
                f"json_array({columns}, r.\"enabledUser\" <> '0', {ids}) AS body, r.line AS line "
                f"FROM raw_users r JOIN person p ON p.key = r.\"sourcedId\" AND p.kind = '{kind_of}' WHERE {_live()}",
            )
        self._shared_ids()

    def _shared_ids(self) -> None:
        self.db.execute("DROP TABLE IF EXISTS ids")
        self.db.execute(
            "CREATE TEMP TABLE ids AS SELECT w.section, json_extract(i.value, '$[0]') AS kind, json_extract(i.value, '$[1]') AS value, "
            "min(w.line) AS line, count(*) AS n FROM want w, json_each(w.body, '$[11]') i WHERE w.section IN ('students', 'adults') "
            "GROUP BY 1, 2, 3 HAVING n > 1"
        )
        self.checks.notice("users", "shared_identifier", "userIds", "r.value", "FROM temp.ids r")

    def _families(self) -> None:
        """Guardians stand as agents on the student's row, or the student on the guardian's; both ways are read."""
        family = f"EXISTS (SELECT 1 FROM person_role f WHERE f.user = %s AND f.role IN {FAMILY})"
        known = "EXISTS (SELECT 1 FROM known f WHERE f.entity = 'tie' AND f.kind = 'agent' AND f.key = pair(r.user, r.agent))"
        self.db.execute(
            'INSERT INTO agent SELECT r."sourcedId", p.kind, a.value, o.kind, '
            "EXISTS (SELECT 1 FROM ref WHERE ref.entity = 'person' AND ref.key = a.value), r.line "
            'FROM raw_users r CROSS JOIN json_each(r."agentSourcedIds") a CROSS JOIN person p ON p.key = r."sourcedId" '
            f"LEFT JOIN person o ON o.key = a.value WHERE r.\"agentSourcedIds\" <> '' AND {_live()}"
        )
        word = (
            "json_array('parents', coalesce((SELECT f.role FROM person_role f WHERE f.user = %s "
            "AND f.role IN ('guardian', 'relative') ORDER BY 1 LIMIT 1), ''))"
        )
        pairs = (("student", "adult", "r.user", "r.agent"), ("adult", "student", "r.agent", "r.user"))
        for kind, other, student, adult in pairs:
            where = f"FROM agent r WHERE r.here AND r.kind = '{kind}' AND r.other = '{other}'"
            kin = f"({family % adult} OR {known})"
            self._want(
                "family_ties",
                f"SELECT pair({student}, {adult}) AS key, {adult} AS r1, {student} AS r2, NULL AS begin, NULL AS end, "
                f"{word % adult} AS body, r.line AS line {where} AND {kin}",
            )
            if other == "adult":
                self.checks.notice(
                    "users", "agent_not_family", "agentSourcedIds", "r.agent", f"{where} AND NOT {kin}"
                )
        self.checks.notice(
            "users", "reference_dropped", "agentSourcedIds", "r.agent", "FROM agent r WHERE NOT r.here"
        )

    def _demographics(self) -> None:
        races = " UNION ALL ".join(f"SELECT '{race}' AS race WHERE r.\"{race}\" = '1'" for race in RACES)
        self._want(
            "demographics",
            'SELECT r."sourcedId" AS key, r."sourcedId" AS r1, NULL AS r2, NULL AS begin, NULL AS end, '
            f'json_array(r."birthDate", r.sex, (SELECT json_group_array(race) FROM ({races})), r."hispanicOrLatinoEthnicity", '
            'r."countryOfBirthCode", r."stateOfBirthAbbreviation", r."cityOfBirth", r."publicSchoolResidenceStatus") AS body, r.line AS line '
            f"FROM raw_demographics r JOIN person p ON p.key = r.\"sourcedId\" AND p.kind = 'student' WHERE {_live()}",
        )

    def _enrollments(self) -> None:
        self._want(
            "class_enrollments",
            'SELECT r."sourcedId" AS key, r."userSourcedId" AS r1, r."classSourcedId" AS r2, nullif(r."beginDate", \'\') AS begin, '
            "nullif(r.\"endDate\", '') AS end, '[]' AS body, r.line AS line "
            f"FROM raw_enrollments r WHERE {_live()} AND r.role = 'student'",
        )
        self.checks.notice(
            "enrollments", "role_not_used", "role", "r.role",
            f"FROM raw_enrollments r WHERE {_live()} AND r.role NOT IN ('student', 'teacher', 'aide', 'ext:aide') "
            "AND lower(r.role) NOT LIKE 'ext:%teach%'",
        )  # fmt: skip

    def _teaching(self) -> None:
        """Teaches, co-teaches or assists. The standard wants one primary teacher per class and day: of several at the same time the
        first listed teaches and the others co-teach; where no one is called primary, the first listed teaches.
        """
        self.db.execute(
            'INSERT INTO teaching SELECT r.line, r."classSourcedId", r."primary", r."beginDate", '
            f"CASE WHEN r.\"endDate\" = '' THEN '9' ELSE r.\"endDate\" END FROM raw_enrollments r WHERE {_live()} AND r.role = 'teacher'"
        )
        self.db.execute("CREATE INDEX temp.teaching_klass ON teaching (klass)")
        earlier = (
            "EXISTS (SELECT 1 FROM teaching o WHERE o.klass = t.klass AND o.line < t.line AND o.is_primary = t.is_primary "
            "AND o.begin <= t.end AND o.end >= t.begin)"
        )
        primary = "EXISTS (SELECT 1 FROM teaching o WHERE o.klass = t.klass AND o.is_primary = '1')"
        kind = (
            "CASE WHEN r.role IN ('aide', 'ext:aide') THEN 'assists' WHEN r.role <> 'teacher' OR t.is_primary = '0' THEN 'co_teaches' "
            f"WHEN t.is_primary = '' AND {primary} THEN 'co_teaches' WHEN {earlier} THEN 'co_teaches' ELSE 'teaches' END"
        )
        self._want(
            "class_ties",
            'SELECT r."sourcedId" AS key, r."userSourcedId" AS r1, r."classSourcedId" AS r2, nullif(r."beginDate", \'\') AS begin, '
            f"nullif(r.\"endDate\", '') AS end, json_array({kind}, '') AS body, r.line AS line "
            f"FROM raw_enrollments r LEFT JOIN teaching t ON t.line = r.line WHERE {_live()} "
            "AND (r.role IN ('teacher', 'aide', 'ext:aide') OR lower(r.role) LIKE 'ext:%teach%')",
        )

    def _roles(self) -> None:
        """Enrollment in a school, taking part in personalized learning, and what adults are to schools and districts."""
        live = "FROM role r JOIN person p ON p.key = r.user WHERE r.gone = 0"
        grade = (
            "coalesce(json_extract(nullif(r.grade, ''), '$[0]'), CASE WHEN r.end = '' OR r.end >= "
            "(SELECT max(o.begin) FROM role o WHERE o.user = r.user AND o.role = 'student') THEN "
            "(SELECT json_extract(nullif(u.grades, ''), '$[0]') FROM raw_users u WHERE u.\"sourcedId\" = r.user AND u.ok = 1) END, '')"
        )
        student = f"{live} AND r.role = 'student' AND p.kind = 'student'"
        dates = "nullif(r.begin, '') AS begin, nullif(r.end, '') AS end"
        self._want(
            "school_enrollments",
            f"SELECT r.key AS key, r.user AS r1, r.org AS r2, {dates}, json_array({grade}, r.is_primary <> 0) AS body, r.line AS line {student}",
        )
        self._want(
            "participations",
            "SELECT key, r1, r2, begin, end, body, line FROM (SELECT r.key AS key, r.user AS r1, r.org AS r2, "
            "nullif(max(r.begin, r.pl_begin), '') AS begin, CASE WHEN r.end = '' OR r.pl_end = '' THEN nullif(r.end || r.pl_end, '') "
            "ELSE min(r.end, r.pl_end) END AS end, '[\"personalized_learning\"]' AS body, r.line AS line "
            f"{student} AND r.pl = '1') WHERE begin IS NULL OR end IS NULL OR begin <= end",
        )
        kinds = " ".join(f"WHEN '{role}' THEN '{kind}'" for role, kind in AGENCY_TIE.items())
        roles = ", ".join(f"'{role}'" for role in AGENCY_TIE)
        self._want(
            "agency_ties",
            f"SELECT r.key AS key, r.user AS r1, r.org AS r2, {dates}, json_array(CASE r.role {kinds} END, '') AS body, r.line AS line "
            f"{live} AND p.kind = 'adult' AND r.role IN ({roles})",
        )
        name = "roles" if self.checks.has("roles") else "users"
        quiet = ", ".join(f"'{role}'" for role in (*AGENCY_TIE, *NO_TIE))
        if self.checks.has(name):
            self.checks.notice(
                name, "role_not_used", "role", "r.role",
                f"FROM (SELECT role, abs(line) AS line FROM role WHERE gone = 0 AND role NOT IN ({quiet})) r",
            )  # fmt: skip
