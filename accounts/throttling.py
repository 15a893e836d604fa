"""Throttles for attempts to guess credentials, by address and by account."""

import hashlib
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from accounts.models import UserManager


class AuthThrottle(SimpleRateThrottle):
    """Allow at most AUTH_THROTTLE_RATE attempts from one address."""

    scope = "auth"

    def get_rate(self) -> str | None:
        return settings.AUTH_THROTTLE_RATE or None

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class AccountThrottle(AuthThrottle):
    """Allow at most AUTH_THROTTLE_RATE attempts at one account, from any address."""

    scope = "auth_account"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        body: Any = request.data
        email = body.get("email") if isinstance(body, dict) else None
        if not isinstance(email, str):
            return None
        digest = hashlib.sha256(UserManager.normalize_email(email).encode(errors="replace")).hexdigest()
        return self.cache_format % {"scope": self.scope, "ident": digest}
