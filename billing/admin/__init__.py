"""Admin pages: plans, packs, payments, and read-only pages of Stripe data."""

from billing.admin import catalog, deletions, mirror
from billing.admin.formatting import money, status_badge, stripe_link
from billing.admin.payments import PaymentInline

__all__ = ["PaymentInline", "catalog", "deletions", "mirror", "money", "status_badge", "stripe_link"]
