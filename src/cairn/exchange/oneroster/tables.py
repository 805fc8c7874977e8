"""Which files and columns does OneRoster CSV have, in 1.1 and 1.2, and what may stand in each?

The tables are data: `read.py` is tolerant against them, `write.py` strict. Source: OneRoster 1.1 and 1.2 CSV bindings
(1EdTech); names that drift between the JSON and the CSV binding, or are often misspelled, are `also`.
`most` is the longest text this installation can keep.
"""

from dataclasses import dataclass

ID_MOST = 150  # keys derived from two ids must fit in 200 characters with room for a role


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `kind`: id, ids, text, texts, bool, date, stamp, choice, year, grades, user_ids, language, secret."""

    name: str
    kind: str = "text"
    required: bool = False  # a row without it cannot be used
    most: int = 200
    choices: tuple[str, ...] = ()
    lenient: bool = False  # an unknown choice or unreadable date is left out with a notice, the row stays
    also: tuple[str, ...] = ()
    only: str = ""  # "1.1": this column is gone in 1.2


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the bundle."""

    name: str
    fields: tuple[Field, ...]
    since: str = "1.1"

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column we keep, in order."""
        return tuple(field.name for field in self.fields)

    def header(self, metadata: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """The 1.2 header, in the order of the standard, with those metadata columns that are in use."""
        return tuple(
            field.name
            for field in self.fields
            if field.only != "1.1" and (not field.name.startswith("metadata.") or field.name in metadata)
        )


def _head(required: bool = True) -> tuple[Field, ...]:
    return (
        Field("sourcedId", "id", required=required, most=ID_MOST),
        Field("status", "choice", choices=("active", "tobedeleted", "inactive"), lenient=True),
        Field("dateLastModified", "stamp"),
    )


ORG_TYPES = ("department", "district", "local", "national", "school", "state")
SESSION_TYPES = ("gradingPeriod", "semester", "schoolYear", "term")
USER_ROLES = (
    "administrator",
    "aide",
    "counselor",
    "districtAdministrator",
    "guardian",
    "parent",
    "principal",
    "proctor",
    "relative",
    "siteAdministrator",
    "student",
    "systemAdministrator",
    "teacher",
)
ENROLLMENT_ROLES = (
    "administrator",
    "aide",
    "guardian",
    "parent",
    "proctor",
    "relative",
    "student",
    "teacher",
)
# 1.2 has no `administrator` among user roles, and only four enrollment roles; others are written as `ext:`.
USER_ROLES_1_2 = tuple(role for role in USER_ROLES if role != "administrator")
ENROLLMENT_ROLES_1_2 = ("administrator", "proctor", "student", "teacher")
RACES = (
    "americanIndianOrAlaskaNative",
    "asian",
    "blackOrAfricanAmerican",
    "nativeHawaiianOrOtherPacificIslander",
    "white",
    "demographicRaceTwoOrMoreRaces",
)
_PERSONALIZED = (
    Field(
        "metadata.personalizedLearning",
        "bool",
        lenient=True,
        also=(
            "metadata.personalised learning",
            "metadata.personalizedLearningProgram",
            "personalizedLearning",
        ),
    ),
    Field(
        "metadata.personalizedLearningBeginDate",
        "date",
        lenient=True,
        also=(
            "metadata.personalizedLearningDate",
            "metadata.personalizedLearningBegin",
            "metadata.personalizedLearningStart",
            "metadata.personalizedLearningStartDate",
        ),
    ),
    Field(
        "metadata.personalizedLearningEndDate",
        "date",
        lenient=True,
        also=("metadata.personalizedLearningEnd",),
    ),
)

ORGS = Table(
    "orgs",
    (
        *_head(),
        Field("name", required=True),
        Field("type", "choice", required=True, choices=ORG_TYPES),
        Field("identifier", most=100, also=("ncesId",)),
        Field("parentSourcedId", "id", most=ID_MOST),
        Field(
            "metadata.alternative",
            "bool",
            lenient=True,
            also=("metadata.isAlternative", "metadata.alternativeSchool"),
        ),
    ),
)
ACADEMIC_SESSIONS = Table(
    "academicSessions",
    (
        *_head(),
        Field("title", required=True),
        Field("type", "choice", required=True, choices=SESSION_TYPES),
        Field("startDate", "date", required=True, also=("beginDate",)),
        Field("endDate", "date", required=True),
        Field("parentSourcedId", "id", most=ID_MOST),
        Field("schoolYear", "year", lenient=True),
    ),
)
COURSES = Table(
    "courses",
    (
        *_head(),
        Field("schoolYearSourcedId", "id", most=ID_MOST),
        Field("title", required=True),
        Field("courseCode", most=100),
        Field("grades", "grades"),
        Field("orgSourcedId", "id", most=ID_MOST),
        Field("subjects", "texts"),
        Field("subjectCodes", "texts"),
    ),
)
CLASSES = Table(
    "classes",
    (
        *_head(),
        Field("title", required=True),
        Field("grades", "grades"),
        Field("courseSourcedId", "id", most=ID_MOST),
        Field("classCode", most=100),
        Field("classType", "choice", choices=("homeroom", "scheduled"), lenient=True),
        Field("location", most=100),
        Field("schoolSourcedId", "id", required=True, most=ID_MOST, also=("orgSourcedId",)),
        Field("termSourcedIds", "ids", also=("termSourcedId",)),
        Field("subjects", "texts"),
        Field("subjectCodes", "texts"),
        Field("periods", most=100, also=("period",)),
    ),
)
USERS = Table(
    "users",
    (
        *_head(),
        Field("enabledUser", "bool", lenient=True),
        Field("orgSourcedIds", "ids", only="1.1"),
        Field("role", "choice", choices=USER_ROLES, only="1.1"),
        Field("username"),
        Field("userIds", "user_ids"),
        Field("givenName", required=True, most=100, also=("firstName",)),
        Field("familyName", required=True, most=100, also=("lastName",)),
        Field("middleName", most=100),
        Field("identifier", most=200),
        Field("email", most=254),
        Field("sms", most=50),
        Field("phone", most=50),
        Field("agentSourcedIds", "ids", also=("agents",)),
        Field("grades", "grades", also=("grade",)),
        Field("password", "secret"),
        Field("userMasterIdentifier", most=200),
        Field("preferredGivenName", most=100, also=("preferredFirstName",)),
        Field("preferredMiddleName", most=100),
        Field("preferredFamilyName", most=100, also=("preferredLastName",)),
        Field("primaryOrgSourcedId", "id", most=ID_MOST),
        Field("pronouns", most=50),
        Field(
            "metadata.homeLanguage",
            "language",
            most=20,
            also=("metadata.language", "metadata.primaryLanguage", "metadata.nativeLanguage", "homeLanguage"),
        ),
        *_PERSONALIZED,
    ),
)
ROLES = Table(
    "roles",
    (
        *_head(),
        Field("userSourcedId", "id", required=True, most=ID_MOST),
        Field("roleType", "choice", choices=("primary", "secondary"), lenient=True),
        Field("role", "choice", required=True, choices=USER_ROLES),
        Field("beginDate", "date"),
        Field("endDate", "date"),
        Field("orgSourcedId", "id", required=True, most=ID_MOST),
        Field("userProfileSourcedId", "id", most=ID_MOST),
        Field("metadata.grade", "grades", also=("metadata.gradeLevel", "metadata.grades")),
        *_PERSONALIZED,
    ),
    since="1.2",
)
USER_PROFILES = Table(
    "userProfiles",
    (
        *_head(),
        Field("userSourcedId", "id", required=True, most=ID_MOST),
        Field("profileType", required=True),
        Field("vendorId", required=True),
        Field("applicationId"),
        Field("description", most=2_000),
        Field("credentialType", required=True),
        Field("username", required=True),
        Field("password", "secret"),
    ),
    since="1.2",
)
ENROLLMENTS = Table(
    "enrollments",
    (
        *_head(),
        Field("classSourcedId", "id", required=True, most=ID_MOST),
        Field("schoolSourcedId", "id", most=ID_MOST),
        Field("userSourcedId", "id", required=True, most=ID_MOST),
        Field("role", "choice", required=True, choices=ENROLLMENT_ROLES),
        Field("primary", "bool", lenient=True),
        Field("beginDate", "date", also=("startDate",)),
        Field("endDate", "date"),
    ),
)
DEMOGRAPHICS = Table(
    "demographics",
    (
        *_head(),
        Field("birthDate", "date", also=("birthdate",)),
        Field("sex", "choice", choices=("female", "male", "other", "unspecified"), lenient=True),
        *(Field(race, "bool", lenient=True) for race in RACES),
        Field("hispanicOrLatinoEthnicity", "bool", lenient=True),
        Field("countryOfBirthCode", most=10),
        Field("stateOfBirthAbbreviation", most=10),
        Field("cityOfBirth", most=100),
        Field("publicSchoolResidenceStatus", most=20),
    ),
)

ROSTER = (
    ORGS,
    ACADEMIC_SESSIONS,
    COURSES,
    CLASSES,
    USERS,
    ROLES,
    USER_PROFILES,
    ENROLLMENTS,
    DEMOGRAPHICS,
)
BY_NAME = {table.name: table for table in ROSTER}

# Files of the standard that carry no roster. They are recognized, and reported as not used.
NOT_USED = (
    "categories",
    "classResources",
    "courseResources",
    "lineItemLearningObjectiveIds",
    "lineItems",
    "lineItemScoreScales",
    "resources",
    "resultLearningObjectiveIds",
    "results",
    "resultScoreScales",
    "scoreScales",
    "userResources",
)
MANIFEST_FILES_1_2 = tuple(sorted((*BY_NAME, *NOT_USED), key=str.lower))

# Columns that only the standard demands: a row without them is still usable, and read with a notice; writing insists.
WRITE_REQUIRED = {
    "academicSessions": ("schoolYear",),
    "courses": ("orgSourcedId",),
    "classes": ("courseSourcedId", "classType", "termSourcedIds"),
    "users": ("enabledUser",),
    "roles": ("roleType",),
    "enrollments": ("schoolSourcedId",),
}
