"""A refund that fails gives the credits back."""

import pytest

from accounts.tests.test_resync import resync
from billing.models import Payment
from billing.stripe_api.fetch_all import list_customers_with_events
from billing.stripe_payments import Charge
from billing.tests.support import assert_resync_agrees, credits_of, returned
from credits import services as ledger

pytestmark = pytest.mark.django_db


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
