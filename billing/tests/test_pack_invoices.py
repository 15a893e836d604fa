"""A pack with an invoice is one payment, whatever reports it."""

import itertools

import pytest
from django.db import transaction

from accounts.tests.test_resync import resync
from billing import services
from billing.customer_lock import lock_customer
from billing.models import Payment
from billing.services import sync
from billing.snapshot import Snapshot
from billing.stripe_payments import Invoice
from billing.tests.catalog import create_pack
from billing.tests.fake_stripe import FakeStripe
from billing.tests.support import assert_resync_agrees, credits_of, keys, parts, run_concurrently

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(fake_stripe):
    return create_pack()


def buy(fake_stripe, user, *, later=False, **more):
    """Buy the pack with an invoice and return the session's id."""
    session = fake_stripe.api.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "customer": services.ensure_customer(user=user),
            "line_items": [{"price": "price_sandbox_pack_500", "quantity": 1}],
            "invoice_creation": {"enabled": True},
            "success_url": "https://shop.example/thanks",
            **more,
        }
    )
    fake_stripe.sandbox.pay(session.id, later=later)
    return session.id


REPORTS = ("invoice.paid", "checkout.session.completed", "refund.created")


@pytest.mark.usefixtures("pack")
class TestPackWithInvoice:
    @pytest.mark.parametrize("order", list(itertools.permutations(REPORTS)))
    def test_whatever_reports_it_first_it_is_one_payment(self, fake_stripe, user, order):
        session = buy(fake_stripe, user)
        fake_stripe.sandbox.refund(session, amount=250)
        events = {event["type"]: event for event in fake_stripe.new_events(REPORTS)}
        for kind in (*order, *order):
            event = {**events[kind], "id": f"{events[kind]['id']}{len(keys(user))}"}
            assert fake_stripe.post(event).status_code == 200
        payment = Payment.objects.get()
        invoice = fake_stripe.api.v1.checkout.sessions.retrieve(session).invoice
        assert (payment.stripe_id, payment.invoice_id) == (session, invoice)
        assert (payment.credits, payment.ledger_key) == (500, f"stripe:checkout:{session}")
        assert parts(payment) == [(499, 250, 0)]
        assert credits_of(user) == 350
        assert keys(user)[1:] == [
            (f"stripe:checkout:{session}", 500),
            (f"stripe:checkout:{session}:return:1", -250),
        ]
        assert_resync_agrees(user)

    def test_a_resync_finds_one_payment_and_events_add_none(self, fake_stripe, user):
        session = buy(fake_stripe, user)
        resync()
        assert Payment.objects.get().stripe_id == session
        assert set(fake_stripe.deliver()) == {200}
        assert (Payment.objects.count(), credits_of(user)) == (1, 600)

    def test_an_invoice_is_recognized_after_its_session_was_recorded(self, fake_stripe, user):
        session = buy(fake_stripe, user)
        assert set(fake_stripe.deliver(["checkout.session.completed"])) == {200}
        Payment.objects.update(invoice_id=None)  # as if Stripe had not made it yet
        (event,) = fake_stripe.sandbox.events(type="invoice.paid")
        assert fake_stripe.post(event).status_code == 200
        payment = Payment.objects.get()
        assert (payment.stripe_id, payment.invoice_id[:3]) == (session, "in_")
        assert credits_of(user) == 600

    def test_an_invoice_recorded_as_manual_becomes_the_sessions(self, fake_stripe, user):
        """As if Stripe had not linked it to the session when it was reported."""
        session = buy(fake_stripe, user)
        manual = record_invoice(fake_stripe, user, session)
        assert (manual.credits, manual.billing_reason) == (0, "manual")
        assert set(fake_stripe.deliver()) == {200}
        payment = Payment.objects.get()
        assert (payment.pk, payment.stripe_id, payment.credits) == (manual.pk, session, 500)
        assert payment.billing_reason == ""
        assert keys(user)[1:] == [(f"stripe:checkout:{session}", 500)]
        assert_resync_agrees(user)

    @pytest.mark.parametrize("by", ["webhook", "resync"])
    def test_two_payments_of_one_purchase_are_merged(self, fake_stripe, user, by):
        session = buy(fake_stripe, user)
        assert set(fake_stripe.deliver(["checkout.session.completed"])) == {200}
        Payment.objects.update(invoice_id=None)
        record_invoice(fake_stripe, user, session)
        assert Payment.objects.count() == 2
        if by == "webhook":
            (event,) = fake_stripe.sandbox.events(type="checkout.session.completed")
            assert fake_stripe.post({**event, "id": "evt_again"}).status_code == 200
        else:
            resync()
        payment = Payment.objects.get()
        assert (payment.stripe_id, payment.credits) == (session, 500)
        assert payment.invoice_id.startswith("in_")
        assert credits_of(user) == 600
        assert_resync_agrees(user)

    def test_a_free_pack_with_an_invoice_is_one_payment(self, fake_stripe, user):
        coupon = fake_stripe.api.v1.coupons.create({"percent_off": 100})
        session = buy(fake_stripe, user, discounts=[{"coupon": coupon.id}])
        assert set(fake_stripe.deliver()) == {200}
        payment = Payment.objects.get()
        assert (payment.stripe_id, payment.credits, payment.amount_paid) == (session, 500, 0)
        assert (payment.subtotal, payment.total, parts(payment)) == (499, 0, [])
        assert_resync_agrees(user)

    def test_a_delayed_payment_with_an_invoice_is_one_payment(self, fake_stripe, user):
        session = buy(fake_stripe, user, later=True)
        assert set(fake_stripe.deliver()) == {200}
        assert not Payment.objects.exists()
        fake_stripe.sandbox.settle(session)
        assert set(fake_stripe.deliver()) == {200}
        assert (Payment.objects.get().stripe_id, credits_of(user)) == (session, 600)
        assert_resync_agrees(user)

    def test_an_unmapped_pack_is_granted_after_its_price_is_mapped(self, fake_stripe, user, pack):
        pack.delete()
        session = buy(fake_stripe, user)
        assert set(fake_stripe.deliver()) == {200}
        assert (Payment.objects.get().credits, credits_of(user)) == (None, 100)
        create_pack()
        (event,) = fake_stripe.sandbox.events(type="invoice.paid")
        assert fake_stripe.post({**event, "id": "evt_again"}).status_code == 200
        resync()
        assert (Payment.objects.get().stripe_id, credits_of(user)) == (session, 600)

    def test_taxes_and_the_country_are_recorded(self, fake_stripe, user):
        api = fake_stripe.api.v1
        api.customers.update(services.ensure_customer(user=user), {"address": {"country": "DE"}})
        rate = api.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": False})
        item = {"price": "price_sandbox_pack_500", "quantity": 1, "tax_rates": [rate.id]}
        buy(fake_stripe, user, line_items=[item])
        subscription = {"default_tax_rates": [rate.id]}
        fake_stripe.subscribe_in_dashboard(user, **subscription)
        assert set(fake_stripe.deliver()) == {200}
        found = Payment.objects.order_by("subtotal").values_list("subtotal", "tax", "total", "tax_country")
        assert list(found) == [(499, 95, 594, "DE"), (999, 190, 1189, "DE")]
        assert set(Payment.objects.values_list("tax_exempt", flat=True)) == {"none"}


