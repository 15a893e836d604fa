"""Fetch prices from Stripe. Every function may raise StripeUnavailable or StripeFailed."""

from djstripe import models as djstripe

from billing.exceptions import StripeObjectMissing
from billing.stripe_api import mirror
from billing.stripe_api.client import stripe_client
from billing.stripe_objects import Price


def fetch_price(price_id: str) -> Price | None:
    """Return a price, or None if Stripe does not know it with this key."""
    try:
        with stripe_client() as api:
            return Price.from_stripe(api.v1.prices.retrieve(price_id).to_dict())
    except StripeObjectMissing:
        return None


def fetch_and_mirror_price(price_id: str) -> Price | None:
    """Return a price as `fetch_price` does, and store it in dj-stripe's tables."""
    try:
        with stripe_client() as api:
            found = api.v1.prices.retrieve(price_id)
    except StripeObjectMissing:
        return None
    mirror.store(djstripe.Price, found)
    return Price.from_stripe(found.to_dict())
