"""Ways round what dj-stripe 2.11 gets wrong about the API version that it was written against."""

from typing import Any

from djstripe.models import Customer


def apply() -> None:
    """Called once, at start-up."""
    _let_customers_have_discounts()


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
