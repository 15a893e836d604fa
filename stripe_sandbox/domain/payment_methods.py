"""Cards: Stripe's test cards, attached to customers."""

from stripe_sandbox.contract.blank_objects import blank
from stripe_sandbox.errors import CardDeclined, StripeError
from stripe_sandbox.state import State
from stripe_sandbox.store import Json

DEFAULT_CARD = "4242424242424242"
# Number: brand, decline code when the customer is present, decline code afterwards.
# Source: https://docs.stripe.com/testing
CARDS = {
    DEFAULT_CARD: ("visa", None, None),
    "5555555555554444": ("mastercard", None, None),
    "378282246310005": ("amex", None, None),
    "4000000000000002": ("visa", "generic_decline", "generic_decline"),
    "4000000000009995": ("visa", "insufficient_funds", "insufficient_funds"),
    "4000000000000069": ("visa", "expired_card", "expired_card"),
    "4000000000000341": ("visa", None, "generic_decline"),
}
TOKENS = {
    "pm_card_visa": DEFAULT_CARD,
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "tok_visa": DEFAULT_CARD,
}


def create_card(state: State, *, number: str = DEFAULT_CARD) -> Json:
    """Return a new payment method for one of Stripe's test cards."""
    digits = "".join(filter(str.isdigit, number))
    if digits not in CARDS:
        raise StripeError(
            "Your card was declined. Your request was in test mode, but used a non test card. For a list of "
            "valid test cards, visit: https://stripe.com/docs/testing.",
            status=402,
            kind="card_error",
            code="card_declined",
            decline_code="test_mode_live_card",
        )
    brand, decline, decline_later = CARDS[digits]
    method = state.build(
        "payment_method",
        type="card",
        allow_redisplay="limited",
        billing_details=empty_billing_details(),
        card=_card(digits, brand),
    )
    state.save(method, {"decline": decline, "decline_later": decline_later})
    return method


def _card(digits: str, brand: str) -> Json:
    return blank("payment_method_card") | {
        "brand": brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "display_brand": brand,
        "exp_month": 12,
        "exp_year": 2040,
        "fingerprint": f"Sandbox{digits[-8:]}",
        "funding": "credit",
        "last4": digits[-4:],
        "networks": {"available": [brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
    }


def empty_billing_details() -> Json:
    """Return the billing details of a card without any."""
    return blank("billing_details") | {"address": blank("address")}


def attach(state: State, method: Json, customer: str) -> Json:
    """Attach a payment method to a customer. Raises CardDeclined for a card that is always declined."""
    if method["customer"] not in (None, customer):
        raise StripeError(
            "The payment method you provided has already been attached to a customer.", param="payment_method"
        )
    decline = state.store.private(method["id"]).get("decline")
    if decline:
        raise CardDeclined(decline_code=decline)
    return state.change(method, "payment_method.attached", customer=customer)


def resolve(state: State, value: str, *, customer: str | None, param: str = "payment_method") -> Json:
    """Return the payment method with this id; one of Stripe's test names (`pm_card_visa`) creates one."""
    if value in TOKENS:
        return create_card(state, number=TOKENS[value])
    method = state.get("payment_method", value, param=param)
    if customer and method["customer"] not in (None, customer):
        raise StripeError(
            f"The payment method {value} does not belong to the customer {customer}.", param=param
        )
    return method


def method_to_charge(customer: Json, subscription: Json) -> str | None:
    """Return the payment method of an automatic payment, or None."""
    method: str | None = (
        subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]
    )
    return method


def set_decline(state: State, customer: str, decline_code: str | None) -> int:
    """Make all cards of a customer fail with this code, or work again (None); return their number."""
    methods = state.store.find("payment_method", customer=customer)
    for method in methods:
        state.save(method, {"decline": None, "decline_later": decline_code})
    return len(methods)


def set_failing(state: State, method: Json, decline_code: str) -> None:
    """Make one card fail from now on, with the customer present or not."""
    state.save(method, {"decline": decline_code, "decline_later": decline_code})


def fails(state: State, customer: str) -> bool:
    """Tell whether a card of a customer fails."""
    methods = state.store.find("payment_method", customer=customer)
    return any(
        private.get("decline") or private.get("decline_later")
        for private in (state.store.private(method["id"]) for method in methods)
    )
