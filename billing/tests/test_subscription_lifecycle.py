"""The life of a subscription: the user's row and the ledger after each webhook."""

import copy
import logging
from datetime import UTC, datetime

import pytest
from djstripe import models as mirror
from djstripe.signals import WEBHOOK_SIGNALS

from billing import services
from billing.models import Payment, Plan
from billing.stripe_api.namespace import user_id_key
from billing.tests.catalog import create_plan, forget_prices, sell_at
from billing.tests.support import credits_of
from billing.webhooks.handlers import HANDLED_EVENTS
from credits.models import AiCreditLog

pytestmark = pytest.mark.django_db


def ledger_entries(user):
    return list(AiCreditLog.objects.filter(user=user).order_by("id").values_list("action_type", "amount"))


def subscription_of(user):
    user.refresh_from_db()
    return user.plan, user.subscription_status, user.cancel_at_period_end


class TestSubscribing:
    def test_subscribing_sets_the_plan_and_grants_its_credits(self, fake_stripe, user):
        subscription_id = fake_stripe.subscribe(user)
        assert subscription_of(user) == ("pro", "active", False)
        assert user.subscription_id == subscription_id
        assert user.current_period_end > datetime.now(UTC)
        assert ledger_entries(user) == [("signup", 100), ("subscription_start", 1000)]

    def test_subscribing_records_a_payment(self, fake_stripe, user):
        fake_stripe.subscribe(user)
        payment = Payment.objects.get(user=user)
        assert (payment.plan.slug, payment.credits, payment.amount_paid, payment.currency) == (
            "pro",
            1000,
            999,
            "usd",
        )
        (part,) = payment.parts.all()
        assert (part.stripe_id[:3], part.amount, part.amount_returned) == ("pi_", 999, 0)
        assert (payment.subtotal, payment.tax, payment.total) == (999, 0, 999)
        assert payment.ledger_key == f"stripe:invoice:{payment.stripe_id}"
        assert str(payment) == payment.stripe_id

    def test_a_dashboard_subscription_counts(self, fake_stripe, user):
        fake_stripe.subscribe_in_dashboard(user)
        fake_stripe.deliver()
        assert subscription_of(user)[:2] == ("pro", "active")
        assert credits_of(user) == 1100

    def test_two_subscriptions_grant_twice_and_the_newest_counts(self, fake_stripe, user, settings):
        settings.ALLOW_SEVERAL_SUBSCRIPTIONS = True
        create_plan("max", fake_stripe.create_price(cents=2999), credits_per_period=5000)
        fake_stripe.subscribe(user)
        fake_stripe.sandbox.advance(seconds=5)
        newer = fake_stripe.subscribe(user, plan="max")
        assert subscription_of(user)[:2] == ("max", "active")
        assert user.subscription_id == newer
        assert credits_of(user) == 6100
        fake_stripe.api.v1.subscriptions.cancel(newer)
        fake_stripe.deliver()
        assert subscription_of(user)[:2] == ("pro", "active")


class TestRenewal:
    def test_a_renewal_grants_again(self, fake_stripe, subscriber):
        end = subscriber.current_period_end
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        fake_stripe.deliver()
        assert ledger_entries(subscriber)[-1] == ("subscription_renewal", 1000)
        subscriber.refresh_from_db()
        assert subscriber.current_period_end > end

    def test_a_renewal_follows_the_edited_plan(self, fake_stripe, subscriber):
        Plan.objects.filter(slug="pro").update(credits_per_period=300)
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        fake_stripe.deliver()
        assert ledger_entries(subscriber)[1:] == [("subscription_start", 1000), ("subscription_renewal", 300)]

    def test_a_failed_renewal_is_past_due_and_recovers(self, fake_stripe, subscriber):
        fake_stripe.sandbox.decline_cards(subscriber.stripe_customer_id)
        renewed = fake_stripe.sandbox.renew(subscriber.subscription_id)
        assert set(fake_stripe.deliver()) == {200}
        assert subscription_of(subscriber) == ("pro", "past_due", False)
        assert credits_of(subscriber) == 1100
        fake_stripe.sandbox.restore_cards(subscriber.stripe_customer_id)
        fake_stripe.sandbox.retry(renewed["latest_invoice"])
        fake_stripe.deliver()
        assert subscription_of(subscriber) == ("pro", "active", False)
        assert credits_of(subscriber) == 2100

    def test_a_failed_renewal_keeps_the_plan_for_the_grace_period(self, fake_stripe, subscriber, settings):
        fake_stripe.sandbox.decline_cards(subscriber.stripe_customer_id)
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        # The renewed period starts a month ahead of this process's clock, so a grace period that ends now is negative.
        settings.PAST_DUE_GRACE_DAYS = -40
        fake_stripe.deliver()
        assert subscription_of(subscriber)[:2] == ("free", "past_due")

    @pytest.mark.parametrize(("outcome", "plan"), [("canceled", "free"), ("unpaid", "free")])
    def test_a_renewal_that_fails_finally_ends_the_plan(self, fake_stripe, subscriber, outcome, plan):
        fake_stripe.sandbox.settings(after_retries=outcome)
        fake_stripe.sandbox.decline_cards(subscriber.stripe_customer_id)
        fake_stripe.sandbox.advance(days=60)
        assert set(fake_stripe.deliver()) == {200}
        assert subscription_of(subscriber)[:2] == (plan, outcome)
        assert credits_of(subscriber) == 1100


