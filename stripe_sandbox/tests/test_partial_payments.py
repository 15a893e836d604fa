"""Invoices that are paid by several payments, and invoices that Checkout makes for one-time purchases."""

import pytest

from stripe_sandbox.testing import SandboxRefused


@pytest.fixture
def invoice(api, sandbox, customer, subscription):
    """An open invoice of 999: a renewal whose payment failed."""
    sandbox.decline_cards(customer.id)
    sandbox.renew(subscription.id)
    sandbox.restore_cards(customer.id)
    return api.subscriptions.retrieve(subscription.id).latest_invoice


def payments(api, invoice):
    found = api.invoice_payments.list({"invoice": invoice}).data
    return sorted((one.is_default, one.status, one.amount_requested, one.amount_paid) for one in found)


class TestPartialPayments:
    def test_parts_pay_an_invoice(self, api, sandbox, subscription, invoice):
        part = sandbox.pay_part(invoice, amount=400)
        assert (part["status"], part["amount_paid"], part["amount_remaining"]) == ("open", 400, 599)
        assert payments(api, invoice) == [(False, "paid", 400, 400), (True, "open", 599, None)]
        assert api.subscriptions.retrieve(subscription.id).status == "past_due"
        whole = sandbox.pay_part(invoice, amount=599)
        assert (whole["status"], whole["amount_paid"], whole["amount_remaining"]) == ("paid", 999, 0)
        assert payments(api, invoice) == [
            (False, "paid", 400, 400),
            (False, "paid", 599, 599),
            (True, "canceled", 599, None),
        ]
        assert api.subscriptions.retrieve(subscription.id).status == "active"
        assert [event["data"]["object"]["id"] for event in sandbox.events(type="invoice.paid")][-1] == invoice

    def test_the_default_payment_pays_the_rest(self, api, sandbox, invoice):
        sandbox.pay_part(invoice, amount=400)
        paid = api.invoices.pay(invoice)
        assert (paid.status, paid.amount_paid, paid.amount_paid_off_stripe) == ("paid", 999, 0)
        assert payments(api, invoice) == [(False, "paid", 400, 400), (True, "paid", 599, 599)]

    def test_the_rest_is_paid_outside_of_stripe(self, api, sandbox, invoice):
        sandbox.pay_part(invoice, amount=400)
        paid = api.invoices.pay(invoice, {"paid_out_of_band": True})
        assert (paid.status, paid.amount_paid, paid.amount_paid_off_stripe) == ("paid", 999, 599)
        assert payments(api, invoice) == [(False, "paid", 400, 400), (True, "canceled", 599, None)]

    def test_a_payment_is_attached(self, api, sandbox, buy, invoice):
        """Of the 1,000 that it received, the invoice takes what remains."""
        other = buy("price_sandbox_pack_500", mode="payment", quantity=3)
        paid = sandbox.attach_payment(invoice, other.payment_intent)
        assert (paid["status"], paid["amount_paid"]) == ("paid", 999)

    @pytest.mark.parametrize("amount", [0, -1, 1000])
    def test_no_more_than_remains_is_paid(self, sandbox, invoice, amount):
        with pytest.raises(SandboxRefused):
            sandbox.pay_part(invoice, amount=amount)

    def test_a_declined_part_pays_nothing(self, api, sandbox, customer, invoice):
        sandbox.decline_cards(customer.id)
        with pytest.raises(SandboxRefused):
            sandbox.pay_part(invoice, amount=400)
        assert api.invoices.retrieve(invoice).amount_paid == 0


class TestInvoiceOfAPurchase:
    def test_checkout_makes_a_paid_invoice(self, api, sandbox, buy):
        session = buy("price_sandbox_pack_500", mode="payment", invoice_creation={"enabled": True})
        invoice = api.invoices.retrieve(session.invoice, {"expand": ["payments"]})
        assert (invoice.status, invoice.billing_reason, invoice.parent) == ("paid", "manual", None)
        assert (invoice.amount_paid, invoice.total) == (499, 499)
        assert [one.payment.payment_intent for one in invoice.payments.data] == [session.payment_intent]
        sent = [event["type"] for event in sandbox.events()]
        assert sent.index("invoice.paid") < sent.index("checkout.session.completed")

    def test_a_delayed_payment_makes_it_when_it_arrives(self, api, sandbox, buy):
        session = buy(
            "price_sandbox_pack_500", mode="payment", later=True, invoice_creation={"enabled": True}
        )
        assert session.invoice is None
        sandbox.settle(session.id)
        found = api.checkout.sessions.retrieve(session.id)
        assert api.invoices.retrieve(found.invoice).status == "paid"

    def test_a_free_purchase_has_an_invoice_without_a_payment(self, api, buy):
        coupon = api.coupons.create({"percent_off": 100})
        session = buy(
            "price_sandbox_pack_500",
            mode="payment",
            invoice_creation={"enabled": True},
            discounts=[{"coupon": coupon.id}],
        )
        invoice = api.invoices.retrieve(session.invoice, {"expand": ["payments"]})
        assert (invoice.status, invoice.total, invoice.payments.data) == ("paid", 0, [])

    def test_a_purchase_without_it_has_none(self, buy):
        assert buy("price_sandbox_pack_500", mode="payment").invoice is None

    @pytest.mark.parametrize("inclusive", [False, True])
    def test_taxes_of_a_purchase(self, api, customer, buy, inclusive):
        tax, total = (80, 499) if inclusive else (95, 594)
        api.customers.update(customer.id, {"address": {"country": "DE"}})
        rate = api.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": inclusive})
        session = buy(
            mode="payment",
            invoice_creation={"enabled": True},
            line_items=[{"price": "price_sandbox_pack_500", "quantity": 1, "tax_rates": [rate.id]}],
        )
        assert (session.amount_subtotal, session.amount_total) == (499, total)
        assert session.total_details.amount_tax == tax
        assert session.customer_details.address.country == "DE"
        invoice = api.invoices.retrieve(session.invoice)
        assert (invoice.subtotal, invoice.total, invoice.total_taxes[0].amount) == (499, total, tax)
