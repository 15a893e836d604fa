"""Throttles for DRF that count in the database, and the headers that report the limits.

class SearchThrottle(Throttle):
    def limits(self, request, view):
        if limit := Limit.from_rate("search", settings.SEARCH_THROTTLE_RATE):
            yield limit, client_block(request)
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any  # a view is Any: DRF's views import this module while they are imported

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from limits import counter, leases
from limits.addresses import client_block
from limits.counter import Usage
from limits.rates import Limit


class Throttle(BaseThrottle):
    """Refuse a request at the first limit that it exceeds.

    Later limits are neither computed nor counted. So a refused client adds no keys. List limits that need the
    body last, because reading the body is expensive.
    """

    def __init__(self) -> None:
        self._refused: Usage | None = None
        self._now = timezone.now()

    def limits(self, request: Request, view: Any) -> Iterator[tuple[Limit, str]]:
        """Yield the limits of a request, and the subject that each counts for."""
        raise NotImplementedError

    def count(self, limit: Limit, subject: str) -> Usage:
        return counter.count(limit=limit, subject=subject, at=self._now)

    def allow_request(self, request: Request, view: Any) -> bool:
        for limit, subject in self.limits(request, view):
            usage = self.count(limit, subject)
            report(request, usage)
            if not usage.granted:
                self._refused = usage
                return False
        return True

    def wait(self) -> int | None:
        return self._refused.wait(self._now) if self._refused else None


class ApiThrottle(Throttle):
    """Limit the requests of one user: all of them, paid calls, and those that call Stripe.

    The rates are API_THROTTLE_RATE, PAID_THROTTLE_RATE and PAYMENT_THROTTLE_RATE. Without a token, the requests
    of an address block are limited instead, and there are no paid calls and no calls of Stripe.
    """

    def limits(self, request: Request, view: Any) -> Iterator[tuple[Limit, str]]:
        user_id = request.user.pk if request.user else None
        if limit := Limit.from_rate("api", settings.API_THROTTLE_RATE):
            yield limit, f"user {user_id}" if user_id else client_block(request)
        if not user_id or request.method != "POST":
            return
        if hasattr(view, "credit_action") and (limit := Limit.from_rate("paid", settings.PAID_THROTTLE_RATE)):
            yield limit, f"user {user_id}"
        calls_stripe = getattr(view, "calls_stripe", False)
        if calls_stripe and (limit := Limit.from_rate("payment", settings.PAYMENT_THROTTLE_RATE)):
            yield limit, f"user {user_id}"

    def count(self, limit: Limit, subject: str) -> Usage:
        return leases.count(limit=limit, subject=subject, at=self._now)


def report(request: Any, usage: Usage) -> None:
    """Store this use of a limit on `request` (DRF's or Django's), so that the response reports it."""
    if usage.limit.reported:
        plain: Any = getattr(request, "_request", request)
        plain.limits_used = [*getattr(plain, "limits_used", []), usage]


class RateLimitHeadersMiddleware:
    """Add RateLimit-Policy and RateLimit to the response of a limited request.

    https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (draft 10)
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        used: list[Usage] = getattr(request, "limits_used", [])
        if used:
            now = timezone.now()
            response["RateLimit-Policy"] = ", ".join(
                f'"{usage.limit.name}";q={usage.limit.quota};w={usage.limit.seconds}' for usage in used
            )
            response["RateLimit"] = ", ".join(_left(usage, now) for usage in used)
        return response


def _left(usage: Usage, now: datetime) -> str:
    return f'"{usage.limit.name}";r={usage.remaining};t={usage.wait(now)}'
