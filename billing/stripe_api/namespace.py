"""The metadata key by which this installation recognizes its own objects in a Stripe account.

Several products, or staging and production, may share one account. Their users' ids overlap.
"""

from django.conf import settings

MAX_KEY_LENGTH = 40  # https://docs.stripe.com/api/metadata


def user_id_key() -> str:
    """Return the key of our user's id, such as `user_id@api.example.com`."""
    return f"user_id@{settings.STRIPE_NAMESPACE}"
