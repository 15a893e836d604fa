"""Authentication by an access token whose session is open."""

import uuid
from typing import Any

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token

from accounts.models import Session, User
from accounts.services.tokens import SESSION_CLAIM


class SessionTokenAuthentication(JWTAuthentication):
    """Load the user together with the token's session, in one query.

    So a token is refused as soon as its session has ended, the user is inactive or the password has changed.
    """

    def get_user(self, validated_token: Token) -> User:  # type: ignore[override]  # simplejwt's is generic
        try:
            session_id = uuid.UUID(str(validated_token.get(SESSION_CLAIM)))
        except ValueError:
            raise InvalidToken("The token names no session.") from None
        session = Session.objects.select_related("user").filter(pk=session_id).first()
        user_id = validated_token.get(api_settings.USER_ID_CLAIM)
        if session is None or str(session.user_id) != user_id or not session.is_usable:
            raise AuthenticationFailed("The session has ended. Sign in again.")
        return session.user


class SessionTokenScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]  # drf_spectacular's
    """Describe the authentication in the OpenAPI document, as simplejwt's."""

    target_class = "accounts.authentication.SessionTokenAuthentication"


def session_id_of(request: Request) -> uuid.UUID | None:
    """Return the id of the session whose token authenticated the request, or None."""
    token: Any = request.auth
    return uuid.UUID(token[SESSION_CLAIM]) if isinstance(token, Token) else None
