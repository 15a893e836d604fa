"""Limit the threads of a web process that wait for Stripe.

Only checkout and portal requests take a slot: webhooks and commands never wait for one.
"""

from contextlib import AbstractContextManager

from django.conf import settings

from billing.exceptions import StripeBusy
from common.waiting_slots import WaitingSlots

MAX_PER_USER = 2  # two tabs; one account must not take all slots

_slots = WaitingSlots()


def waiting_slot(*, user_id: object) -> AbstractContextManager[None]:
    """Take one of this process's STRIPE_MAX_WAITING_THREADS slots, at most MAX_PER_USER of them for one user.

    Raises StripeBusy at once if none is free.
    """
    most = settings.STRIPE_MAX_WAITING_THREADS
    return _slots.take(user_id, most=most, most_per_user=MAX_PER_USER, full=StripeBusy, share=StripeBusy)
