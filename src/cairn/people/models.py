"""Which tables hold who is who? Collected here for Django; each file below answers for one part."""

from cairn.people.accounts.models import Account, ActivationCode, DemoMark, DoorTry, Session
from cairn.people.agencies import (
    AcademicSession,
    Agency,
    AgencyAncestor,
    Class,
    ClassSession,
    Course,
    DayOff,
)
from cairn.people.persons import Adult, Demographics, ExternalId, MatchProposal, Source, Student
from cairn.people.ties import ClassEnrollment, ProgramParticipation, SchoolEnrollment, Tie

__all__ = [
    "AcademicSession",
    "Account",
    "ActivationCode",
    "Adult",
    "Agency",
    "AgencyAncestor",
    "Class",
    "ClassEnrollment",
    "ClassSession",
    "Course",
    "DayOff",
    "DemoMark",
    "Demographics",
    "DoorTry",
    "ExternalId",
    "MatchProposal",
    "ProgramParticipation",
    "SchoolEnrollment",
    "Session",
    "Source",
    "Student",
    "Tie",
]
