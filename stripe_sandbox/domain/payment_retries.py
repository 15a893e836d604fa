"""When the payment of an invoice is tried again, and what the last failure does to the subscription."""

from typing import Literal

from stripe_sandbox.domain.billing_periods import DAY
from stripe_sandbox.state import State
from stripe_sandbox.store import Json

# Days from each failed attempt to the next one; there is none after the last.
RETRY_DAYS = (3, 5, 7)


def next_attempt(state: State, invoice: Json) -> int | None:
    """Return when to try again after a failed attempt, or None. The first invoice has no retries."""
    failed = invoice["attempt_count"]
    if invoice["billing_reason"] == "subscription_create" or failed > len(RETRY_DAYS):
        return None
    return state.now() + RETRY_DAYS[failed - 1] * DAY


def status_after_last_attempt(state: State) -> Literal["canceled", "unpaid", "past_due"]:
    """Return the subscription's status after the last failed attempt: the setting `after_retries`."""
    outcome: Literal["canceled", "unpaid", "past_due"] = state.store.meta("after_retries", "canceled")
    return outcome
