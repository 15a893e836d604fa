"""Work that is due without an event: instalments and the end of grace periods."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from billing import services
from billing.models import Payment, Plan
from billing.tests.catalog import create_plan
from billing.tests.support import credits_of
from credits.models import AiCreditLog

pytestmark = pytest.mark.django_db


def process_due(user, *, days):
    return services.process_due(user=User.objects.get(pk=user.pk), at=timezone.now() + timedelta(days=days))


def due(*, days):
    return set(services.due_users(at=timezone.now() + timedelta(days=days)))


@pytest.fixture
def yearly(fake_stripe, user):
    """A user who paid for a yearly plan that grants 1,000 credits in twelve instalments."""
    create_plan(
        "year",
        fake_stripe.create_price(cents=12_000, interval="year"),
        credits_per_period=1000,
        instalments=12,
    )
    fake_stripe.subscribe(user, plan="year")
    return user


class TestInstalments:
    def test_the_first_instalment_is_granted_with_the_payment(self, yearly):
        assert credits_of(yearly) == 100 + 83
        payment = Payment.objects.get()
        assert (payment.credits, payment.credits_granted, payment.instalments_left) == (1000, 83, 11)

    def test_each_instalment_has_its_own_key(self, yearly):
        process_due(yearly, days=70)
        payment = Payment.objects.get()
        keys = AiCreditLog.objects.filter(user=yearly).order_by("id").values_list("idempotency_key", "amount")
        assert list(keys)[1:] == [
            (f"stripe:invoice:{payment.stripe_id}:1", 83),
            (f"stripe:invoice:{payment.stripe_id}:2", 83),
            (f"stripe:invoice:{payment.stripe_id}:3", 84),
        ]

    def test_instalments_add_up_to_the_entitlement(self, yearly):
        for days in range(0, 400, 25):
            process_due(yearly, days=days)
        assert credits_of(yearly) == 1100
        assert due(days=4000) == set()

    def test_one_late_run_grants_all_due_instalments(self, yearly):
        assert process_due(yearly, days=366).has_changes
        assert credits_of(yearly) == 1100
        assert not process_due(yearly, days=366).has_changes

    def test_no_instalment_is_granted_early(self, yearly):
        assert due(days=29) == set()
        assert due(days=31) == {yearly}
        assert not process_due(yearly, days=29).has_changes
        assert credits_of(yearly) == 183

    def test_another_event_of_the_payment_grants_no_instalment(self, yearly, fake_stripe):
        services.resync_customer(customer_id=yearly.stripe_customer_id)
        assert credits_of(yearly) == 183

    def test_a_refund_reduces_past_and_future_instalments(self, yearly, fake_stripe):
        payment = Payment.objects.get()
        fake_stripe.sandbox.refund(payment.stripe_id, amount=6000)
        fake_stripe.deliver()
        assert credits_of(yearly) == 183 - 41
        process_due(yearly, days=366)
        assert credits_of(yearly) == 100 + 500

    def test_instalments_after_a_full_refund_grant_nothing(self, yearly, fake_stripe):
        fake_stripe.sandbox.refund(Payment.objects.get().stripe_id)
        fake_stripe.deliver()
        process_due(yearly, days=366)
        assert credits_of(yearly) == 100

    def test_editing_a_plan_keeps_its_instalments(self, yearly):
        Plan.objects.filter(slug="year").update(instalments=1, credits_per_period=5)
        process_due(yearly, days=366)
        assert credits_of(yearly) == 1100


class TestGrace:
    @pytest.fixture
    def late(self, fake_stripe, subscriber):
        fake_stripe.sandbox.decline_cards(subscriber.stripe_customer_id)
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        fake_stripe.deliver()
        subscriber.refresh_from_db()
        assert (subscriber.plan, subscriber.subscription_status) == ("pro", "past_due")
        return subscriber

    # The renewed period starts a month ahead of this process's clock.
    @pytest.mark.parametrize(("days", "plan"), [(40, "pro"), (46, "free")])
    def test_the_grace_period_ends_without_an_event(self, late, days, plan):
        process_due(late, days=days)
        late.refresh_from_db()
        assert (late.plan, late.subscription_status) == (plan, "past_due")

    def test_an_ended_grace_period_is_not_due_again(self, late):
        assert due(days=46) == {late}
        process_due(late, days=46)
        assert due(days=46) == set()

    def test_a_payment_ends_the_grace_period(self, late, fake_stripe):
        fake_stripe.sandbox.restore_cards(late.stripe_customer_id)
        subscription = fake_stripe.api.v1.subscriptions.retrieve(late.subscription_id)
        fake_stripe.sandbox.retry(subscription.latest_invoice)
        process_due(late, days=46)  # the webhooks were lost
        late.refresh_from_db()
        assert (late.plan, late.subscription_status) == ("pro", "active")


class TestCommand:
    def test_command_processes_due_users(self, yearly):
        Payment.objects.update(next_instalment_at=timezone.now())
        out = io.StringIO()
        call_command("process_due_billing", stdout=out)
        assert out.getvalue() == "1 users changed, 0 customers deleted.\n"
        assert credits_of(yearly) == 100 + 83 + 83

    def test_quiet_prints_nothing(self, yearly):
        out = io.StringIO()
        call_command("process_due_billing", "--quiet", stdout=out)
        assert out.getvalue() == ""

    def test_a_failing_user_does_not_stop_the_others(self, yearly, fake_stripe, subscriber):
        User.objects.filter(pk=subscriber.pk).update(subscription_status="past_due")
        Payment.objects.filter(user=yearly).update(next_instalment_at=timezone.now())
        fake_stripe.sandbox.fail(path="/v1/subscriptions", status=400)
        err = io.StringIO()
        with pytest.raises(CommandError, match="1 users could not"):
            call_command("process_due_billing", stdout=io.StringIO(), stderr=err)
        assert f"user {subscriber.pk}" in err.getvalue()
        assert credits_of(yearly) == 100 + 83 + 83

    def test_help_of_process_due_billing_has_examples(self, capsys):
        with pytest.raises(SystemExit):
            call_command("process_due_billing", "--help")
        assert "--quiet" in capsys.readouterr().out
