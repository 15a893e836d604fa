"""Ways round what dj-stripe 2.11 gets wrong about the API version that it was written against."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from djstripe.event_handlers import handle_customer_subscription_event, handle_other_event
from djstripe.models import Account, Customer, Event
from djstripe.signals import WEBHOOK_SIGNALS


def apply() -> None:
    """Called once, at start-up."""
    _hide_customer_discounts()
    _cache_account_lookup()


def disconnect_receivers(event_types: Iterable[str]) -> None:
    """Let dj-stripe not ask Stripe for what our receivers ask for anyway, with more in the answer.

    Raises RuntimeError when dj-stripe does not handle one of these types as it did.
    """
    for event_type in event_types:
        theirs = (
            handle_customer_subscription_event
            if event_type.startswith("customer.subscription.")
            else handle_other_event
        )
        if not WEBHOOK_SIGNALS[event_type].disconnect(theirs, sender=Event):
            raise RuntimeError(
                f"dj-stripe handles {event_type} in another way now: see billing/webhooks/handlers.py"
            )


_accounts: ContextVar[dict[str, Any] | None] = ContextVar("accounts", default=None)


@contextmanager
def cached_account_lookup() -> Iterator[None]:
    """Until the block ends, dj-stripe looks up whose API key it has once.

    Otherwise it does so for each object that it stores, in four statements: a fifth of a delivery.
    """
    token = _accounts.set({})
    try:
        yield
    finally:
        _accounts.reset(token)


def _cache_account_lookup() -> None:
    original = Account.get_or_retrieve_for_api_key

    def get_or_retrieve_for_api_key(api_key: str) -> Any:
        known = _accounts.get()
        if known is None:
            return original(api_key)
        if api_key not in known:
            known[api_key] = original(api_key)
        return known[api_key]

    Account.get_or_retrieve_for_api_key = staticmethod(get_or_retrieve_for_api_key)


def _hide_customer_discounts() -> None:
    """A customer with a discount fails to sync: dj-stripe looks for `discount.coupon`, which moved.

    It would only fetch the coupon and forget it, so it is not told of the discount. What is stored
    (`stripe_data`) still has it. https://docs.stripe.com/api/discounts/object#discount_object-source
    """
    original = Customer._attach_objects_post_save_hook  # noqa: SLF001  (no public hook)

    def attach(self: Customer, cls: type[Customer], data: Any, **kwargs: Any) -> None:
        plain = data.to_dict() if hasattr(data, "to_dict") else data
        original(self, cls, {**plain, "discount": None}, **kwargs)

    Customer._attach_objects_post_save_hook = attach  # noqa: SLF001  (as above)
