"""What expires is deleted by one command, and nothing that money depends on."""

import io
import json
from datetime import timedelta
from functools import partial
from types import NoneType

import pytest
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from djstripe.models import Event, IdempotencyKey, WebhookEventTrigger
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import services
from accounts.models import ApiKey, User
from accounts.tests.api_key_helpers import create_key
from accounts.tests.factories import PASSWORD, UserFactory
from ai.models import ModelCallRecord
from billing.models import Payment
from billing.tests.support import state_of
from common import retention
from common.retention import SWEEPS, Sweep
from credits import services as ledger
from credits.exceptions import HoldClosed, InsufficientCredits
from credits.models import CreditHold
from credits.services import holds
from credits.spending_limits import SpendingLimit
from credits.tests.ledger_helpers import at_once, balance
from jobs import queue
from jobs.tests.conftest import queue_tables  # noqa: F401  (a fixture)
from limits.models import RequestCount
from tests.sample_data import SOURCE_TEXT, create_model_calls
from tests.setup.conftest import PROJECT

pytestmark = pytest.mark.django_db


def delete_expired(**options):
    out = io.StringIO()
    call_command("delete_expired", stdout=out, json=True, **options)
    return json.loads(out.getvalue())


def ago(days):
    return timezone.now() - timedelta(days=days)


class TestWebhooks:
    @pytest.fixture
    def old_events(self, fake_stripe, subscriber):
        self.age(project.WEBHOOK_EVENT_DAYS + 1)
        return subscriber

    def age(self, days):
        WebhookEventTrigger.objects.update(created=ago(days))
        Event.objects.update(djstripe_created=ago(days))

    def test_old_ones_are_deleted_with_their_bodies_and_addresses(self, old_events):
        report = delete_expired()
        assert report["deleted"]["webhook events"] > 0
        assert (Event.objects.count(), WebhookEventTrigger.objects.count()) == (0, 0)

    def test_newer_ones_stay(self, fake_stripe, subscriber):
        self.age(project.WEBHOOK_EVENT_DAYS - 1)
        before = Event.objects.count(), WebhookEventTrigger.objects.count()
        delete_expired()
        assert (Event.objects.count(), WebhookEventTrigger.objects.count()) == before

    def test_an_event_that_comes_again_afterwards_grants_nothing_again(self, fake_stripe, user):
        fake_stripe.sandbox.pay(fake_stripe.checkout(user))
        events = fake_stripe.new_events()
        assert {fake_stripe.post(event).status_code for event in events} == {200}
        before = state_of(user)
        self.age(project.WEBHOOK_EVENT_DAYS + 1)
        delete_expired()
        assert {fake_stripe.post(event).status_code for event in events} == {200}
        assert state_of(user) == before
        assert Payment.objects.count() == 1
        call_command("verify_ledger")

    def test_fewer_days_than_stripe_resends_events_for_are_refused(self, settings):
        settings.WEBHOOK_EVENT_DAYS = 29
        (error,) = retention.check_days()
        assert "WEBHOOK_EVENT_DAYS must be at least 30" in error.msg
        with pytest.raises(CommandError, match="WEBHOOK_EVENT_DAYS"):
            call_command("check")

    def test_a_missing_number_of_days_is_reported(self, settings):
        """A project that installs the apps may not have each setting."""
        del settings.RELEASED_HOLD_DAYS
        (error,) = retention.check_days()
        assert error.msg == "RELEASED_HOLD_DAYS must be at least 1, not None."

    def test_old_keys_of_djstripe_go(self):
        key = IdempotencyKey.objects.create(action="a", livemode=False)
        IdempotencyKey.objects.filter(pk=key.pk).update(created=ago(2))
        IdempotencyKey.objects.create(action="b", livemode=False)
        delete_expired()
        assert list(IdempotencyKey.objects.values_list("action", flat=True)) == ["b"]


