"""The only code that moves credits. Each function is one transaction, and safe inside a caller's own.

    from credits import services as ledger

    with ledger.charge(user=user, action="summarise") as charge:    # holds credits; then work
        summary = summarise(text)
        with transaction.atomic():
            Summary.objects.create(user=user, text=summary)
            charge.capture()                                        # or else they are released

    ledger.grant(user_id=7, amount=1000, action_type="purchase", key="order:42")
    ledger.spend(user_id=7, amount=2, action_type="import", key="import:42")

Amounts are whole credits. Every cause has a key, which is unique per user: the same key with the same
arguments returns the first result; with other arguments it raises IdempotencyConflict.
"""

from credits.exceptions import StoredResponse
from credits.models import MAX_AMOUNT
from credits.pricing import Price, Tokens
from credits.services._posting import NO_REFERENCE, Posted, Reference
from credits.services.adjustments import adjust
from credits.services.blocks import block, unblock
from credits.services.charges import Charge, charge, release, reserve
from credits.services.clawbacks import clawback
from credits.services.closing import forget_requests, write_off
from credits.services.due_work import process_due, process_due_if_any
from credits.services.grants import grant
from credits.services.holds import Captured, Hold
from credits.services.idempotency import (
    RequestKey,
    delete_expired_responses,
    find_request,
)
from credits.services.prices import set_price
from credits.services.refunds import refund
from credits.services.spending_limits import (
    find_reached_limit,
    list_spending_limits,
    remove_spending_limit,
    remove_spending_limits_of,
    set_spending_limit,
)
from credits.services.spends import spend
from credits.spending_limits import Period, ReachedLimit, SpendingLimit

__all__ = [
    "MAX_AMOUNT",
    "NO_REFERENCE",
    "Captured",
    "Charge",
    "Hold",
    "Period",
    "Posted",
    "Price",
    "ReachedLimit",
    "Reference",
    "RequestKey",
    "SpendingLimit",
    "StoredResponse",
    "Tokens",
    "adjust",
    "block",
    "charge",
    "clawback",
    "delete_expired_responses",
    "find_reached_limit",
    "find_request",
    "forget_requests",
    "grant",
    "list_spending_limits",
    "process_due",
    "process_due_if_any",
    "refund",
    "release",
    "remove_spending_limit",
    "remove_spending_limits_of",
    "reserve",
    "set_price",
    "set_spending_limit",
    "spend",
    "unblock",
    "write_off",
]
