"""The invoices that Checkout creates for one-time purchases (`invoice_creation`).

https://docs.stripe.com/payments/checkout/receipts#paid-invoices
"""

from stripe_sandbox.contract.blank_objects import blank
from stripe_sandbox.domain import discounts, invoices
from stripe_sandbox.domain.invoice_lines import TIMES, InvoiceLines, pricing, tax_entry, total_taxes
from stripe_sandbox.ids import new_id
from stripe_sandbox.settings import ACCOUNT_ID
from stripe_sandbox.state import State, list_object
from stripe_sandbox.store import Json


def is_wanted(session: Json) -> bool:
    """Tell whether the session asks for an invoice."""
    return bool((session["invoice_creation"] or {}).get("enabled"))


def create(state: State, session: Json) -> Json:
    """Return the paid invoice of a paid session. Its reason is `manual`, and it names no session."""
    customer = state.get("customer", session["customer"])
    invoice_id, now = new_id("invoice"), state.now()
    built = _lines(state, session, invoice_id)
    data = session["invoice_creation"]["invoice_data"]
    page = f"{state.settings.base_url}/i/{ACCOUNT_ID}/{invoice_id}"
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}"
    customer["next_invoice_sequence"] += 1
    state.save(customer)
    invoice = state.add(
        "invoice",
        id=invoice_id,
        account_country="US",
        account_name="Stripe sandbox",
        amount_due=built.total,
        amount_remaining=built.total,
        auto_advance=False,
        billing_reason="manual",
        collection_method="charge_automatically",
        currency=session["currency"],
        customer=customer["id"],
        **{f"customer_{name}": customer[name] for name in invoices.CUSTOMER_FIELDS},
        customer_tax_ids=[],
        description=data["description"],
        discounts=[entry["discount"] for entry in built.discount_totals],
        effective_at=now,
        footer=data["footer"],
        hosted_invoice_url=page,
        invoice_pdf=f"{page}?format=pdf",
        issuer={"type": "self"},
        lines=list_object(built.lines, f"/v1/invoices/{invoice_id}/lines"),
        metadata=data["metadata"],
        number=number,
        parent=None,
        period_start=now,
        period_end=now,
        status="open",
        status_transitions={**blank("invoices_resource_status_transitions"), "finalized_at": now},
        subtotal=built.subtotal,
        subtotal_excluding_tax=built.subtotal,
        total=built.total,
        total_discount_amounts=built.discount_totals,
        total_excluding_tax=built.total - built.tax,
        total_pretax_credit_amounts=[],
        total_taxes=built.taxes,
    )
    if session["payment_intent"]:
        state.add(
            "invoice_payment",
            amount_requested=built.total,
            currency=session["currency"],
            invoice=invoice_id,
            is_default=True,
            payment={"payment_intent": session["payment_intent"], "type": "payment_intent"},
            status="open",
        )
    for kind in ("invoice.created", "invoice.finalized"):
        state.emit(kind, invoice)
    session["invoice"] = invoice_id
    state.save(session)
    invoices.mark_paid(state, invoice)
    return invoice


def _lines(state: State, session: Json, invoice_id: str) -> InvoiceLines:
    private = state.store.private(session["id"])
    given = [
        discounts.create(state, coupon_id=coupon, customer=session["customer"])["id"]
        for coupon in private["coupons"]
    ]
    lines = [
        _line(state, row, invoice_id=invoice_id, given=given[:1], rates=private["tax_rates"])
        for row in private["line_items"]
    ]
    totals = [
        {"discount": discount, "amount": sum(row["amount_discount"] for row in private["line_items"])}
        for discount in given[:1]
    ]
    return InvoiceLines(lines, totals, total_taxes(private["tax_rates"], lines))


def _line(state: State, row: Json, *, invoice_id: str, given: list[str], rates: list[Json]) -> Json:
    now = state.now()
    details = {
        "invoice_item": new_id("invoiceitem"),
        "proration": False,
        "proration_details": {"credited_items": None},
        "subscription": None,
    }
    return state.build(
        "line_item",
        amount=row["amount_subtotal"],
        currency=row["currency"],
        description=f"{row['quantity']} {TIMES} {row['description'] or ''}",
        discount_amounts=[{"amount": row["amount_discount"], "discount": discount} for discount in given],
        discountable=True,
        invoice=invoice_id,
        parent={
            "invoice_item_details": details,
            "subscription_item_details": None,
            "type": "invoice_item_details",
        },
        period={"start": now, "end": now},
        pretax_credit_amounts=[],
        pricing=pricing(row["price"]),
        quantity=row["quantity"],
        quantity_decimal=str(row["quantity"]),
        subtotal=row["amount_subtotal"],
        taxes=[tax_entry(rate, row["amount_subtotal"] - row["amount_discount"]) for rate in rates],
    )
