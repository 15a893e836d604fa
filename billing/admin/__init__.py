"""Plans and payments for staff, and a few of Stripe's objects to be looked at."""

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
