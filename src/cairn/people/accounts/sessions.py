"""Who does this session cookie belong to? One query brings the session, its account and the person."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from cairn.people.accounts.models import Account, Session


class SessionStore(DatabaseStore):
    """Django's database sessions, except that the row carries its account and is read together with it."""

    account: Account | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _validate_session_key(self, key: str | None) -> bool:
        """Our keys are letters and digits; a cookie can hold anything, also what no database takes."""
        return key is not None and len(key) >= 8 and key.isascii() and key.isalnum()

    def _get_session_from_db(self) -> Session | None:
        from django.utils import timezone

        session = (
            Session.objects.select_related("account__student", "account__adult")
            .filter(session_key=self.session_key, expire_date__gt=timezone.now())
            .first()
        )
        if session is None:
            self._session_key = None
            return None
        self.account = session.account
        return session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = super().create_model_instance(data)
        assert isinstance(session, Session)
        session.account_id = int(data["_auth_user_id"]) if "_auth_user_id" in data else None
        return session