class TestOtherRows:
    def test_sessions_of_the_api_and_changes_of_emails_go(self, user):
        for _ in range(2):
            services.issue_tokens(user=user)
        old, new = user.sessions.all()
        user.sessions.filter(pk=old.pk).update(expires_at=ago(1))
        services.request_email_change(user=user, email="new@example.com", password=PASSWORD)
        user.email_changes.update(requested_at=ago(181))
        delete_expired()
        assert list(user.sessions.all()) == [new]
        assert not user.email_changes.exists()

    def test_revoked_keys_go_and_those_that_work_stay(self, user):
        old, new, kept = (create_key(user).row for _ in range(3))
        for key in (old, new):
            services.revoke_api_key(key=key)
        ApiKey.objects.filter(pk=old.pk).update(revoked_at=ago(project.REVOKED_KEY_DAYS + 1))
        ApiKey.objects.filter(pk=kept.pk).update(created_at=ago(1000))
        delete_expired()
        assert set(ApiKey.objects.all()) == {new, kept}

    def test_the_spending_limits_of_a_revoked_key_go_with_it(self, user):
        old, new = (create_key(user).row for _ in range(2))
        lone = create_key(UserFactory()).row
        for key in (old, new, lone):
            for period in ledger.Period:
                ledger.set_spending_limit(
                    user_id=key.user_id, period=period, amount=9, subject=key.credit_subject
                )
        ledger.set_spending_limit(user_id=user.pk, period=ledger.Period.DAY, amount=9)
        for key in (old, lone):
            services.revoke_api_key(key=key, at=ago(project.REVOKED_KEY_DAYS + 1))
        assert delete_expired()["deleted"]["revoked API keys"] == 2
        assert set(ApiKey.objects.all()) == {new}
        kept = sorted(SpendingLimit.objects.values_list("user", "subject", "period"))
        of_key = [(user.pk, new.credit_subject, period) for period in ("day", "month")]
        assert kept == [(user.pk, "", "day"), *of_key]
        limited = User.objects.in_bulk([user.pk, lone.user_id])
        assert [limited[pk].credits_limited for pk in (user.pk, lone.user_id)] == [True, False]
        call_command("verify_ledger")

    def test_a_key_that_cannot_be_deleted_keeps_its_limits(self, user):
        key = create_key(user).row
        ledger.set_spending_limit(
            user_id=user.pk, period=ledger.Period.DAY, amount=9, subject=key.credit_subject
        )
        services.revoke_api_key(key=key, at=ago(project.REVOKED_KEY_DAYS + 1))
        with connection.cursor() as cursor:
            cursor.execute(
                "create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;"
                "create trigger refuse before delete on accounts_apikey execute function refuse()"
            )
        with pytest.raises(CommandError, match="revoked API keys: refused"):
            delete_expired()
        assert SpendingLimit.objects.get().subject == key.credit_subject

    def test_sessions_of_the_admin_go_when_they_expire(self, staff):
        for _ in range(2):
            Client().force_login(staff)
        first = Session.objects.order_by("pk").first()
        Session.objects.filter(pk=first.pk).update(expire_date=ago(1))
        delete_expired()
        assert Session.objects.count() == 1

    def test_model_calls_go(self):
        create_model_calls(user=UserFactory(credits=1000))
        ModelCallRecord.objects.filter(created_at__lt=ago(10)).update(
            created_at=ago(project.MODEL_CALL_DAYS + 1)
        )
        left = ModelCallRecord.objects.filter(created_at__gte=ago(11)).count()
        assert delete_expired()["deleted"]["model calls"] > 0
        assert ModelCallRecord.objects.count() == left

    def test_tasks_of_the_queue_go_but_not_those_that_wait(self, queue_tables):  # noqa: F811  (a fixture)
        queue.enqueue_command("process_due_billing")
        queue.enqueue_command("delete_expired")
        with connection.cursor() as cursor:
            cursor.execute(
                "update procrastinate_jobs set status = 'cancelled' where id in (select min(id) from procrastinate_jobs)"
            )
            cursor.execute("update procrastinate_events set at = now() - interval '8 days'")
        assert delete_expired(dry_run=True)["deleted"]["tasks of the queue"] == 1
        assert delete_expired()["deleted"]["tasks of the queue"] == 1
        assert ProcrastinateJob.objects.get().status == "todo"


class TestReleasedHolds:
    """A request that failed leaves a closed hold, which costs nothing and which nothing refers to."""

    URL = "/api/ai/generate-from-source"
    FAILS = {"sourceText": "Hello! How are you? " * 12}
    SUCCEEDS = {"sourceText": SOURCE_TEXT, "questionCount": 1}

    def ask(self, api, body, key):
        return api.post(self.URL, body, format="json", headers={"Idempotency-Key": key})

    def age(self, days=project.RELEASED_HOLD_DAYS + 1):
        CreditHold.objects.filter(closed_at__isnull=False).update(closed_at=ago(days))

    def test_old_ones_go_and_charges_stay(self, api, user):
        paid = self.ask(api, self.SUCCEEDS, "paid")
        assert [self.ask(api, self.FAILS, "free").status_code for _ in range(3)] == [422] * 3
        assert paid.status_code == 201
        expired = holds.hold(user_id=user.pk, amount=1, action_type="generate_from_source", at=ago(1))
        ledger.process_due(user_id=user.pk)
        holds.hold(user_id=user.pk, amount=1, action_type="generate_from_source")
        assert CreditHold.objects.get(pk=expired.id).state == "expired"
        before = balance(user)
        self.age()
        assert delete_expired()["deleted"]["released holds"] == 4
        assert sorted(CreditHold.objects.values_list("state", flat=True)) == ["captured", "held"]
        assert balance(user) == before
        call_command("verify_ledger")
        again = self.ask(api, self.SUCCEEDS, "paid")
        assert (again.json(), again["Idempotent-Replayed"]) == (paid.json(), "true")
        assert self.ask(api, self.SUCCEEDS, "free").status_code == 201  # a failure has freed its key

    def test_newer_ones_stay(self, api):
        self.ask(api, self.FAILS, "free")
        self.age(project.RELEASED_HOLD_DAYS - 1)
        assert delete_expired()["deleted"]["released holds"] == 0
        assert CreditHold.objects.get().state == "released"

    def test_model_calls_of_a_deleted_hold_are_still_shown(self, staff):
        create_model_calls(user=UserFactory(credits=1000))
        failed = CreditHold.objects.filter(state="released").values_list("pk", flat=True)
        calls = ModelCallRecord.objects.filter(hold_id__in=list(failed))
        assert calls
        self.age()
        delete_expired()
        assert not failed.all()
        admin = Client()
        admin.force_login(staff)
        for call in calls:
            assert admin.get(f"/admin/ai/modelcallrecord/{call.pk}/change/").status_code == 200

    def test_a_capture_of_a_deleted_hold_is_refused(self, user):
        """A process that wakes up after days can charge nothing."""
        hold = holds.hold(user_id=user.pk, amount=1, action_type="generate_from_source", at=ago(1))
        ledger.process_due(user_id=user.pk)
        self.age()
        delete_expired()
        with pytest.raises(HoldClosed):
            holds.capture(hold=hold)
        assert holds.release(hold=hold) is False
        assert balance(user) == (100, 0)

    def test_an_index_finds_them(self, user):
        """Charges keep their holds, so the table grows without limit."""
        with connection.cursor() as cursor:
            cursor.execute("set local enable_seqscan = off")
            plan = SWEEPS["released holds"].expired(ago(7)).explain()
        assert "credits_hold_released" in plan


