"""The account and its balance transactions."""

from stripe_sandbox.api.registry import Call, operation, retrieve_operation
from stripe_sandbox.errors import StripeError
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


@operation("GET /v1/accounts/{account}")
def retrieve_by_id(call: Call) -> Json:
    if call.path["account"] != ACCOUNT_ID:
        raise StripeError(
            f"The provided key does not have access to account '{call.path['account']}' (or that account does "
            "not exist). Application access may have been revoked.",
            status=403,
            code="account_invalid",
        )
    return dict(ACCOUNT)
