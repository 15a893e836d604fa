"""The catalog (plans, credit packs and their prices) and the payments.

dj-stripe's tables hold copies of Stripe's objects. These tables hold what this project decides.
"""

from billing.models.catalog import CreditPack, Interval, Plan, Price, UnspentCredits, UpgradeCredits
from billing.models.deletions import CustomerDeletion
from billing.models.payments import Payment, PaymentPart

__all__ = [
    "CreditPack",
    "CustomerDeletion",
    "Interval",
    "Payment",
    "PaymentPart",
    "Plan",
    "Price",
    "UnspentCredits",
    "UpgradeCredits",
]
