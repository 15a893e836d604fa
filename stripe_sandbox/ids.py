"""Ids in Stripe's format: a prefix for the kind of object, then random letters and digits."""

import secrets
import string

ALPHABET = string.ascii_letters + string.digits
PREFIXES = {
    "balance_transaction": "txn_",
    "billing_portal.configuration": "bpc_",
    "billing_portal.session": "bps_",
    "charge": "ch_",
    "checkout.session": "cs_test_",
    "customer": "cus_",
    "discount": "di_",
    "dispute": "du_",
    "event": "evt_",
    "invoice": "in_",
    "invoice_payment": "inpay_",
    "invoiceitem": "ii_",
    "item": "li_",
    "line_item": "il_",
    "payment_intent": "pi_",
    "payment_method": "pm_",
    "price": "price_",
    "product": "prod_",
    "refund": "re_",
    "request": "req_",
    "subscription": "sub_",
    "subscription_item": "si_",
    "tax_rate": "txr_",
    "webhook_endpoint": "we_",
}


def letters(count: int) -> str:
    """Return `count` random letters and digits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def new_id(kind: str) -> str:
    """Return a new id for an object of this kind."""
    if kind == "coupon":
        return letters(8)
    if kind == "checkout.session":
        return PREFIXES[kind] + letters(40)
    return PREFIXES[kind] + (letters(14) if kind in {"customer", "product", "request"} else letters(24))
