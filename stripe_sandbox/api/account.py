"""The account itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_sandbox.api.registry import Call, operation, page_of
from stripe_sandbox.errors import StripeError
from stripe_sandbox.settings import ACCOUNT_ID

if TYPE_CHECKING:
    from stripe_sandbox.store import Json

BEGINNING = 1735689600  # 2025-01-01: when the account was opened


def the_account() -> Json:
    """Return the one account that there is."""
    return {
        "id": ACCOUNT_ID,
        "object": "account",
        "business_profile": None,
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": "US",
        "created": BEGINNING,
        "default_currency": "usd",
        "details_submitted": True,
        "email": "owner@example.com",
        "metadata": {},
        "payouts_enabled": True,
        "settings": None,
        "type": "standard",
    }


@operation("GET /v1/account")
def retrieve(_call: Call) -> Json:
    return the_account()


@operation("GET /v1/accounts/{account}")
def retrieve_by_id(call: Call) -> Json:
    if call.path["account"] != ACCOUNT_ID:
        raise StripeError(
            f"The provided key does not have access to account '{call.path['account']}' (or that account does "
            "not exist). Application access may have been revoked.",
            status=403,
            code="account_invalid",
        )
    return the_account()


@operation("GET /v1/accounts")
def connected(call: Call) -> Json:
    call.params.get("created")
    return page_of(call, [])


@operation("GET /v1/balance_transactions/{id}")
def balance_transaction(call: Call) -> Json:
    return call.world.get("balance_transaction", call.path["id"])
