"""Who is signed in, as Django keeps it, but read by prepared statements: every page of a signed-in person asks for it."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from guanxi.core.clock import now
from guanxi.core.models import User
from guanxi.core.prepared import prepared


@prepared
def _by_key(key: str) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key)


class SessionStore(db.SessionStore):
    """`SESSION_ENGINE`; everything but the look-up is Django's."""

    def _get_session_from_db(self) -> Any:
        for found in _by_key(self.session_key or ""):
            if found.expire_date > now():
                return found
        self._session_key: str | None = None
        return None


@prepared
def _user(user_id: int) -> QuerySet[User]:
    return User.objects.filter(pk=user_id)


class Backend(ModelBackend):
    """Django's way to check passwords; the signed-in user of a request is read by a prepared statement."""

    def get_user(self, user_id: Any) -> User | None:
        found = _user(int(user_id))
        return found[0] if found and self.user_can_authenticate(found[0]) else None
