"""A permission class that asks the view for its cost in credits.

It refuses with 402, or with 403 for blocked users.
"""

from typing import Any, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from credits import services as ledger
from credits.exceptions import AccountBlocked, CreditsError, InsufficientCredits, SpendingLimitReached
from credits.holders import Holder
from credits.request_key import request_key


class HasAiCredits(BasePermission):
    """Admit a request if its user has the credits that the view will hold for it; otherwise 402.

    It also refuses a blocked user (403), and a request for which a spending limit has no room (402). The
    bodies are those of `InsufficientCredits`, `AccountBlocked` and `SpendingLimitReached`
    (credits/exceptions.py).

    Use it for any view with `get_credit_cost(request) -> int`. A ValidationError raised there is 400, so an
    invalid request gets 400 even if credits are missing. List IsAuthenticated before this class.

    Advisory check; the hold is authoritative. Two requests may both pass on the last credit. The check costs
    no query, since authentication has loaded the balance, but one query for a user with spending limits.
    Due work is processed first. A request whose Idempotency-Key is known always passes, because it has
    already been charged. A preview (`view.is_preview`) also passes.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method == "OPTIONS" or request.method not in view.allowed_methods:
            return True  # DRF describes the view, or returns 405
        cost: int = cast("Any", view).get_credit_cost(request)
        user = cast("Holder", request.user)
        ledger.process_due_if_any(user=user)
        if getattr(view, "is_preview", False):
            return True
        refusal = _refusal(request, user, cost)
        if refusal is None:
            return True
        key = request_key(request)
        if key and ledger.find_request(user_id=user.pk, request=key):
            return True
        raise refusal


def _refusal(request: Request, user: Holder, cost: int) -> CreditsError | None:
    """Return the reason why the user may not hold `cost` credits, or None."""
    if user.blocked_at is not None:
        return AccountBlocked()
    if user.ai_credits < cost:
        return InsufficientCredits(required=cost, available=user.ai_credits)
    if user.credits_limited:
        reached = ledger.find_reached_limit(user_id=user.pk, subject=credit_subject(request), amount=cost)
        return SpendingLimitReached(reached=reached, required=cost) if reached else None
    return None


def credit_subject(request: Request) -> str:
    """Return the subject whose spending limits count this request.

    It is that of the credential, such as an API key.
    """
    return str(getattr(request.auth, "credit_subject", ""))
