"""A permission class that asks the view for its cost in credits. It refuses with 402, or 403 for blocked users."""

from typing import Any, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from credits import services as ledger
from credits.exceptions import AccountBlocked, InsufficientCredits
from credits.holders import Holder
from credits.request_key import request_key


class HasAiCredits(BasePermission):
    """Admit a request if its user has the credits that the view will hold for it; otherwise 402.

    A blocked user gets 403. The bodies are those of `InsufficientCredits` and `AccountBlocked`
    (credits/exceptions.py).

    For any view with `get_credit_cost(request) -> int`. A ValidationError raised there is 400, so an
    invalid request gets 400 even if credits are missing. List IsAuthenticated before this class.

    Advisory check; the hold is authoritative. It costs no query, since authentication has loaded the
    balance, and two requests may both pass on the last credit. If something is due, it is processed
    first. A request whose Idempotency-Key is known passes in any case, because it was charged before. A preview
    (`view.is_preview`) passes too.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method == "OPTIONS" or request.method not in view.allowed_methods:
            return True  # DRF describes the view, or answers 405
        cost: int = cast("Any", view).get_credit_cost(request)
        user = cast("Holder", request.user)
        ledger.process_due_if_any(user=user)
        is_covered = user.blocked_at is None and user.ai_credits >= cost
        if is_covered or getattr(view, "is_preview", False):
            return True
        key = request_key(request)
        if key and ledger.find_request(user_id=user.pk, request=key):
            return True
        if user.blocked_at is not None:
            raise AccountBlocked
        raise InsufficientCredits(required=cost, available=user.ai_credits)
