"""Admin pages: plans, packs, payments, and read-only pages of Stripe data."""

from billing.admin import mirror
from billing.admin.formatting import money, status_badge, stripe_link
from billing.admin.sales import PaymentInline

__all__ = ["PaymentInline", "mirror", "money", "status_badge", "stripe_link"]
