"""Expected failures of the ledger. Each carries its data, its code and its HTTP status."""

import uuid
from typing import TYPE_CHECKING, Any

from common.exceptions import APIError

if TYPE_CHECKING:  # the services raise these exceptions
    from credits.services.stored_responses import StoredResponse


class CreditsError(APIError):
    """The base of this app's expected failures. Nothing was changed."""

    code = "credits_error"


class InsufficientCredits(CreditsError):
    """The holder has fewer credits than the action costs. Send them to the checkout."""

    status_code = 402
    code = "insufficient_credits"

    def __init__(self, *, required: int, available: int) -> None:
        self.required, self.available = required, available
        super().__init__(
            f"This needs {required} credits; {available} are left.", required=required, available=available
        )


class UnknownHolder(CreditsError):
    """No user has this id."""

    status_code = 404
    code = "unknown_holder"

    def __init__(self, *, user_id: Any) -> None:
        self.user_id = user_id
        super().__init__(f"There is no holder of credits with the id {user_id}.")


class IdempotencyConflict(CreditsError):
    """The key has been used for something else. Never replayed, never overwritten."""

    status_code = 409
    code = "idempotency_key_reused"

    def __init__(self, *, key: str, differs: tuple[str, ...]) -> None:
        self.key, self.differs = key, differs
        super().__init__(
            f"The idempotency key {key!r} was used before with another {', '.join(differs)}. "
            f"Use a new key for a new request."
        )


class RequestInProgress(CreditsError):
    """The first request with this key has not finished. Ask again in a moment."""

    status_code = 409
    code = "idempotency_in_progress"
    wait = 1  # seconds; DRF sends it as Retry-After

    def __init__(self, *, key: str, hold_id: uuid.UUID) -> None:
        self.key, self.hold_id = key, hold_id
        super().__init__(f"A request with the idempotency key {key!r} is still running.")


class AlreadyCharged(CreditsError):
    """The request with this key was charged before. `response` is what it was answered; replay it."""

    status_code = 409
    code = "already_charged"

    def __init__(self, *, key: str, response: "StoredResponse") -> None:
        self.key, self.response = key, response
        super().__init__(f"The request with the idempotency key {key!r} was charged before.")


class StoredResponseExpired(CreditsError):
    """The request with this key was paid for, and its answer is not kept any more. Nothing is charged again."""

    status_code = 410
    code = "idempotency_answer_forgotten"

    def __init__(self, *, key: str) -> None:
        self.key = key
        super().__init__(
            f"The request with the idempotency key {key!r} was paid for; its answer is not kept any more. "
            f"Use a new key for a new request."
        )


class InvalidIdempotencyKey(CreditsError):
    """The Idempotency-Key header is empty, too long or not printable ASCII."""

    code = "invalid_idempotency_key"

    def __init__(self) -> None:
        super().__init__("An Idempotency-Key is 1 to 255 printable ASCII characters.")


class HoldClosed(CreditsError):
    """The hold was captured, released or has expired, so it pays for nothing now."""

    status_code = 503
    code = "hold_closed"
    wait = 1

    def __init__(self, *, hold_id: Any, state: str) -> None:
        self.hold_id, self.state = hold_id, state
        super().__init__("The credits reserved for this request are no longer held; nothing was charged.")


class NotRefundable(CreditsError):
    """Only a spend can be refunded."""

    status_code = 409
    code = "not_refundable"

    def __init__(self, *, entry_id: int) -> None:
        self.entry_id = entry_id
        super().__init__(f"Entry {entry_id} is not a spend.")


class GrantsDisagree(CreditsError):
    """A user's grants do not add up to the balance: somebody wrote past the services. Nothing is guessed."""

    status_code = 500
    code = "grants_disagree"

    def __init__(self, *, user_id: Any) -> None:
        self.user_id = user_id
        super().__init__(
            f"The grants of user {user_id} do not explain the balance: run verify_ledger --repair."
        )
