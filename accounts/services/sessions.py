"""End sessions of the API, and those of the admin, which Django stores.

The refresh token and the access tokens of an ended session are refused at once.
"""

import uuid

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session as BrowserSession
from django.db import transaction
from django.utils import timezone

from accounts.models import Session, User
from accounts.models.sessions import hash_of_password


def revoke_session(*, user: User, session_id: uuid.UUID) -> bool:
    """End one session of `user`. Return whether there was one."""
    deleted, _ = Session.objects.filter(user=user, pk=session_id).delete()
    return bool(deleted)


@transaction.atomic
def revoke_sessions(*, user: User, keep: uuid.UUID | None = None) -> int:
    """End all sessions of `user`, except `keep`. Return how many ended.

    A new password ends every session by itself. Call this after the password is saved: then the session
    `keep` and its tokens stay valid.
    """
    sessions = Session.objects.filter(user=user)
    # Lock all in one order first: otherwise, two requests that keep different sessions could deadlock.
    list(sessions.order_by("pk").select_for_update(no_key=False).values_list("pk"))
    deleted, _ = (sessions.exclude(pk=keep) if keep else sessions).delete()
    if keep:
        # Of the caller's row, not the stored one: a request from before a reset must not revive its session.
        sessions.filter(pk=keep).update(password_hash=hash_of_password(user))
    return deleted


def end_admin_sessions(*, user: User) -> int:
    """Log `user` out of the admin in every browser. Return how many sessions ended.

    Only staff have such sessions, so there are few. They do not store their user in a column.
    """
    live = BrowserSession.objects.filter(expire_date__gt=timezone.now()).iterator()
    own = [row.pk for row in live if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    return BrowserSession.objects.filter(pk__in=own).delete()[0]
