"""Admin pages: plans, packs, payments, and read-only pages of Stripe data."""

from billing.admin import catalog, mirror
from billing.admin.formatting import money, status_badge, stripe_link
from billing.admin.payments import PaymentInline

__all__ = ["PaymentInline", "catalog", "mirror", "money", "status_badge", "stripe_link"]
