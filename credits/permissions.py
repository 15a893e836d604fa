"""The gate: a permission class that asks the view for its cost and answers 402."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from credits import services as ledger
from credits.exceptions import InsufficientCredits
from credits.idempotency import request_key


class HasAiCredits(BasePermission):
    """Lets a request pass whose user has the credits that the view will hold for it.

    The view answers `get_credit_cost(request) -> int`, in credits; it may raise ValidationError,
    so that a bad request is 400 before a poor one is 402. Put IsAuthenticated before this class.

    It is a courtesy, not the lock: it costs no query, since authentication has loaded the balance,
    and two requests may both pass on the last credit. The hold that follows lets one through.
    What is due is processed first. Before it refuses, it lets a request pass whose Idempotency-Key is
    known: its answer has been paid for.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method == "OPTIONS" or request.method not in view.allowed_methods:
            return True  # DRF describes the view, or answers 405
        cost: int = view.get_credit_cost(request)  # type: ignore[attr-defined]  # the view's side of the contract
        user: Any = request.user
        ledger.process_due_if_any(user=user)
        if user.ai_credits >= cost:
            return True
        key = request_key(request)
        if key and ledger.find_request(user_id=user.pk, request=key):
            return True
        raise InsufficientCredits(required=cost, available=user.ai_credits)
