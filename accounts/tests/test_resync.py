"""`manage.py resync_customers` after lost webhooks."""

import io
import json
import signal
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.tests.factories import UserFactory
from billing import services
from billing.models import Payment, Plan
from billing.signals import payment_recorded
from billing.stripe_api.namespace import user_id_key
from billing.tests.catalog import create_pack, forget_prices, sell_at
from billing.tests.support import state_of
from credits import services as ledger
from credits.models import AiCreditLog

pytestmark = pytest.mark.django_db


def resync(**options):
    """Run the command and return its JSON output."""
    out = io.StringIO()
    call_command("resync_customers", stdout=out, stderr=io.StringIO(), json=True, workers=1, **options)
    return json.loads(out.getvalue())


def dump():
    """Return every row of every table."""
    rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"select to_jsonb(t)::text from {table} t order by 1")
            rows[model._meta.label] = cursor.fetchall()
    return rows


class TestAllEventsLost:
    def test_resync_restores_plan_status_and_credits(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        fake_stripe.sandbox.advance(days=32)
        fake_stripe.drop_events()
        assert state_of(user) == ("free", None, 100)
        answer = resync()
        assert state_of(user) == ("pro", "active", 2100)
        (changed,) = answer["changed"]
        assert changed["user"] == user.pk
        assert changed["fields"]["plan"] == {"from": "free", "to": "pro"}
        assert len(changed["payments"]) == 2
        assert answer["failed"] == {}

    def test_resync_posts_the_entries_that_webhooks_would_have_posted(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        fake_stripe.sandbox.advance(days=32)
        resync()
        entries = AiCreditLog.objects.filter(user=user).order_by("id").values_list("action_type", "amount")
        assert list(entries) == [
            ("signup", 100),
            ("subscription_start", 1000),
            ("subscription_renewal", 1000),
        ]

    def test_a_second_resync_changes_nothing(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        resync()
        assert resync()["changed"] == []
        assert state_of(user) == ("pro", "active", 1100)

    def test_webhooks_after_a_resync_change_nothing(self, fake_stripe, user):
        create_pack()
        fake_stripe.subscribe(user, deliver=False)
        session = services.create_checkout_session(user=user, pack="pack")
        fake_stripe.sandbox.pay(session.id)
        fake_stripe.sandbox.refund(session.id, amount=100)
        resync()
        before = state_of(user), AiCreditLog.objects.count(), list(Payment.objects.order_by("id").values())
        assert set(fake_stripe.deliver()) == {200}
        after = state_of(user), AiCreditLog.objects.count(), list(Payment.objects.order_by("id").values())
        assert after == before

    def test_resync_covers_packs_refunds_and_disputes(self, fake_stripe, user):
        create_pack()
        first, second = (services.create_checkout_session(user=user, pack="pack").id for _ in range(2))
        for session_id in (first, second):
            fake_stripe.sandbox.pay(session_id)
        fake_stripe.sandbox.refund(first)
        fake_stripe.sandbox.dispute(second)
        (changed,) = resync()["changed"]
        assert changed["returned"] == {first: -500, second: -500}
        assert state_of(user) == ("free", None, 100)

    def test_resync_restores_the_credits_of_a_won_dispute(self, fake_stripe, subscriber):
        payment = Payment.objects.get(user=subscriber)
        dispute = fake_stripe.sandbox.dispute(payment.stripe_id)
        resync()
        assert state_of(subscriber)[2] == 100
        fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
        assert resync()["changed"][0]["returned"] == {payment.stripe_id: 1000}
        assert state_of(subscriber)[2] == 1100

    def test_resync_ends_the_plan_of_an_ended_subscription(self, fake_stripe, subscriber):
        fake_stripe.api.v1.subscriptions.cancel(subscriber.subscription_id)
        resync()
        assert state_of(subscriber) == ("free", "canceled", 1100)

    def test_resync_ends_the_plan_of_a_deleted_customer(self, fake_stripe, subscriber):
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        fake_stripe.api.v1.customers.delete(subscriber.stripe_customer_id)
        assert resync()["failed"] == {}
        assert state_of(subscriber) == ("free", "canceled", 2100)

    def test_resync_follows_the_replacement_of_a_deleted_customer(self, fake_stripe, subscriber):
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        fake_stripe.api.v1.customers.delete(subscriber.stripe_customer_id)
        fake_stripe.deliver(["customer.subscription.deleted"])
        subscriber.refresh_from_db()
        fake_stripe.subscribe(subscriber, deliver=False)
        assert resync()["failed"] == {}
        assert state_of(subscriber) == ("pro", "active", 3100)

    def test_resync_links_a_customer_that_carries_the_users_id(self, fake_stripe, user):
        api = fake_stripe.api.v1
        customer = api.customers.create(
            {
                "metadata": {user_id_key(): str(user.pk)},
                "payment_method": "pm_card_visa",
                "invoice_settings": {"default_payment_method": "pm_card_visa"},
            }
        )
        api.subscriptions.create({"customer": customer.id, "items": [{"price": "price_sandbox_pro_monthly"}]})
        resync()
        assert state_of(user) == ("pro", "active", 1100)
        assert user.stripe_customer_id == customer.id

    def test_resync_ignores_customers_that_belong_to_no_user(self, fake_stripe, user):
        fake_stripe.api.v1.customers.create({"email": user.email, "metadata": {"user_id": str(user.pk)}})
        assert resync()["read"] == 0

    def test_resync_grants_a_payment_once_its_price_is_mapped(self, fake_stripe, user, settings):
        settings.STRIPE_PRICE_ID = ""
        forget_prices("pro")
        fake_stripe.subscribe_in_dashboard(user)
        answer = resync()
        assert answer["ungranted"] == [Payment.objects.get().stripe_id]
        assert state_of(user) == ("free", None, 100)
        sell_at(Plan.objects.get(slug="pro"), "price_sandbox_pro_monthly")
        assert resync()["ungranted"] == []
        assert state_of(user) == ("pro", "active", 1100)

    def test_resync_does_not_restore_spent_credits(self, fake_stripe, subscriber):
        ledger.spend(user_id=subscriber.pk, amount=300, action_type="work", key="work")
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        resync()
        assert state_of(subscriber)[2] == 1800

    def test_resync_reads_every_page_of_payments(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        subscription = fake_stripe.api.v1.subscriptions.list({"customer": user.stripe_customer_id}).data[0]
        for _ in range(101):
            fake_stripe.sandbox.renew(subscription.id)
        resync()
        assert state_of(user)[2] == 102_100


class TestDryRun:
    def test_dry_run_reports_changes_and_writes_nothing(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        fake_stripe.api.v1.customers.create({"metadata": {user_id_key(): str(UserFactory().pk)}})
        before = dump()
        answer = resync(dry_run=True)
        assert dump() == before
        assert answer["dryRun"] is True
        assert {change["user"] for change in answer["changed"]} == {user.pk}
        assert len(answer["changed"][0]["payments"]) == 1

    def test_the_run_after_a_dry_run_makes_the_reported_changes(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        assert resync(dry_run=True)["changed"] == resync()["changed"]


class TestOneCustomer:
    @pytest.fixture
    def two(self, fake_stripe):
        users = UserFactory(), UserFactory()
        for one in users:
            fake_stripe.subscribe(one, deliver=False)
        return users

    def test_a_customer_is_chosen_by_id(self, two):
        resync(customer=two[0].stripe_customer_id)
        assert [state_of(one)[0] for one in two] == ["pro", "free"]

    def test_a_customer_is_chosen_by_email_in_any_case(self, two):
        resync(customer=two[1].email.upper())
        assert [state_of(one)[0] for one in two] == ["free", "pro"]

    @pytest.mark.parametrize("customer", ["nobody@example.com", "", "abc"])
    def test_an_unknown_customer_is_refused(self, fake_stripe, customer):
        if not customer:
            assert resync(customer=customer)["read"] == 0
            return
        with pytest.raises(CommandError, match="neither a customer"):
            resync(customer=customer)

    def test_an_id_unknown_to_stripe_changes_nothing(self, fake_stripe):
        answer = resync(customer="cus_unknown")
        assert (answer["read"], answer["changed"], answer["failed"]) == (1, [], {})

    def test_a_user_without_a_customer_is_refused(self, fake_stripe, user):
        with pytest.raises(CommandError):
            resync(customer=user.email)


class TestPartialRun:
    @pytest.fixture
    def three(self, fake_stripe):
        users = [UserFactory() for _ in range(3)]
        for one in users:
            fake_stripe.subscribe(one, deliver=False)
        return users

    def test_since_reads_only_customers_with_events(self, fake_stripe, three):
        fake_stripe.sandbox.advance(days=2)
        payment = fake_stripe.api.v1.invoices.list({"customer": three[1].stripe_customer_id}).data[0]
        fake_stripe.sandbox.dispute(payment.id)
        yesterday = datetime.fromtimestamp(fake_stripe.sandbox.now(), UTC) - timedelta(days=1)
        assert resync(since=yesterday)["read"] == 1
        assert [state_of(one)[0] for one in three] == ["free", "pro", "free"]
        assert state_of(three[1])[2] == 100  # disputed

    def test_after_continues_behind_the_given_customer(self, three):
        assert resync(after=three[0].stripe_customer_id)["read"] == 2
        assert [state_of(one)[0] for one in three] == ["free", "pro", "pro"]

    def test_after_an_unknown_customer_is_refused(self, three):
        with pytest.raises(CommandError, match="not one of the customers"):
            resync(after="cus_nobody")

    def test_an_interrupted_run_prints_how_to_continue(self, three):
        def interrupt(payment, **kwargs):
            if payment.user_id == three[1].pk:
                signal.raise_signal(signal.SIGINT)  # Ctrl-C

        payment_recorded.connect(interrupt)
        try:
            with pytest.raises(CommandError, match=f"--after {three[0].stripe_customer_id}") as caught:
                resync()
        finally:
            payment_recorded.disconnect(interrupt)
        assert caught.value.returncode == 130
        assert [state_of(one)[0] for one in three] == ["pro", "free", "free"]
        resync(after=three[0].stripe_customer_id)
        assert [state_of(one)[0] for one in three] == ["pro", "pro", "pro"]

    @pytest.mark.parametrize("text", ["2026-07-01", "2026-07-01T00:00:00+00:00", "2026-07-01 00:00"])
    def test_since_accepts_a_date_or_a_time(self, fake_stripe, text):
        out = io.StringIO()
        call_command("resync_customers", "--since", text, "--json", stdout=out, stderr=io.StringIO())
        assert json.loads(out.getvalue())["read"] == 0


@pytest.mark.django_db(transaction=True)
def test_several_workers_resync_every_customer(fake_stripe):
    users = [UserFactory() for _ in range(7)]
    for one in users:
        fake_stripe.subscribe(one, deliver=False)
    out = io.StringIO()
    fake_stripe.sandbox.fail(path=f"/v1/customers/{users[3].stripe_customer_id}", status=400)
    with pytest.raises(CommandError, match="1 could not"):
        call_command("resync_customers", stdout=out, stderr=io.StringIO(), json=True, workers=3)
    answer = json.loads(out.getvalue())
    assert [change["user"] for change in answer["changed"]] == [one.pk for one in users if one != users[3]]
    assert {state_of(one)[2] for one in users if one != users[3]} == {1100}


class TestFailure:
    def test_a_failure_of_one_customer_does_not_stop_the_others(self, fake_stripe, capsys):
        users = [UserFactory() for _ in range(3)]
        for one in users:
            fake_stripe.subscribe(one, deliver=False)
        fake_stripe.sandbox.fail(path=f"/v1/customers/{users[1].stripe_customer_id}")
        out = io.StringIO()
        with pytest.raises(CommandError, match="1 could not be resynced") as caught:
            call_command("resync_customers", stdout=out, stderr=io.StringIO(), json=True, workers=1)
        assert caught.value.returncode == 1
        answer = json.loads(out.getvalue())
        assert list(answer["failed"]) == [users[1].stripe_customer_id]
        assert [state_of(one)[0] for one in users] == ["pro", "free", "pro"]
        fake_stripe.sandbox.stop_failing()
        resync()
        assert [state_of(one)[0] for one in users] == ["pro"] * 3

    @pytest.mark.parametrize("workers", [1, 2])
    @pytest.mark.django_db(transaction=True)
    def test_an_unexpected_failure_does_not_stop_the_others(self, fake_stripe, workers, caplog):
        users = [UserFactory() for _ in range(3)]
        for one in users:
            fake_stripe.subscribe(one, deliver=False)

        def breaks(payment, **kwargs):
            if payment.user_id == users[1].pk:
                raise RuntimeError("unexpected")

        payment_recorded.connect(breaks)
        out = io.StringIO()
        try:
            with pytest.raises(CommandError, match="1 could not"):
                call_command("resync_customers", stdout=out, stderr=io.StringIO(), json=True, workers=workers)
        finally:
            payment_recorded.disconnect(breaks)
        failed = json.loads(out.getvalue())["failed"]
        assert failed == {users[1].stripe_customer_id: "RuntimeError: unexpected"}
        assert "Traceback" in caplog.text
        assert [state_of(one)[0] for one in users] == ["pro", "free", "pro"]

    def test_a_failure_to_list_customers_is_reported_and_known_ones_are_resynced(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        # Paths are matched by prefix, so both the list and the customer's own path fail.
        fake_stripe.sandbox.fail(path="/v1/customers", status=400)
        out = io.StringIO()
        with pytest.raises(CommandError, match="2 could not"):
            call_command("resync_customers", stdout=out, stderr=io.StringIO(), json=True, workers=1)
        assert set(json.loads(out.getvalue())["failed"]) == {
            user.stripe_customer_id,
            "(the list of customers)",
        }

    def test_resync_without_a_stripe_key_fails(self, fake_stripe, subscriber, settings):
        settings.STRIPE_SECRET_KEY = ""
        with pytest.raises(CommandError):
            resync()


class TestReport:
    def report(self, **options):
        out = io.StringIO()
        call_command("resync_customers", stdout=out, workers=1, **options)
        return out.getvalue()

    def test_report_is_readable(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        assert "Would change" in self.report(dry_run=True)
        text = self.report()
        assert "plan: free → pro" in text
        assert "1 customers read, 1 changed, 0 failed." in text

    def test_report_names_unmapped_prices(self, fake_stripe, user, settings):
        settings.STRIPE_PRICE_ID = ""
        forget_prices("pro")
        fake_stripe.subscribe_in_dashboard(user)
        assert "Unmapped price" in self.report()

    def test_report_names_failures(self, fake_stripe, subscriber):
        fake_stripe.sandbox.fail(path="/v1/customers", status=400)
        out = io.StringIO()
        with pytest.raises(CommandError):
            call_command("resync_customers", stdout=out, workers=1)
        assert subscriber.stripe_customer_id in out.getvalue()

    def test_help_of_resync_customers_has_examples(self, capsys):
        with pytest.raises(SystemExit):
            call_command("resync_customers", "--help")
        assert "--dry-run" in capsys.readouterr().out
