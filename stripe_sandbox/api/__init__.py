"""Stripe's operations: one handler each, registered under the name that Stripe's description gives it."""

from stripe_sandbox.api import (  # noqa: F401  # importing a module registers its handlers
    account,
    billing_objects,
    catalogue,
    checkout,
    customers,
    events,
    payments,
    portal,
    subscriptions,
)
from stripe_sandbox.api.registry import OPERATIONS

__all__ = ["OPERATIONS"]
