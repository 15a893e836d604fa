"""The only code that moves credits. Each verb is one transaction, and safe inside a caller's own.

    from credits import services as ledger

    ledger.grant(user_id=7, amount=1000, action_type="subscription_renewal", key="stripe:invoice:in_1")
    ledger.spend(user_id=7, amount=2, action_type="summarise", key="job:42")

    hold = ledger.hold(user_id=7, amount=5, action_type="generate")   # then work, in no transaction
    ledger.capture(hold=hold, amount=4)                               # or ledger.release(hold=hold)

Amounts are whole credits. Every cause has a key, unique for a user: the same key with the same
arguments answers what it answered before, with other arguments it raises IdempotencyConflict.
"""

from credits.services._posting import MAX_AMOUNT, NO_REFERENCE, Posted, Reference
from credits.services.adjustments import adjust
from credits.services.clawbacks import clawback
from credits.services.due import process_due, process_due_if_any
from credits.services.grants import grant
from credits.services.holds import Captured, Hold, capture, hold, release
from credits.services.refunds import refund
from credits.services.spends import spend
from credits.services.stored_responses import (
    RequestKey,
    StoredResponse,
    delete_expired_responses,
    find_request,
)

__all__ = [
    "MAX_AMOUNT",
    "NO_REFERENCE",
    "Captured",
    "Hold",
    "Posted",
    "Reference",
    "RequestKey",
    "StoredResponse",
    "adjust",
    "capture",
    "clawback",
    "delete_expired_responses",
    "find_request",
    "grant",
    "hold",
    "process_due",
    "process_due_if_any",
    "refund",
    "release",
    "spend",
]
