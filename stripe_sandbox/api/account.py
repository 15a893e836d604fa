"""The account and its balance transactions."""

from stripe_sandbox.api.registry import Call, operation, retrieve_operation
from stripe_sandbox.settings import ACCOUNT_ID
from stripe_sandbox.store import Json

ACCOUNT: Json = {
    "id": ACCOUNT_ID,
    "object": "account",
    "business_profile": None,
    "business_type": "company",
    "capabilities": {"card_payments": "active", "transfers": "active"},
    "charges_enabled": True,
    "country": "US",
    "created": 1735689600,  # 2025-01-01
    "default_currency": "usd",
    "details_submitted": True,
    "email": "owner@example.com",
    "metadata": {},
    "payouts_enabled": True,
    "settings": None,
    "type": "standard",
}

retrieve_operation("GET /v1/balance_transactions/{id}", "balance_transaction")


@operation("GET /v1/account")
def retrieve(_call: Call) -> Json:
    return dict(ACCOUNT)