def record_invoice(fake_stripe, user, session):
    """Record the invoice of a session as a payment of its own."""
    user.refresh_from_db()
    invoice = fake_stripe.api.v1.checkout.sessions.retrieve(session, {"expand": ["invoice"]}).invoice
    paid = Invoice.from_stripe(invoice.to_dict())
    with transaction.atomic():
        lock_customer(user.stripe_customer_id)
        sync.apply(Snapshot(customer_id=user.stripe_customer_id, owner_id=user.pk, invoices=(paid,)))
    return Payment.objects.get(stripe_id=paid.id)


@pytest.mark.django_db(transaction=True)
def test_events_and_resyncs_at_once_record_a_pack_with_an_invoice_once(sandbox_with_webhooks, user, pack):
    session = buy(FakeStripe(sandbox_with_webhooks), user)
    sandbox_with_webhooks.refund(session, amount=250)
    user.refresh_from_db()
    answers, *_ = run_concurrently(
        lambda: sandbox_with_webhooks.deliver_pending(concurrency=6, reverse=True),
        lambda: services.resync_customer(customer_id=user.stripe_customer_id),
        lambda: services.resync_customer(customer_id=user.stripe_customer_id),
    )
    assert {answer["status"] for answer in answers} == {200}
    assert Payment.objects.get().stripe_id == session
    assert credits_of(user) == 350