class TestEnding:
    def test_cancellation_at_period_end_is_stored_and_reversible(self, fake_stripe, subscriber):
        update = fake_stripe.api.v1.subscriptions.update
        update(subscriber.subscription_id, {"cancel_at_period_end": True})
        fake_stripe.deliver()
        assert subscription_of(subscriber) == ("pro", "active", True)
        update(subscriber.subscription_id, {"cancel_at_period_end": False})
        fake_stripe.deliver()
        assert subscription_of(subscriber) == ("pro", "active", False)

    def test_immediate_cancellation_keeps_the_credits(self, fake_stripe, subscriber):
        fake_stripe.api.v1.subscriptions.cancel(subscriber.subscription_id)
        fake_stripe.deliver()
        assert subscription_of(subscriber) == ("free", "canceled", False)
        assert credits_of(subscriber) == 1100

    def test_a_former_subscriber_can_subscribe_again(self, fake_stripe, subscriber):
        fake_stripe.api.v1.subscriptions.cancel(subscriber.subscription_id)
        fake_stripe.deliver()
        fake_stripe.sandbox.advance(seconds=5)
        subscriber.refresh_from_db()
        again = fake_stripe.subscribe(subscriber)
        assert subscription_of(subscriber) == ("pro", "active", False)
        assert subscriber.subscription_id == again
        assert credits_of(subscriber) == 2100

    def test_deleting_the_customer_ends_the_plan(self, fake_stripe, subscriber):
        fake_stripe.api.v1.customers.delete(subscriber.stripe_customer_id)
        assert set(fake_stripe.deliver()) == {200}
        assert subscription_of(subscriber) == ("free", "canceled", False)
        assert credits_of(subscriber) == 1100

    def test_events_of_a_deleted_customer_may_come_in_any_order(self, fake_stripe, subscriber):
        fake_stripe.api.v1.customers.delete(subscriber.stripe_customer_id)
        for event in reversed(fake_stripe.new_events()):
            assert fake_stripe.post(event).status_code == 200
        assert subscription_of(subscriber) == ("free", "canceled", False)

    def test_a_payment_reported_after_the_customers_deletion_is_granted(self, fake_stripe, subscriber):
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        late = fake_stripe.new_events()
        fake_stripe.api.v1.customers.delete(subscriber.stripe_customer_id)
        fake_stripe.deliver()
        assert credits_of(subscriber) == 1100
        assert {fake_stripe.post(event).status_code for event in late} == {200}
        assert credits_of(subscriber) == 2100


