"""Expected failures of the ledger. Each carries its data, its code and its HTTP status."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from common.exceptions import APIError
from credits.holders import UserId
from credits.spending_limits import Period, ReachedLimit


class CreditsError(APIError):
    """The base of this app's expected failures. Nothing was changed."""

    code = "credits_error"


class InsufficientCredits(CreditsError):
    """The user has fewer credits than the request would hold."""

    status_code = 402
    code = "insufficient_credits"
    fields = {
        "required": "Credits that the request would hold.",
        "available": "Credits that can be spent now.",
    }
    example = {"required": 25, "available": 7}

    def __init__(self, *, required: int, available: int) -> None:
        self.required, self.available = required, available
        super().__init__(
            f"This costs {required} credits, and {available} are available.",
            required=required,
            available=available,
        )


class SpendingLimitReached(CreditsError):
    """A spending limit of the user, or of the request's API key, has no room for the request."""

    status_code = 402
    code = "spending_limit_reached"
    fields = {
        "limit": "Credits that may be spent in the period.",
        "period": "`day` or `month`, of the calendar in UTC.",
        "used": "Credits that were used in the period or are held.",
        "required": "Credits that the request would hold.",
        "resetsAt": "The end of the period.",
        "subject": "The subject of the limit, such as `key:12`; empty for the user as a whole.",
    }
    example = {
        "reached": ReachedLimit(
            subject="", period=Period.MONTH, amount=500, used=490, resets_at=datetime(2026, 4, 1, tzinfo=UTC)
        ),
        "required": 25,
    }

    def __init__(self, *, reached: ReachedLimit, required: int) -> None:
        self.reached, self.required = reached, required
        super().__init__(
            f"This costs {required} credits. {reached.used} of the {reached.amount} credits "
            f"that may be spent in a {reached.period} are used or held.",
            limit=reached.amount,
            period=reached.period.value,
            used=reached.used,
            required=required,
            resetsAt=reached.resets_at.isoformat().replace("+00:00", "Z"),
            subject=reached.subject,
        )


class AccountBlocked(CreditsError):
    """The account is blocked: it can read, but can neither spend credits nor buy."""

    status_code = 403
    code = "account_blocked"
    message = "This account is blocked. It cannot spend credits or buy. Please contact support."


class CostTooLarge(CreditsError):
    """The price of the request exceeds the largest amount of a ledger entry."""

    status_code = 422
    code = "cost_too_large"
    fields = {"required": "Credits that the request would hold."}
    example = {"required": 3_000_000_000, "most": 2_147_483_647}

    def __init__(self, *, required: int, most: int) -> None:
        self.required, self.most = required, most
        super().__init__(
            f"This would cost {required} credits; one charge is at most {most}.", required=required
        )


class UnknownHolder(CreditsError):
    """No user has this id."""

    status_code = 404
    code = "unknown_holder"

    def __init__(self, *, user_id: UserId) -> None:
        self.user_id = user_id
        super().__init__(f"There is no holder of credits with the id {user_id}.")


class IdempotencyConflict(CreditsError):
    """The key was used before with another request. Nothing is replayed or overwritten."""

    status_code = 409
    code = "idempotency_key_reused"
    example = {"key": "order-1", "differs": ("body",)}

    def __init__(self, *, key: str, differs: tuple[str, ...]) -> None:
        self.key, self.differs = key, differs
        super().__init__(
            f"The idempotency key {key!r} was used before with another {', '.join(differs)}. "
            f"Use a new key for a new request."
        )


class RequestInProgress(CreditsError):
    """The first request with this key is still running. Retry later.

    `hold_id` is its hold.
    """

    status_code = 409
    code = "idempotency_in_progress"
    wait = 1  # seconds; DRF sends it as Retry-After
    example = {"key": "order-1", "hold_id": uuid.UUID(int=0)}

    def __init__(self, *, key: str, hold_id: uuid.UUID) -> None:
        self.key, self.hold_id = key, hold_id
        super().__init__(f"A request with the idempotency key {key!r} is still running.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResponse:
    """The response to a charged request, stored for a replay. `available` credits can be spent now."""

    status: int
    body: object
    available: int


class AlreadyCharged(CreditsError):
    """The request with this key was charged before. `response` is its stored response; replay it."""

    status_code = 409
    code = "already_charged"

    def __init__(self, *, key: str, response: StoredResponse) -> None:
        self.key, self.response = key, response
        super().__init__(f"The request with the idempotency key {key!r} was charged before.")


class StoredResponseExpired(CreditsError):
    """The request with this key was charged, and its stored response was deleted. It is not charged again."""

    status_code = 410
    code = "idempotency_answer_forgotten"
    example = {"key": "order-1"}

    def __init__(self, *, key: str) -> None:
        self.key = key
        super().__init__(
            f"The request with the idempotency key {key!r} was charged; its response is no longer stored. "
            f"Use a new key for a new request."
        )


class InvalidIdempotencyKey(CreditsError):
    """The Idempotency-Key header is empty, too long or not printable ASCII."""

    code = "invalid_idempotency_key"
    message = "An Idempotency-Key is 1 to 255 printable ASCII characters."


class HoldClosed(CreditsError):
    """The hold was captured or released, or has expired and cannot be captured any more."""

    status_code = 503
    code = "hold_closed"
    wait = 1
    example = {"hold_id": uuid.UUID(int=0), "state": "expired"}

    def __init__(self, *, hold_id: uuid.UUID, state: str) -> None:
        self.hold_id, self.state = hold_id, state
        super().__init__("The credits reserved for this request are no longer held. Nothing was charged.")


class AdjustmentTooLarge(CreditsError):
    """The adjustment exceeds CREDIT_ADJUSTMENT_LIMIT. `left` is the remaining part of the limit."""

    status_code = 403
    code = "adjustment_too_large"

    def __init__(self, *, limit: int, left: int) -> None:
        self.limit, self.left = limit, left
        super().__init__(
            f"You may adjust by {left:,} credits now: {limit:,} within 24 hours. "
            "A colleague with the permission to adjust without limit can post more."
        )


class TooManyOpenHolds(CreditsError):
    """The user has CREDIT_MAX_OPEN_HOLDS calls in progress. Retry later."""

    status_code = 429
    code = "too_many_calls_in_progress"
    wait = 1
    example = {"most": 50}

    def __init__(self, *, most: int) -> None:
        self.most = most
        super().__init__(f"{most} calls are in progress. Wait until one finishes.")


class NotRefundable(CreditsError):
    """Only a spend can be refunded."""

    status_code = 409
    code = "not_refundable"

    def __init__(self, *, entry_id: int) -> None:
        self.entry_id = entry_id
        super().__init__(f"Entry {entry_id} is not a spend.")


class GrantBalanceMismatch(CreditsError):
    """A user's grants do not add up to the balance. Nothing was charged.

    Something wrote past the services.
    """

    status_code = 500
    code = "grants_disagree"
    example = {"user_id": 1}

    def __init__(self, *, user_id: UserId) -> None:
        self.user_id = user_id
        super().__init__(
            f"The grants of user {user_id} do not add up to the balance: run verify_ledger --repair."
        )
