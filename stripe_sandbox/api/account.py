"""The account and its balance transactions."""

from datetime import UTC, datetime

from stripe_sandbox.api.pagination import page_of_embedded
from stripe_sandbox.api.registry import Call, operation, retrieve_operation
from stripe_sandbox.contract.blank_objects import blank
from stripe_sandbox.errors import StripeError
from stripe_sandbox.settings import ACCOUNT_ID
from stripe_sandbox.store import Json

CREATED = 1735689600  # 2025-01-01
ACCOUNT: Json = {
    "id": ACCOUNT_ID,
    "object": "account",
    "business_profile": None,
    "business_type": "company",
    "capabilities": {"card_payments": "active", "transfers": "active"},
    "charges_enabled": True,
    "country": "US",
    "created": CREATED,
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


@operation("GET /v1/accounts")
def list_connected(call: Call) -> Json:
    call.params.get("created")
    return page_of_embedded(call, [])


def _account_v2() -> Json:
    return blank("v2.core.account") | {
        "id": ACCOUNT_ID,
        "object": "v2.core.account",
        "applied_configurations": ["merchant"],
        "created": datetime.fromtimestamp(CREATED, UTC).isoformat().replace("+00:00", "Z"),
        "display_name": "Stripe sandbox",
        "livemode": False,
    }


@operation("GET /v2/core/accounts/{id}")
def retrieve_v2(call: Call) -> Json:
    call.params.get("include")
    if call.path["id"] != ACCOUNT_ID:
        raise StripeError(f"No such account: '{call.path['id']}'", status=404, code="not_found")
    return _account_v2()


@operation("GET /v2/core/accounts")
def list_v2(call: Call) -> Json:
    call.params.get("limit")
    return {"data": [_account_v2()], "next_page_url": None, "previous_page_url": None}
