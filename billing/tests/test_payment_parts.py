"""One purchase is one payment, whatever reports it and however many payments paid it."""

import itertools

import pytest
from django.db import transaction

from accounts.tests.test_resync import resync
from billing import services
from billing.customer_lock import lock_customer
from billing.models import Payment
from billing.rules.clawbacks import share_of_part
from billing.services import sync
from billing.snapshot import Snapshot
from billing.stripe_api.fetch_all import list_customers_with_events
from billing.stripe_payments import Charge, Invoice, Returned
from billing.tests.catalog import PACK_PRICE, create_pack
from billing.tests.fake_stripe import FakeStripe
from billing.tests.support import credits_of, run_concurrently
from credits import services as ledger
from credits.models import AiCreditLog

pytestmark = pytest.mark.django_db


def returned(payment):
    payment.refresh_from_db()
    return payment.amount_returned, payment.credits_clawed_back, payment.written_off


def parts(payment):
    return sorted(payment.parts.values_list("amount", "amount_refunded", "amount_disputed"))


def keys(user):
    return list(AiCreditLog.objects.filter(user=user).order_by("id").values_list("idempotency_key", "amount"))


def assert_resync_agrees(user):
    """A resync finds nothing to do."""
    before = credits_of(user)
    assert services.resync_customer(customer_id=user.stripe_customer_id).has_changes is False
    assert credits_of(user) == before


@pytest.fixture
def open_invoice(fake_stripe, subscriber):
    """An open invoice of 999: a renewal whose payment failed."""
    fake_stripe.sandbox.decline_cards(subscriber.stripe_customer_id)
    fake_stripe.sandbox.renew(subscriber.subscription_id)
    fake_stripe.sandbox.restore_cards(subscriber.stripe_customer_id)
    fake_stripe.deliver()
    return fake_stripe.api.v1.subscriptions.retrieve(subscriber.subscription_id).latest_invoice


@pytest.fixture
def split(fake_stripe, open_invoice):
    """The payment of an invoice that 400 and 599 paid."""
    for amount in (400, 599):
        fake_stripe.sandbox.pay_part(open_invoice, amount=amount)
    assert set(fake_stripe.deliver()) == {200}
    return Payment.objects.get(stripe_id=open_invoice)


