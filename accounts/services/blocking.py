"""Block users, by staff or after disputes, and lift blocks.

A blocked user can sign in, read data and pay debts in the portal, but can neither spend credits nor buy.
"""

import logging
from functools import partial

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction

from accounts.models import User
from accounts.services.sessions import revoke_sessions
from billing.models import Payment
from credits import services as ledger

logger = logging.getLogger(__name__)


@transaction.atomic
def block(*, user: User, reason: str, actor: User) -> bool:
    """Block a user, end all sessions, and record reason and actor in the admin's history.

    Return False if the user is blocked already.
    """
    if not ledger.block(user_id=user.pk, reason=reason):
        return False
    revoke_sessions(user=user)
    _add_to_history(user, actor, f"Blocked: {reason}")
    return True


@transaction.atomic
def unblock(*, user: User, reason: str, actor: User) -> bool:
    """Lift a block, and record reason, actor and the lifted block in the admin's history.

    Return False if there is no block.
    """
    blocked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not ledger.unblock(user_id=user.pk):
        return False
    _add_to_history(
        user,
        actor,
        f"Unblocked: {reason} (blocked since {blocked.blocked_at:%Y-%m-%d %H:%M}: {blocked.blocked_reason})",
    )
    return True


@transaction.atomic
def block_after_disputes(*, payment: Payment) -> bool:
    """Block the user if BLOCK_AFTER_DISPUTES payments were disputed and not all their credits were recovered.

    Call it when credits of `payment` were just found to be spent, in the transaction that records it. So a
    repeated event does not call it, and does not block a user again whom staff have unblocked. It ends no
    sessions. A dispute that is won later lifts no block: staff decide.
    """
    most = settings.BLOCK_AFTER_DISPUTES
    if most < 1 or not payment.parts.filter(amount_disputed__gt=0).exists():
        return False
    others = Payment.objects.filter(user=payment.user_id).exclude(pk=payment.pk)
    disputed = others.with_unrecovered_dispute().count() + 1
    reason = f"Disputed payments with spent credits: {disputed}, the last one {payment.stripe_id}"
    if disputed < most or not ledger.block(user_id=payment.user_id, reason=reason):
        return False
    transaction.on_commit(partial(logger.warning, "User %s is blocked. %s.", payment.user_id, reason))
    return True


def _add_to_history(user: User, actor: User, message: str) -> None:
    LogEntry.objects.log_actions(actor.pk, [user], CHANGE, message, single_object=True)
