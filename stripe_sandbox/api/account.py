"""The account itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stripe_sandbox.api.registry import Call, operation, page_of
from stripe_sandbox.contract.blank_objects import blank
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


def the_account_v2() -> Json:
    """Return the account as the second version of the API has it."""
    return blank("v2.core.account") | {
        "id": ACCOUNT_ID,
        "object": "v2.core.account",
        "applied_configurations": ["merchant"],
        "created": datetime.fromtimestamp(BEGINNING, UTC).isoformat().replace("+00:00", "Z"),
        "display_name": "Stripe sandbox",
        "livemode": False,
    }


@operation("GET /v2/core/accounts/{id}")
def retrieve_v2(call: Call) -> Json:
    call.params.get("include")
    if call.path["id"] != ACCOUNT_ID:
        raise StripeError(f"No such account: '{call.path['id']}'", status=404, code="not_found")
    return the_account_v2()


@operation("GET /v2/core/accounts")
def list_v2(call: Call) -> Json:
    call.params.get("limit")
    return {"data": [the_account_v2()], "next_page_url": None, "previous_page_url": None}


@operation("GET /v1/balance_transactions/{id}")
def balance_transaction(call: Call) -> Json:
    return call.state.get("balance_transaction", call.path["id"])
