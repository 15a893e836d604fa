"""Workarounds for dj-stripe 2.11: an API change that it misses, and requests and queries that it repeats."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from djstripe.event_handlers import handle_customer_subscription_event, handle_other_event
from djstripe.models import Account, Customer, Event
from djstripe.signals import WEBHOOK_SIGNALS


def apply() -> None:
    """Apply the patches. Called once, at start-up."""
    _hide_customer_discounts()
    _cache_account_lookup()


def disconnect_receivers(event_types: Iterable[str]) -> None:
    """Stop dj-stripe from requesting objects that our receivers request anyway, with more expanded fields.

    Raises RuntimeError if dj-stripe no longer handles one of these types with the expected receiver.
    """
    for event_type in event_types:
        djstripe_receiver = (
            handle_customer_subscription_event
            if event_type.startswith("customer.subscription.")
            else handle_other_event
        )
        if not WEBHOOK_SIGNALS[event_type].disconnect(djstripe_receiver, sender=Event):
            raise RuntimeError(
                f"dj-stripe handles {event_type} in another way now: see billing/webhooks/handlers.py"
            )


_accounts: ContextVar[dict[str, Any] | None] = ContextVar("accounts", default=None)


@contextmanager
def cached_account_lookup() -> Iterator[None]:
    """Within the block, dj-stripe looks up the account of its API key only once.

    Otherwise it executes four statements for each object that it stores, a fifth of a delivery's time.
    """
    token = _accounts.set({})
    try:
        yield
    finally:
        _accounts.reset(token)


def _cache_account_lookup() -> None:
    original = Account.get_or_retrieve_for_api_key

    def get_or_retrieve_for_api_key(api_key: str) -> Any:
        cache = _accounts.get()
        if cache is None:
            return original(api_key)
        if api_key not in cache:
            # One statement instead of four, once dj-stripe has stored the key and its account.
            known = Account.objects.filter(apikey__secret=api_key).first()
            cache[api_key] = known or original(api_key)
        return cache[api_key]

    Account.get_or_retrieve_for_api_key = staticmethod(get_or_retrieve_for_api_key)


def _hide_customer_discounts() -> None:
    """Hide a customer's discount from dj-stripe, which fails on it.

    dj-stripe reads `discount.coupon`, which Stripe has moved. It would only fetch the coupon and discard it.
    `stripe_data` keeps the discount. https://docs.stripe.com/api/discounts/object#discount_object-source
    """
    original = Customer._attach_objects_post_save_hook  # noqa: SLF001  (no public hook)

    def attach(self: Customer, cls: type[Customer], data: Any, **kwargs: Any) -> None:
        plain = data.to_dict() if hasattr(data, "to_dict") else data
        original(self, cls, {**plain, "discount": None}, **kwargs)

    Customer._attach_objects_post_save_hook = attach  # noqa: SLF001  (as above)
