"""Access and refresh tokens. docs/sessions.md has the rules, SIMPLE_JWT in the settings the lifetimes."""

import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.exceptions import InvalidCredentials, InvalidToken
from accounts.models import Session, User
from accounts.models.sessions import MAX_ADDRESS, MAX_USER_AGENT, hash_of_password

logger = logging.getLogger(__name__)

SESSION_CLAIM = "sid"


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token, and the refresh token that renews it."""

    access: str
    refresh: str


def issue_tokens(*, user: User, user_agent: str = "", address: str = "") -> Tokens:
    """Begin a session of `user`, and return its first tokens.

    Raises InvalidCredentials if the account was deleted or deactivated since `user` was loaded. The commit of the
    row waits for a deletion that is under way, because of its foreign key; a later deletion finds the row.
    """
    token = RefreshToken()
    session = Session(
        user=user,
        created_at=token.current_time,
        password_hash=hash_of_password(user),
        user_agent="".join(filter(str.isprintable, user_agent))[:MAX_USER_AGENT],
        address=address[:MAX_ADDRESS],
    )
    _make_current(session, token)
    session.save(force_insert=True)
    if not User.objects.filter(pk=user.pk, is_active=True).exists():
        session.delete()  # it has the client's address, and nothing else would delete it at once
        raise InvalidCredentials
    return _tokens(session, token)


def rotate_tokens(*, refresh_token: str) -> Tokens:
    """Exchange a refresh token for new tokens. Raises InvalidToken.

    The first use of a token replaces it. For REFRESH_REUSE_GRACE_SECONDS, another use returns the tokens of
    the first one again, for a client that did not get the response. Any later use ends the session.
    """
    token = _verified(refresh_token)
    with transaction.atomic():
        session = _lock(token)
        if token["jti"] == session.refresh_jti:
            new = RefreshToken()
            session.previous_jti = session.refresh_jti
            _make_current(session, new)
            session.save(update_fields=["previous_jti", "refresh_jti", "last_used_at", "expires_at"])
            return _tokens(session, new)
        if _is_repeat(token, session):
            return _tokens(session, _reissued(session))
        session.delete()
    _report_reuse(token)
    raise InvalidToken


def log_out(*, refresh_token: str) -> None:
    """End the session of a refresh token. Raises InvalidToken if the token is not valid."""
    token = _verified(refresh_token)
    with transaction.atomic():
        session = _lock(token)
        is_valid = token["jti"] == session.refresh_jti or _is_repeat(token, session)
        session.delete()
    if not is_valid:
        _report_reuse(token)
        raise InvalidToken


def _verified(refresh_token: str) -> RefreshToken:
    """Return the token if its signature, type and expiry are right."""
    try:
        return RefreshToken(refresh_token)  # type: ignore[arg-type]  # simplejwt's annotation is wrong
    except TokenError:
        raise InvalidToken from None


def _lock(token: RefreshToken) -> Session:
    """Lock and return the token's session. The user's row is not locked: a charge never waits for a login."""
    try:
        session = (
            Session.objects.select_for_update(no_key=True, of=("self",))
            .select_related("user")
            .get(pk=uuid.UUID(str(token.get(SESSION_CLAIM))))
        )
    except (Session.DoesNotExist, ValueError):
        raise InvalidToken from None
    if str(session.user_id) != token.get(api_settings.USER_ID_CLAIM) or not session.is_usable:
        raise InvalidToken
    return session


def _is_repeat(token: RefreshToken, session: Session) -> bool:
    """Return whether the session's last refresh replaced the token, and the grace has not passed."""
    grace = timedelta(seconds=settings.REFRESH_REUSE_GRACE_SECONDS)
    return token["jti"] == session.previous_jti and timezone.now() < session.last_used_at + grace


def _make_current(session: Session, token: RefreshToken) -> None:
    session.refresh_jti = token["jti"]
    session.last_used_at = token.current_time
    session.expires_at = datetime.fromtimestamp(token["exp"], tz=UTC)


def _reissued(session: Session) -> RefreshToken:
    """Return the session's current refresh token, signed again."""
    token = RefreshToken()
    token["jti"] = session.refresh_jti
    token.set_iat(at_time=session.last_used_at)
    token.set_exp(from_time=session.expires_at, lifetime=timedelta())
    return token


def _tokens(session: Session, token: RefreshToken) -> Tokens:
    token[api_settings.USER_ID_CLAIM] = str(session.user_id)
    token[SESSION_CLAIM] = str(session.pk)
    return Tokens(access=str(token.access_token), refresh=str(token))


def _report_reuse(token: RefreshToken) -> None:
    session_id = token[SESSION_CLAIM]
    logger.warning("A refresh token of session %s was used again. The session has been ended.", session_id)