class TestVariants:
    def test_pausing_collection_keeps_what_stripe_calls_active(self, fake_stripe, subscriber):
        fake_stripe.api.v1.subscriptions.update(
            subscriber.subscription_id, {"pause_collection": {"behavior": "void"}}
        )
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        fake_stripe.deliver()
        assert subscription_of(subscriber)[:2] == ("pro", "active")
        assert credits_of(subscriber) == 1100

    def test_a_trial_gives_the_trials_credits_and_then_the_plans(self, fake_stripe, user):
        Plan.objects.filter(slug="pro").update(trial_credits=50)
        subscription_id = fake_stripe.subscribe_in_dashboard(user, trial_period_days=7)
        fake_stripe.deliver()
        assert subscription_of(user)[:2] == ("pro", "trialing")
        assert credits_of(user) == 150
        fake_stripe.api.v1.subscriptions.update(subscription_id, {"trial_end": "now"})
        fake_stripe.deliver()
        assert subscription_of(user)[:2] == ("pro", "active")
        assert ledger_entries(user)[1:] == [("subscription_start", 50), ("subscription_renewal", 1000)]

    def test_an_extended_trial_gives_the_trials_credits_once(self, fake_stripe, user):
        Plan.objects.filter(slug="pro").update(trial_credits=50)
        subscription_id = fake_stripe.subscribe_in_dashboard(user, trial_period_days=7)
        for days in (20, 40):
            trial_end = fake_stripe.sandbox.now() + days * 86_400
            fake_stripe.api.v1.subscriptions.update(subscription_id, {"trial_end": trial_end})
        assert set(fake_stripe.deliver()) == {200}
        assert subscription_of(user)[:2] == ("pro", "trialing")
        assert credits_of(user) == 150
        fake_stripe.api.v1.subscriptions.update(subscription_id, {"trial_end": "now"})
        assert set(fake_stripe.deliver()) == {200}
        assert credits_of(user) == 1150

    def test_quantity_multiplies_the_credits(self, fake_stripe, user):
        fake_stripe.subscribe_in_dashboard(
            user, items=[{"price": "price_sandbox_pro_monthly", "quantity": 3}]
        )
        fake_stripe.deliver()
        assert credits_of(user) == 3100

    def test_an_invoice_paid_by_a_full_coupon_is_granted(self, fake_stripe, user):
        coupon = fake_stripe.api.v1.coupons.create({"percent_off": 100, "duration": "forever"})
        fake_stripe.subscribe_in_dashboard(user, discounts=[{"coupon": coupon.id}])
        assert set(fake_stripe.deliver()) == {200}
        assert subscription_of(user)[:2] == ("pro", "active")
        assert credits_of(user) == 1100
        assert Payment.objects.get(user=user).amount_paid == 0

    def test_a_failed_first_payment_grants_nothing(self, fake_stripe, user):
        fake_stripe.subscribe_in_dashboard(user, card="pm_card_chargeCustomerFail")
        assert set(fake_stripe.deliver()) == {200}
        assert subscription_of(user)[:2] == ("free", "incomplete")
        fake_stripe.sandbox.advance(hours=24)
        fake_stripe.deliver()
        assert subscription_of(user)[:2] == ("free", "incomplete_expired")
        assert credits_of(user) == 100


class TestKnownPitfalls:
    def test_a_customers_discount_does_not_break_its_webhooks(self, fake_stripe, subscriber):
        """dj-stripe reads the coupon from its place before the API of 2025."""
        coupon = fake_stripe.api.v1.coupons.create({"percent_off": 20, "duration": "forever"})
        fake_stripe.sandbox.discount_customer(subscriber.stripe_customer_id, coupon=coupon.id)
        assert fake_stripe.deliver() == [200]
        customer = mirror.Customer.objects.get(id=subscriber.stripe_customer_id)
        assert customer.stripe_data["discount"]["source"]["coupon"] == coupon.id
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        assert set(fake_stripe.deliver()) == {200}
        assert credits_of(subscriber) == 2100

    def test_syncing_a_session_writes_nothing_to_stripe(self, fake_stripe, user):
        """dj-stripe POSTs to the customer for a session with its own key in the metadata."""
        fake_stripe.subscribe(user, deliver=False)
        before = fake_stripe.api.v1.customers.retrieve(user.stripe_customer_id).to_dict()
        assert set(fake_stripe.deliver()) == {200}
        assert fake_stripe.api.v1.customers.retrieve(user.stripe_customer_id).to_dict() == before

    def test_a_changed_email_does_not_stop_the_checkout(self, fake_stripe, user):
        fake_stripe.checkout(user)
        user.email = "another@example.com"
        user.save()
        assert fake_stripe.checkout(user)

    def test_every_event_with_a_receiver_is_subscribed_to(self):
        ours = {
            name
            for name, signal in WEBHOOK_SIGNALS.items()
            for receiver in signal.receivers
            if "billing" in str(receiver[1])
        }
        assert ours <= set(HANDLED_EVENTS) <= set(WEBHOOK_SIGNALS)


