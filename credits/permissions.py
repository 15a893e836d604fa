"""A permission class that asks the view for its cost in credits and refuses with 402."""

from typing import Any, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from credits import services as ledger
from credits.exceptions import InsufficientCredits, SpendingLimitReached
from credits.holders import Holder
from credits.request_key import request_key


class HasAiCredits(BasePermission):
    """Admit a request if its user has the credits that the view will hold for it; otherwise 402.

    It also refuses what a spending limit has no room for. The bodies are those of `InsufficientCredits` and
    `SpendingLimitReached` (credits/exceptions.py).

    For any view with `get_credit_cost(request) -> int`. A ValidationError raised there is 400, so an
    invalid request gets 400 even if credits are missing. List IsAuthenticated before this class.

    Advisory check; the hold is authoritative. It costs no query, since authentication has loaded the
    balance, and two requests may both pass on the last credit. Only a user with spending limits costs one. If
    something is due, it is processed first. A request whose Idempotency-Key is known passes without credits,
    because it was charged before. A preview (`view.is_preview`) passes too.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method == "OPTIONS" or request.method not in view.allowed_methods:
            return True  # DRF describes the view, or answers 405
        cost: int = cast("Any", view).get_credit_cost(request)
        user = cast("Holder", request.user)
        ledger.process_due_if_any(user=user)
        if getattr(view, "is_preview", False):
            return True
        reached = None
        if user.credits_limited and user.ai_credits >= cost:
            reached = ledger.find_reached_limit(user_id=user.pk, subject=credit_subject(request), amount=cost)
        if user.ai_credits >= cost and reached is None:
            return True
        key = request_key(request)
        if key and ledger.find_request(user_id=user.pk, request=key):
            return True
        if reached:
            raise SpendingLimitReached(reached=reached, required=cost)
        raise InsufficientCredits(required=cost, available=user.ai_credits)


def credit_subject(request: Request) -> str:
    """Return the subject whose spending limits count this request: that of the credential, such as an API key."""
    return str(getattr(request.auth, "credit_subject", ""))
