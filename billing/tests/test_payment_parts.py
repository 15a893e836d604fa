"""An invoice may be paid by several payments; each of them may be refunded."""

import pytest

from accounts.tests.test_resync import resync
from billing.models import Payment
from billing.rules.clawbacks import share_of_part
from billing.stripe_payments import Returned
from billing.tests.catalog import PACK_PRICE, create_pack
from billing.tests.support import assert_resync_agrees, credits_of, parts, returned

pytestmark = pytest.mark.django_db


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
