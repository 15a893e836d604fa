"""API keys: create, rename, rotate and revoke them, and record their use."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed

from accounts import mail_queue
from accounts.api_key_text import hash_of, new_key_text, prefix_of
from accounts.exceptions import ApiKeyConflict, TooManyApiKeys
from accounts.mail_queue import MailKind
from accounts.models import ApiKey, User
from accounts.models.api_keys import READ, SPEND
from credits import services as ledger

USE_PRECISION = timedelta(minutes=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key with its text, which is shown once and stored nowhere."""

    row: ApiKey
    text: str = field(repr=False)


def create_api_key(
    *,
    user: User,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None = None,
    at: datetime | None = None,
) -> NewApiKey:
    """Create and return a key, and queue a notice to the user's email. Raises TooManyApiKeys.

    The user's row is locked, so concurrent requests do not exceed the limit. Expired keys count until they
    are revoked, so the number of a user's rows is bounded. Raises AuthenticationFailed if the password was changed
    or the account deleted meanwhile.
    """
    may_notify = mail_queue.has_room(MailKind.API_KEY_NOTICE, email=user.email)
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).only("password", "is_active").get(pk=user.pk)
        if not locked.is_active or locked.password != user.password:  # a reset or a deletion came first
            raise AuthenticationFailed("The session has ended. Sign in again.")
        if ApiKey.objects.of(user.pk).count() >= settings.API_KEYS_PER_USER:
            raise TooManyApiKeys(limit=settings.API_KEYS_PER_USER)
        text = new_key_text()
        row = ApiKey.objects.create(
            user=user,
            name=name,
            prefix=prefix_of(text),
            secret_hash=hash_of(text),
            can_read=READ in scopes,
            can_spend=SPEND in scopes,
            created_at=at or timezone.now(),
            expires_at=expires_at,
        )
        if may_notify:
            mail_queue.enqueue(MailKind.API_KEY_NOTICE, row_id=row.pk)
    return NewApiKey(row, text)


def rename_api_key(*, key: ApiKey, name: str) -> None:
    """Change the name of a key."""
    key.name = name
    ApiKey.objects.filter(pk=key.pk).update(name=name)


def rotate_api_key(*, key: ApiKey, at: datetime | None = None) -> NewApiKey:
    """Replace the secret and the prefix of a key. The old secret stops working at once.

    Raises ApiKeyConflict if the key has expired, or if another request has rotated or revoked it. So of
    several concurrent rotations one succeeds, and the secret that it returns is the valid one. Its notice is
    that of a new key.
    """
    text = new_key_text()
    may_notify = mail_queue.has_room(MailKind.API_KEY_NOTICE, email=key.user.email)
    same = ApiKey.objects.live(at or timezone.now()).filter(pk=key.pk, secret_hash=key.secret_hash)
    with transaction.atomic():
        if not same.update(prefix=prefix_of(text), secret_hash=hash_of(text), last_used_at=None):
            raise ApiKeyConflict
        if may_notify:
            mail_queue.enqueue(MailKind.API_KEY_NOTICE, row_id=key.pk)
    key.refresh_from_db()
    return NewApiKey(key, text)


def revoke_api_key(*, key: ApiKey, at: datetime | None = None) -> bool:
    """Revoke a key. Return False if it was revoked before.

    A request that was admitted before the revocation finishes, and so do its jobs.
    """
    unrevoked = ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True)
    return unrevoked.update(revoked_at=at or timezone.now()) > 0


def revoke_api_keys(*, user: User, at: datetime | None = None) -> int:
    """Stop all keys of a user. Return how many were stopped."""
    return ApiKey.objects.of(user.pk).update(revoked_at=at or timezone.now())


def delete_revoked_keys(*, before: datetime) -> int:
    """Delete the keys that were revoked before then, with their spending limits. Return the number of keys.

    Each user's keys are one transaction. It locks the user first, as charges and a deletion of the account do.
    """
    revoked = ApiKey.objects.filter(revoked_at__lt=before)
    deleted = 0
    for user_id in revoked.order_by("user").values_list("user", flat=True).distinct():
        with transaction.atomic():
            keys = list(revoked.filter(user=user_id))
            ledger.remove_spending_limits_of(user_id=user_id, subjects=[key.credit_subject for key in keys])
            deleted += ApiKey.objects.filter(pk__in=[key.pk for key in keys]).delete()[0]
    return deleted


def note_use(*, key: ApiKey, at: datetime) -> None:
    """Store that a key was used, at most once a minute.

    This never waits for a lock, and a failure is only logged: the request is more important.
    """
    if key.last_used_at and at - key.last_used_at < USE_PRECISION:
        return
    due = Q(last_used_at__isnull=True) | Q(last_used_at__lte=at - USE_PRECISION)
    try:
        with transaction.atomic():
            rows = ApiKey.objects.filter(due, pk=key.pk, secret_hash=key.secret_hash)
            free = rows.select_for_update(skip_locked=True, no_key=True).values("pk")
            ApiKey.objects.filter(pk__in=free).update(last_used_at=at)
    except DatabaseError:
        logger.warning("The use of API key %s could not be stored.", key.pk, exc_info=True)
