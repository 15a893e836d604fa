"""Admin pages: plans, packs, payments, and read-only pages of Stripe data."""

from billing.admin import mirror
from billing.admin.formatting import money, status_badge, stripe_link
from billing.admin.sales import CreditPackAdmin, PaymentAdmin, PaymentInline, PlanAdmin

__all__ = [
    "CreditPackAdmin",
    "PaymentAdmin",
    "PaymentInline",
    "PlanAdmin",
    "mirror",
    "money",
    "status_badge",
    "stripe_link",
]
