"""Which tables hold the ways in?"""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class AccountManager(BaseUserManager["Account"]):
    """Finds an account by its user name (Django's sign-in machinery asks for this)."""

    def named(self, username: str) -> "models.QuerySet[Account]":
        """The account with this user name, in capitals or not."""
        return self.alias(lowered=Lower("username")).filter(lowered=username.strip()[:200].lower())

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=username)


class Account(AbstractBaseUser):
    """A way in for one student or one adult."""

    username = models.CharField(max_length=200, unique=True)
    student = models.OneToOneField("people.Student", models.CASCADE, null=True, related_name="+")
    adult = models.OneToOneField("people.Adult", models.CASCADE, null=True, related_name="+")
    language = models.CharField(max_length=10, blank=True)
    single_keys = models.BooleanField(default=True)  # WCAG 2.1.4: single-letter keys can be switched off
    density = models.CharField(max_length=12, default="compact")  # of the class grid: compact, comfortable
    role = models.CharField(
        max_length=16, blank=True
    )  # the home last chosen, for a person with several roles
    is_active = models.BooleanField(default=True)
    failed_count = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AccountManager()
    USERNAME_FIELD = "username"

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="account_name_once"),
            models.CheckConstraint(
                condition=Q(student__isnull=False, adult__isnull=True)
                | Q(student__isnull=True, adult__isnull=False),
                name="account_is_one_person",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """May it be used? Switched on, and its person still is in the rolls."""
        person = self.student or self.adult
        return self.is_active and person is not None and person.active

    @property
    def person(self) -> "models.Model":
        """The student or adult who signs in here."""
        person = self.student or self.adult
        assert person is not None  # the check constraint says so
        return person


class ActivationCode(models.Model):
    """A printed, single-use code with which a person makes their own account. Only its hash is kept."""

    student = models.ForeignKey("people.Student", models.CASCADE, null=True, related_name="+")
    adult = models.ForeignKey("people.Adult", models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(student__isnull=False, adult__isnull=True)
                | Q(student__isnull=True, adult__isnull=False),
                name="code_is_for_one_person",
            )
        ]


class Session(AbstractBaseSession):
    """A signed-in browser. It knows its account, so disabling one ends all of its sessions."""

    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")

    @classmethod
    def get_session_store_class(cls) -> type:
        from cairn.people.accounts.sessions import SessionStore

        return SessionStore

    class Meta:
        indexes = [
            models.Index(fields=["account"], name="session_account"),
            models.Index(fields=["expire_date"], name="session_expiry"),
        ]


class DoorTry(models.Model):
    """Wrong tries from one network address. Only a keyed hash of the address is kept, and no longer than it counts."""

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField()
    begun_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["begun_at"], name="door_try_begun")]


class DemoMark(models.Model):
    """Present: this database was begun by `cairn demo` and is a demo for good. `digests`: the files it may take."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    made_at = models.DateTimeField(auto_now_add=True)
    size = models.CharField(max_length=10)
    seed = models.BigIntegerField()
    digests = models.JSONField(default=list)
    people = models.JSONField(default=list)  # whom to offer for sign-in: [[role, id in the files], ...]
    ready = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="demo_mark_is_one")]