class TestCommand:
    @pytest.fixture
    def counters(self):
        RequestCount.objects.bulk_create(
            RequestCount(key=f"{number:064}", count=1, resets_at=ago(1)) for number in range(25)
        )

    def test_a_dry_run_deletes_nothing(self, counters):
        report = delete_expired(dry_run=True)
        assert report == {
            "dryRun": True,
            "deleted": {**dict.fromkeys(SWEEPS, 0), "rate counters": 25},
            "failed": {},
        }
        assert RequestCount.objects.count() == 25

    def test_it_works_in_batches(self, counters, monkeypatch):
        monkeypatch.setattr(retention, "ROWS_AT_A_TIME", 10)
        sweep = SWEEPS["rate counters"]
        now = timezone.now()
        assert [sweep.delete_batch(at=now) for _ in range(4)] == [10, 10, 5, 0]

    def test_the_text_names_what_was_deleted(self, counters, capsys):
        call_command("delete_expired")
        assert "25 rate counters deleted." in capsys.readouterr().out
        call_command("delete_expired")
        assert "Nothing has expired." in capsys.readouterr().out

    def test_a_table_that_fails_does_not_stop_the_others(self, counters, capsys):
        def broken(before):
            return RequestCount.objects.extra(where=["1 / 0 = 1"])

        retention.register(Sweep(name="a broken table", expired=broken))
        try:
            with pytest.raises(CommandError, match="a broken table"), connection.execute_wrapper(savepoint):
                call_command("delete_expired")
        finally:
            del SWEEPS["a broken table"]
        assert RequestCount.objects.count() == 0

    def test_the_docs_list_each_sweep(self):
        page = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
        for sweep in SWEEPS.values():
            assert f"| {sweep.name} |" in page
            assert not sweep.setting or f"`{sweep.setting}`" in page


def savepoint(execute, sql, params, many, context):
    """Keep the test's transaction usable after a statement that fails."""
    if "1 / 0" not in sql:
        return execute(sql, params, many, context)
    with transaction.atomic():
        return execute(sql, params, many, context)


@pytest.mark.django_db(transaction=True)
def test_keys_are_swept_while_their_user_charges_and_deletes_the_account():
    """No deadlock: each of them locks the user first."""
    for _ in range(3):
        user = UserFactory(credits=1000)
        for _ in range(5):
            key = create_key(user).row
            limit = partial(ledger.set_spending_limit, user_id=user.pk, period=ledger.Period.DAY, amount=900)
            limit(subject=key.credit_subject)
            services.revoke_api_key(key=key, at=ago(project.REVOKED_KEY_DAYS + 1))

        def spend(subject, user=user):
            for number in range(10):
                ledger.spend(
                    user_id=user.pk, amount=1, action_type="x", key=f"{subject}{number}", subject=subject
                )

        sweep, *spends, second, erased = at_once(
            delete_expired,
            partial(spend, key.credit_subject),
            partial(spend, ""),
            delete_expired,
            partial(services.erase_account, user_id=user.pk),
        )
        assert (sweep["failed"], second["failed"], erased) == ({}, {}, True)
        assert all(isinstance(result, InsufficientCredits | NoneType) for result in spends), spends
        assert not ApiKey.objects.exists()
        assert not SpendingLimit.objects.exists()
    call_command("verify_ledger")


@pytest.mark.django_db(transaction=True)
def test_parallel_runs_share_the_work():
    RequestCount.objects.bulk_create(
        RequestCount(key=f"{number:064}", count=1, resets_at=ago(1)) for number in range(3_000)
    )
    reports = at_once(delete_expired, delete_expired)
    assert sum(report["deleted"]["rate counters"] for report in reports) == 3_000
    assert RequestCount.objects.count() == 0