class TestOwnership:
    def test_a_customer_of_another_project_is_recorded_and_ignored(self, fake_stripe, user):
        api = fake_stripe.api.v1
        other_customer = api.customers.create(
            {
                "email": user.email,  # an email proves no ownership
                "payment_method": "pm_card_visa",
                "invoice_settings": {"default_payment_method": "pm_card_visa"},
            }
        )
        api.subscriptions.create(
            {"customer": other_customer.id, "items": [{"price": "price_sandbox_pro_monthly"}]}
        )
        assert set(fake_stripe.deliver()) == {200}
        assert mirror.Event.objects.filter(type="invoice.paid").exists()
        assert subscription_of(user) == ("free", None, False)
        assert credits_of(user) == 100
        assert not Payment.objects.exists()

    @pytest.mark.parametrize("claim", ["", "abc", "-1", "1e3", "999999999999999999", "9" * 40, "٣"])
    def test_an_invalid_user_id_on_a_customer_links_no_user(self, fake_stripe, user, claim):
        fake_stripe.api.v1.customers.create({"metadata": {user_id_key(): claim}} if claim else {})
        assert fake_stripe.deliver() == [200]
        assert mirror.Customer.objects.get().subscriber is None

    def test_a_customer_with_the_users_id_is_linked_to_a_user_without_one(self, fake_stripe, user):
        customer = fake_stripe.api.v1.customers.create({"metadata": {user_id_key(): str(user.pk)}})
        fake_stripe.deliver()
        user.refresh_from_db()
        assert user.stripe_customer_id == customer.id
        assert mirror.Customer.objects.get().subscriber == user

    def test_a_second_customer_with_the_users_id_is_not_linked(self, fake_stripe, subscriber):
        fake_stripe.api.v1.customers.create({"metadata": {user_id_key(): str(subscriber.pk)}})
        before = subscriber.stripe_customer_id
        fake_stripe.deliver()
        subscriber.refresh_from_db()
        assert subscriber.stripe_customer_id == before

    def test_an_event_that_names_another_customer_than_stripe_is_only_recorded(
        self, fake_stripe, subscriber, caplog
    ):
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        event = next(one for one in fake_stripe.new_events() if one["type"] == "invoice.paid")
        event["data"]["object"]["customer"] = "cus_unknown"
        assert fake_stripe.post(event).status_code == 200
        assert mirror.Event.objects.filter(id=event["id"]).exists()
        assert credits_of(subscriber) == 1100
        assert f"{event['id']} (invoice.paid) is recorded, but not processed: CustomerMismatch" in caplog.text

    def test_an_event_without_a_customer_is_recorded(self, fake_stripe):
        fake_stripe.create_price(cents=100)
        assert fake_stripe.deliver() == [200, 200]
        assert mirror.Price.objects.count() == 1


class TestUnmappedPrice:
    @pytest.fixture
    def paid(self, fake_stripe, user, caplog, settings):
        settings.STRIPE_PRICE_ID = ""
        forget_prices("pro")
        fake_stripe.subscribe_in_dashboard(user)
        assert set(fake_stripe.deliver()) == {200}
        return Payment.objects.get(user=user)

    def test_a_payment_at_an_unmapped_price_is_recorded_and_logged_without_credits(self, paid, user, caplog):
        assert (paid.credits, paid.plan, paid.stripe_price_id) == (None, None, "price_sandbox_pro_monthly")
        errors = [record for record in caplog.get_records("setup") if record.levelno == logging.ERROR]
        assert any(paid.stripe_id in record.getMessage() for record in errors)
        assert subscription_of(user) == ("free", None, False)  # it may be for another product
        assert credits_of(user) == 100

    def test_a_payment_reported_again_is_granted_once_its_price_is_mapped(self, paid, user, fake_stripe):
        sell_at(Plan.objects.get(slug="pro"), "price_sandbox_pro_monthly")
        services.resync_customer(customer_id=user.stripe_customer_id)
        paid.refresh_from_db()
        assert (paid.credits, paid.plan.slug) == (1000, "pro")
        assert credits_of(user) == 1100
        assert subscription_of(user)[:2] == ("pro", "active")


class TestIdempotency:
    def test_a_repeated_event_changes_nothing(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        events = fake_stripe.new_events()
        for _ in range(3):
            assert {fake_stripe.post(event).status_code for event in events} == {200}
        assert credits_of(user) == 1100
        assert mirror.Event.objects.filter(type="invoice.paid").count() == 1

    def test_two_events_of_one_payment_grant_once(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        for event in fake_stripe.new_events(["invoice.paid", "checkout.session.completed"]):
            fake_stripe.post(event)
        assert ledger_entries(user) == [("signup", 100), ("subscription_start", 1000)]

    def test_another_event_of_the_same_invoice_grants_nothing(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        event = next(one for one in fake_stripe.new_events() if one["type"] == "invoice.paid")
        for number in range(3):
            assert fake_stripe.post({**event, "id": f"evt_again_{number}"}).status_code == 200
        assert credits_of(user) == 1100

    def test_any_order_of_events_has_the_same_result(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        fake_stripe.sandbox.advance(days=32)
        subscription = fake_stripe.api.v1.subscriptions.list({"customer": user.stripe_customer_id}).data[0]
        fake_stripe.api.v1.subscriptions.cancel(subscription.id)
        for event in reversed(fake_stripe.new_events()):
            assert fake_stripe.post(event).status_code == 200
        assert subscription_of(user) == ("free", "canceled", False)
        assert credits_of(user) == 2100

    def test_the_payload_of_an_event_is_not_trusted(self, fake_stripe, user):
        """A payload may be outdated; the current state in Stripe counts."""
        fake_stripe.subscribe(user, deliver=False)
        for event in fake_stripe.new_events():
            lie = copy.deepcopy(event)
            lie["data"]["object"] |= {"status": "canceled", "amount_paid": 1, "lines": {"data": []}}
            fake_stripe.post(lie)
        assert subscription_of(user)[:2] == ("pro", "active")
        assert credits_of(user) == 1100
