"""Ways round what dj-stripe 2.11 gets wrong about the API version that it was written against."""

from collections.abc import Iterable
from typing import Any

from djstripe.event_handlers import handle_customer_subscription_event, handle_other_event
from djstripe.models import Customer, Event
from djstripe.signals import WEBHOOK_SIGNALS


def apply() -> None:
    """Called once, at start-up."""
    _let_customers_have_discounts()


def read_once(event_types: Iterable[str]) -> None:
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
            raise RuntimeError(f"dj-stripe handles {event_type} in another way now: see billing/receivers.py")


def _let_customers_have_discounts() -> None:
    """A customer with a discount fails to sync: dj-stripe looks for `discount.coupon`, which moved.

    It would only fetch the coupon and forget it, so it is not told of the discount. What is stored
    (`stripe_data`) still has it. https://docs.stripe.com/api/discounts/object#discount_object-source
    """
    original = Customer._attach_objects_post_save_hook  # noqa: SLF001  (no public hook)

    def attach(self: Customer, cls: type[Customer], data: Any, **kwargs: Any) -> None:
        plain = data.to_dict() if hasattr(data, "to_dict") else data
        original(self, cls, {**plain, "discount": None}, **kwargs)

    Customer._attach_objects_post_save_hook = attach  # noqa: SLF001
