"""Scheduled commands: what they record, and what is missed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.tests.factories import UserFactory
from jobs import due_work, queue, scheduled_commands
from jobs.models import ScheduledCommand
from jobs.queue import RUN_SCHEDULED, SCHEDULED_QUEUE
from jobs.tests.conftest import run_worker_async

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def errors(caplog):
    return [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


class TestRun:
    @pytest.mark.parametrize("name", ["process_due_jobs", "process_due_credits", "process_due_billing"])
    def test_each_run_is_recorded(self, name):
        call_command("run_scheduled", name)
        row = ScheduledCommand.objects.get(name=name)
        assert row.failure == ""
        assert row.started_at <= row.succeeded_at == row.finished_at

    def test_a_failure_is_recorded_logged_and_raised(self, caplog):
        user = UserFactory()
        with connection.cursor() as cursor:
            cursor.execute("set session_replication_role = replica")
            cursor.execute("update accounts_user set ai_credits = 7 where id = %s", [user.pk])
            cursor.execute("set session_replication_role = origin")
        call_command("run_scheduled", "process_due_credits")
        with pytest.raises(CommandError):
            call_command("run_scheduled", "verify_ledger")
        row = ScheduledCommand.objects.get(name="verify_ledger")
        assert "breaches" in row.failure
        assert row.finished_at
        assert row.succeeded_at is None
        assert len(errors(caplog)) == 1

    def test_a_success_clears_the_failure(self):
        past = timezone.now() - timedelta(hours=1)
        ScheduledCommand.objects.create(
            name="process_due_credits", first_seen_at=past, failure="no", reported_at=past
        )
        call_command("run_scheduled", "process_due_credits")
        row = ScheduledCommand.objects.get()
        assert (row.failure, row.reported_at, row.first_seen_at) == ("", None, past)

    def test_other_commands_are_refused(self):
        with pytest.raises(CommandError, match="invalid choice"):
            call_command("run_scheduled", "flush")

    def test_every_scheduled_command_exists_and_has_a_schedule(self, settings):
        for name in settings.SCHEDULED_COMMANDS:
            assert (RUN_SCHEDULED, name) in app.periodic_registry.periodic_tasks


class TestMissed:
    def seen(self, name, **times):
        row, _ = ScheduledCommand.objects.update_or_create(
            name=name, defaults={"first_seen_at": NOON, **times}
        )
        return row

    def test_a_command_is_not_missed_when_it_is_first_seen(self, settings):
        assert scheduled_commands.report_missed(at=NOON) == []
        assert ScheduledCommand.objects.count() == len(settings.SCHEDULED_COMMANDS)

    @pytest.mark.parametrize(
        ("name", "succeeded_at", "missed_at"),
        [
            # Two runs and ten minutes later.
            ("process_due_jobs", NOON, NOON + timedelta(minutes=12)),
            ("process_due_credits", NOON, NOON + timedelta(minutes=20)),
            ("process_due_billing", NOON + timedelta(minutes=10), NOON + timedelta(hours=2, minutes=20)),
            ("verify_ledger", NOON, datetime(2026, 11, 29, 3, 40, tzinfo=UTC)),
        ],
    )
    def test_two_runs_without_a_success_are_an_error_once(self, caplog, name, succeeded_at, missed_at):
        scheduled_commands.report_missed(at=NOON)
        self.seen(name, succeeded_at=succeeded_at)
        ScheduledCommand.objects.exclude(name=name).update(reported_at=NOON)
        assert scheduled_commands.report_missed(at=missed_at - timedelta(seconds=1)) == []
        assert scheduled_commands.report_missed(at=missed_at) == [name]
        assert scheduled_commands.report_missed(at=missed_at + timedelta(days=100)) == []
        assert len(errors(caplog)) == 1
        assert name in errors(caplog)[0]

    def test_a_command_that_never_ran_is_missed(self):
        self.seen("process_due_credits")
        assert scheduled_commands.report_missed(at=NOON + timedelta(hours=1)) == ["process_due_credits"]

    def test_the_next_gap_is_reported_again(self):
        row = self.seen("process_due_credits", succeeded_at=NOON)
        assert scheduled_commands.report_missed(at=NOON + timedelta(hours=1)) == [row.name]
        call_command("run_scheduled", row.name)
        assert row.name in scheduled_commands.report_missed(at=timezone.now() + timedelta(hours=1))

    def test_readyz_reports_it_without_a_worker(self, client, caplog):
        self.seen("process_due_credits", first_seen_at=timezone.now() - timedelta(days=1))
        assert client.get("/readyz").status_code == 200
        assert client.get("/readyz").status_code == 200
        assert ["process_due_credits" in message for message in errors(caplog)] == [True]


@pytest.mark.django_db(transaction=True)
class TestWorker:
    def test_a_worker_runs_what_is_due(self, run_worker, queue_tables):
        app.configure_task(RUN_SCHEDULED, queue=SCHEDULED_QUEUE).defer(
            name="process_due_credits", timestamp=0
        )
        run_worker(queues=[SCHEDULED_QUEUE])
        assert ScheduledCommand.objects.get(name="process_due_credits").succeeded_at

    def test_two_workers_defer_each_run_once(self, queue_tables):
        import asyncio

        async def both():
            await run_worker_async(queues=[SCHEDULED_QUEUE], delete_jobs="never")
            await run_worker_async(queues=[SCHEDULED_QUEUE], delete_jobs="never")

        asyncio.run(both())
        with connection.cursor() as cursor:
            cursor.execute(
                "select args->>'name', args->>'timestamp', count(*) from procrastinate_jobs group by 1, 2"
            )
            assert {count for *_, count in cursor.fetchall()} <= {1}

    def test_a_command_of_a_dead_worker_is_not_started_again(self, queue_tables):
        app.configure_task(RUN_SCHEDULED, queue=SCHEDULED_QUEUE).defer(name="verify_ledger", timestamp=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into procrastinate_workers (last_heartbeat) values (%s) returning id",
                [timezone.now() - timedelta(minutes=2)],
            )
            cursor.execute("select id from procrastinate_fetch_job_v2(null, %s)", cursor.fetchone())
        assert due_work.process_due() == (0, 0)
        with connection.cursor() as cursor:
            cursor.execute("select status from procrastinate_jobs")
            assert cursor.fetchall() == [("failed",)]


class TestEnqueue:
    def waiting(self):
        with connection.cursor() as cursor:
            cursor.execute("select args->>'name' from procrastinate_jobs where status = 'todo' order by id")
            return [name for (name,) in cursor.fetchall()]

    @pytest.mark.django_db(transaction=True)
    def test_a_worker_runs_the_command_at_once(self, run_worker):
        queue.enqueue_command("process_due_credits")
        run_worker(queues=[SCHEDULED_QUEUE])
        assert ScheduledCommand.objects.get(name="process_due_credits").succeeded_at

    def test_it_waits_once(self, queue_tables):
        with transaction.atomic():  # which the second call must not break
            queue.enqueue_command("process_due_credits")
            queue.enqueue_command("process_due_credits")
            queue.enqueue_command("process_due_billing")
        assert self.waiting() == ["process_due_credits", "process_due_billing"]

    def test_a_rollback_takes_it_back(self, queue_tables):
        with transaction.atomic():
            queue.enqueue_command("process_due_credits")
            transaction.set_rollback(True)
        assert self.waiting() == []