class TestSplitPayment:
    def test_both_parts_are_recorded_and_grant_once(self, subscriber, split):
        assert (split.amount_paid, split.credits, parts(split)) == (999, 1000, [(400, 0, 0), (599, 0, 0)])
        assert credits_of(subscriber) == 2100
        assert_resync_agrees(subscriber)

    @pytest.mark.parametrize("by", ["webhook", "resync"])
    @pytest.mark.parametrize("amount", [400, 599])
    def test_a_refund_of_any_part_counts(self, fake_stripe, subscriber, split, by, amount):
        part = split.parts.get(amount=amount).stripe_id
        fake_stripe.sandbox.refund(part)
        assert set(fake_stripe.deliver()) == {200} if by == "webhook" else resync()["changed"]
        assert returned(split) == (amount, amount * 1000 // 999, 0)
        assert credits_of(subscriber) == 2100 - amount * 1000 // 999
        assert_resync_agrees(subscriber)

    @pytest.mark.parametrize("by", ["webhook", "resync"])
    def test_a_refund_and_a_dispute_of_both_parts_claw_back_everything(
        self, fake_stripe, subscriber, split, by
    ):
        fake_stripe.sandbox.refund(split.parts.get(amount=400).stripe_id)
        dispute = fake_stripe.sandbox.dispute(split.parts.get(amount=599).stripe_id)
        assert set(fake_stripe.deliver()) == {200} if by == "webhook" else resync()["changed"]
        assert returned(split) == (999, 1000, 0)
        assert parts(split) == [(400, 400, 0), (599, 0, 599)]
        assert_resync_agrees(subscriber)
        fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
        assert set(fake_stripe.deliver()) == {200} if by == "webhook" else resync()["changed"]
        assert returned(split) == (400, 400, 0)
        assert_resync_agrees(subscriber)

    def test_a_refund_before_the_rest_is_paid_counts_by_webhooks(self, fake_stripe, subscriber, open_invoice):
        fake_stripe.sandbox.pay_part(open_invoice, amount=400)
        charge = fake_stripe.api.v1.charges.list({"customer": subscriber.stripe_customer_id}).data[0]
        fake_stripe.sandbox.refund(charge.id)
        assert set(fake_stripe.deliver()) == {200}
        assert not Payment.objects.filter(stripe_id=open_invoice).exists()
        fake_stripe.api.v1.invoices.pay(open_invoice)
        assert set(fake_stripe.deliver()) == {200}
        assert returned(Payment.objects.get(stripe_id=open_invoice)) == (400, 400, 0)
        assert_resync_agrees(subscriber)

    def test_a_refund_reported_first_records_the_payment(self, fake_stripe, subscriber, open_invoice):
        for amount in (400, 599):
            fake_stripe.sandbox.pay_part(open_invoice, amount=amount)
        fake_stripe.drop_events()
        charge = fake_stripe.api.v1.charges.list({"customer": subscriber.stripe_customer_id}).data[0]
        fake_stripe.sandbox.refund(charge.id, amount=100)
        assert set(fake_stripe.deliver(["refund.created"])) == {200}
        assert returned(Payment.objects.get(stripe_id=open_invoice)) == (100, 100, 0)
        assert_resync_agrees(subscriber)

    def test_the_rest_paid_outside_of_stripe_counts_as_paid(self, fake_stripe, subscriber, open_invoice):
        fake_stripe.sandbox.pay_part(open_invoice, amount=400)
        fake_stripe.api.v1.invoices.pay(open_invoice, {"paid_out_of_band": True})
        assert set(fake_stripe.deliver()) == {200}
        payment = Payment.objects.get(stripe_id=open_invoice)
        assert (payment.amount_paid, parts(payment)) == (999, [(400, 0, 0)])
        fake_stripe.sandbox.refund(payment.parts.get().stripe_id)
        assert set(fake_stripe.deliver()) == {200}
        assert returned(payment) == (400, 400, 0)
        assert_resync_agrees(subscriber)

    def test_a_payment_outside_of_stripe_has_no_parts(self, fake_stripe, subscriber, open_invoice):
        fake_stripe.api.v1.invoices.pay(open_invoice, {"paid_out_of_band": True})
        assert set(fake_stripe.deliver()) == {200}
        assert parts(Payment.objects.get(stripe_id=open_invoice)) == []
        assert credits_of(subscriber) == 2100
        assert_resync_agrees(subscriber)

    def test_an_invoice_partly_paid_from_the_balance_is_clawed_back_by_the_rest(
        self, fake_stripe, subscriber
    ):
        fake_stripe.api.v1.customers.update(subscriber.stripe_customer_id, {"balance": -399})
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        assert set(fake_stripe.deliver()) == {200}
        payment = Payment.objects.latest("id")
        assert (payment.total, payment.amount_paid, parts(payment)) == (999, 600, [(600, 0, 0)])
        fake_stripe.sandbox.refund(payment.stripe_id, amount=300)
        assert set(fake_stripe.deliver()) == {200}
        assert returned(payment) == (300, 500, 0)
        assert_resync_agrees(subscriber)

    def test_a_payment_of_two_invoices_returns_a_share_to_each(self, fake_stripe, subscriber, open_invoice):
        """Of 1,497 received for a pack and attached to an invoice of 999."""
        create_pack()
        session = fake_stripe.api.v1.checkout.sessions.create(
            {
                "mode": "payment",
                "customer": subscriber.stripe_customer_id,
                "line_items": [{"price": PACK_PRICE, "quantity": 3}],
                "success_url": "https://shop.example/thanks",
            }
        )
        fake_stripe.sandbox.pay(session.id)
        intent = fake_stripe.api.v1.checkout.sessions.retrieve(session.id).payment_intent
        fake_stripe.sandbox.attach_payment(open_invoice, str(intent))
        fake_stripe.sandbox.refund(str(intent), amount=499)
        assert set(fake_stripe.deliver()) == {200}
        assert returned(Payment.objects.get(stripe_id=session.id)) == (499, 500, 0)
        assert returned(Payment.objects.get(stripe_id=open_invoice)) == (333, 333, 0)
        assert_resync_agrees(subscriber)

    def test_more_payments_than_a_response_holds_are_listed(self, fake_stripe, subscriber, open_invoice):
        for amount in [*[10] * 11, 889]:
            fake_stripe.sandbox.pay_part(open_invoice, amount=amount)
        assert set(fake_stripe.deliver()) == {200}
        payment = Payment.objects.get(stripe_id=open_invoice)
        assert parts(payment) == [*[(10, 0, 0)] * 11, (889, 0, 0)]
        assert_resync_agrees(subscriber)

    def test_a_charge_without_a_payment_intent_counts(self, fake_stripe, subscriber):
        """Invoices of older accounts name such a charge."""
        payment = Payment.objects.get()
        charge = fake_stripe.api.v1.charges.list({"customer": subscriber.stripe_customer_id}).data[0].id
        payment.parts.update(stripe_id=charge)
        fake_stripe.sandbox.refund(charge, amount=333)
        (event,) = fake_stripe.new_events(["charge.refunded"])
        event["data"]["object"]["payment_intent"] = None
        assert fake_stripe.post(event).status_code == 200
        assert returned(payment) == (333, 333, 0)

    def test_a_charge_that_paid_nothing_of_ours_is_ignored(self, fake_stripe, subscriber):
        fake_stripe.sandbox.refund(Payment.objects.get().stripe_id)
        (event,) = fake_stripe.new_events(["charge.refunded"])
        event["data"]["object"]["payment_intent"] = None
        assert fake_stripe.post(event).status_code == 200
        assert credits_of(subscriber) == 1100


class TestFailedRefund:
    @pytest.fixture
    def paid(self, subscriber):
        return Payment.objects.get(user=subscriber)

    @pytest.mark.parametrize("by", ["refund.failed", "refund.updated", "charge.refund.updated", "resync"])
    def test_a_failed_refund_returns_the_credits(self, fake_stripe, subscriber, paid, by):
        refund = fake_stripe.sandbox.refund(paid.stripe_id)
        assert set(fake_stripe.deliver()) == {200}
        assert (credits_of(subscriber), returned(paid)) == (100, (999, 1000, 0))
        fake_stripe.sandbox.fail_refund(refund["id"])
        assert resync()["changed"] if by == "resync" else fake_stripe.deliver([by]) == [200]
        assert (credits_of(subscriber), returned(paid)) == (1100, (0, 0, 0))
        assert_resync_agrees(subscriber)

    def test_a_canceled_refund_returns_the_credits(self, fake_stripe, subscriber, paid):
        refund = fake_stripe.sandbox.refund(paid.stripe_id)
        fake_stripe.sandbox.fail_refund(refund["id"], status="canceled")
        for event in reversed(fake_stripe.new_events()):
            assert fake_stripe.post(event).status_code == 200
        assert (credits_of(subscriber), returned(paid)) == (1100, (0, 0, 0))

    def test_only_the_failed_one_of_several_refunds_returns_credits(self, fake_stripe, subscriber, paid):
        refunds = [fake_stripe.sandbox.refund(paid.stripe_id, amount=111) for _ in range(4)]
        fake_stripe.sandbox.fail_refund(refunds[1]["id"])
        assert set(fake_stripe.deliver()) == {200}
        assert returned(paid) == (333, 333, 0)
        assert_resync_agrees(subscriber)

    def test_more_refunds_than_a_response_holds_are_summed(self, fake_stripe, subscriber, paid):
        refunds = [fake_stripe.sandbox.refund(paid.stripe_id, amount=50) for _ in range(12)]
        fake_stripe.sandbox.fail_refund(refunds[0]["id"])
        (last, *_) = reversed(fake_stripe.new_events(["refund.created"]))
        assert fake_stripe.post(last).status_code == 200
        assert returned(paid)[0] == 550
        assert_resync_agrees(subscriber)

    def test_a_refund_is_counted_by_its_status_whatever_the_charge_says(self):
        refunds = [
            {"amount": 100, "status": status}
            for status in ("succeeded", "pending", "requires_action", "failed", "canceled", None)
        ]
        charge = {"id": "ch_1", "amount_refunded": 600, "refunds": {"data": refunds, "has_more": False}}
        assert Charge.from_stripe(charge).refunded == 400
        assert Charge.from_stripe({"id": "ch_1", "amount_refunded": 600}).refunded == 600

    def test_a_refund_without_a_charge_is_found_by_its_payment_intent(self, fake_stripe, subscriber, paid):
        fake_stripe.sandbox.refund(paid.stripe_id)
        (event,) = fake_stripe.new_events(["refund.created"])
        event["data"]["object"]["charge"] = None
        assert fake_stripe.post(event).status_code == 200
        assert credits_of(subscriber) == 100

    def test_a_refund_without_any_payment_is_recorded(self, fake_stripe, subscriber, paid):
        fake_stripe.sandbox.refund(paid.stripe_id)
        (event,) = fake_stripe.new_events(["refund.created"])
        event["data"]["object"] |= {"charge": None, "payment_intent": None}
        assert fake_stripe.post(event).status_code == 200
        assert credits_of(subscriber) == 1100

    def test_a_failed_refund_does_not_return_spent_credits(self, fake_stripe, subscriber, paid):
        ledger.spend(user_id=subscriber.pk, amount=700, action_type="work", key="work")
        refund = fake_stripe.sandbox.refund(paid.stripe_id)
        fake_stripe.deliver()
        assert returned(paid) == (999, 400, 600)
        fake_stripe.sandbox.fail_refund(refund["id"])
        assert set(fake_stripe.deliver()) == {200}
        assert (credits_of(subscriber), returned(paid)) == (400, (0, 0, 0))

    def test_a_resync_of_customers_with_events_sees_refunds(self, fake_stripe, subscriber, paid):
        refund = fake_stripe.sandbox.refund(paid.stripe_id)
        since = paid.paid_at
        fake_stripe.sandbox.fail_refund(refund["id"])
        assert subscriber.stripe_customer_id in list_customers_with_events(since=since)


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


class TestShare:
    @pytest.mark.parametrize(
        ("found", "amount", "share"),
        [
            (Returned(charged=999), 999, (0, 0)),
            (Returned(charged=999, refunded=333), 999, (333, 0)),
            (Returned(charged=999, refunded=333, disputed=666), 999, (333, 666)),
            (Returned(charged=999, refunded=999, disputed=999), 999, (499, 500)),
            (Returned(charged=1000, refunded=500), 600, (300, 0)),
            (Returned(charged=1000, refunded=1000), 600, (600, 0)),
            (Returned(charged=0, refunded=10), 999, (10, 0)),
            (Returned(charged=0), 0, (0, 0)),
        ],
    )
    def test_examples(self, found, amount, share):
        assert share_of_part(found, amount=amount) == share
