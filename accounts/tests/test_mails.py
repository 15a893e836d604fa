"""The mails, and the task that sends them in a real worker."""

import asyncio
import json
import logging
import smtplib
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as QueuedJob

from accounts import mails, services, tasks
from accounts.mail_queue import MAIL_QUEUE, MailKind, enqueue
from accounts.models import EmailChange, User
from accounts.tests.api_key_helpers import create_key
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.mail_helpers import deliver, html_of, post, queued, token_of
from jobs import queue
from jobs.tests.conftest import run_worker_async

pytestmark = pytest.mark.usefixtures("empty_queue")
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def every_mail(db, settings):
    """One mail of each kind, from a product whose name is hostile to HTML."""
    settings.SITE_NAME = HOSTILE
    user = UserFactory(email="o'brien@example.com", name=HOSTILE)
    services.send_verification(user=user)
    services.send_password_reset(email=user.email)
    services.request_email_change(user=user, email="o'neill@example.com", password=PASSWORD)
    create_key(user)
    sent = deliver()
    assert len(sent) == len(MailKind)
    return sent


class TestContent:
    def test_each_mail_has_text_and_html_without_images_or_scripts(self, every_mail):
        for message in every_mail:
            html = html_of(message)
            assert not any(tag in html for tag in ("<img", "<script", "<link", "url(", "{{", "{%"))
            assert "o&#x27;brien" in html or "o&#x27;neill" in html

    def test_the_text_is_not_escaped(self, every_mail):
        for message in every_mail:
            assert HOSTILE in message.body
            assert "&#x27;" not in message.body
            assert "o'brien" in message.body or "o'neill" in message.body

    def test_each_mail_says_why_it_came(self, every_mail):
        for message in every_mail:
            assert "this was not you" in message.body
            assert "this was not you" in html_of(message)
            assert message.extra_headers["Auto-Submitted"] == "auto-generated"

    def test_a_link_opens_the_page_of_the_setting(self, db, settings):
        settings.RESET_PASSWORD_URL = "https://app.example/#/reset/{TOKEN}/now"
        user = UserFactory()
        message = mails.build(kind="reset_password", row_id=user.pk)
        (link,) = [line for line in message.body.splitlines() if line.startswith("https://")]
        token = link.removeprefix("https://app.example/#/reset/").removesuffix("/now").replace("%3A", ":")
        services.reset_password(token=token, password="another passphrase")

    def test_the_lifetime_is_that_of_the_setting(self, db, settings):
        settings.RESET_PASSWORD_HOURS = 2
        message = mails.build(kind="reset_password", row_id=UserFactory().pk)
        assert "works once, for 2 hours." in message.body
        assert "works once, for 2 hours." in html_of(message)

    def test_a_mail_that_waits_long_has_a_token_that_is_valid(self, db, anonymous):
        """The token is made when the mail is sent, not when it was asked for."""
        user = UserFactory()
        services.send_verification(user=user)
        User.objects.filter(pk=user.pk).update(email="new@example.com")
        (message,) = deliver()
        assert message.to == ["new@example.com"]
        assert post(anonymous, "verify-email", {"token": token_of(message)}).status_code == 204


@pytest.mark.django_db
class TestDropped:
    @pytest.mark.parametrize("kind", MailKind)
    def test_a_mail_to_nobody_is_dropped(self, kind):
        for row_id in (None, 10**6):
            assert mails.build(kind=kind, row_id=row_id) is None

    def test_a_mail_to_an_inactive_user_is_dropped(self):
        user = UserFactory(is_active=False)
        change = EmailChange.objects.create(
            user=user, old_email=user.email, new_email="new@example.com", requested_at=user.date_joined
        )
        key = services.create_api_key(user=UserFactory(), name="Server", scopes=["read"]).row
        User.objects.filter(pk=key.user_id).update(is_active=False)
        rows = dict.fromkeys(MailKind, change.pk) | {
            MailKind.VERIFY_EMAIL: user.pk,
            MailKind.RESET_PASSWORD: user.pk,
            MailKind.API_KEY_NOTICE: key.pk,
        }
        assert [mails.build(kind=kind, row_id=rows[kind]) for kind in MailKind] == [None] * len(MailKind)

    def test_a_verification_is_dropped_if_it_is_verified_meanwhile(self):
        user = UserFactory()
        services.send_verification(user=user)
        User.objects.update(email_verified_at=user.date_joined)
        assert deliver() == []


class Refusing(BaseEmailBackend):
    """A mail server that refuses everything."""

    def send_messages(self, email_messages):
        raise smtplib.SMTPServerDisconnected("try later")


class RefusingRecipients(BaseEmailBackend):
    """A mail server that knows none of the recipients."""

    def send_messages(self, email_messages):
        (message,) = email_messages
        raise smtplib.SMTPRecipientsRefused(
            {email: (550, b"No such user: " + email.encode()) for email in message.to}
        )


@pytest.fixture
def work(transactional_db):
    """Return a function that runs a real worker until no mail waits."""
    return lambda: asyncio.run(run_worker_async(queues=[MAIL_QUEUE]))


def rows():
    with connection.cursor() as cursor:
        cursor.execute(
            "select status::text, attempts from procrastinate_jobs where queue_name = %s order by id",
            [MAIL_QUEUE],
        )
        return cursor.fetchall()


@pytest.fixture
def provider():
    """A mail provider's API: Postmark's, on this machine. It records what it is sent."""
    received = []

    class Api(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received.append((self.path, self.headers["X-Postmark-Server-Token"], body))
            answer = json.dumps(
                {"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": body["To"]}
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", received
        server.shutdown()
        thread.join()


def test_a_provider_of_anymail_gets_text_and_html(db, settings, provider):
    url, received = provider
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "secret-token", "POSTMARK_API_URL": url}
    services.send_verification(user=UserFactory(email="ada@example.com"))
    for arguments in queued():
        mails.build(**arguments).send()
    ((path, token, body),) = received
    assert (path, token, body["To"]) == ("/email", "secret-token", "ada@example.com")
    assert "/account/verify-email?token=" in body["TextBody"]
    assert "<h1" in body["HtmlBody"]


class TestWorker:
    def test_a_worker_sends_what_a_sign_up_queued(self, work, anonymous):
        """Without a worker, the sign-up works all the same."""
        answer = post(anonymous, "register", {"email": "ada@example.com", "password": PASSWORD})
        assert (answer.status_code, mail.outbox, len(queued())) == (201, [], 1)
        work()
        (message,) = mail.outbox
        assert (message.to, rows()) == (["ada@example.com"], [])
        assert post(anonymous, "verify-email", {"token": token_of(message)}).status_code == 204

    def test_a_mail_to_nobody_leaves_the_queue(self, work):
        enqueue(MailKind.RESET_PASSWORD, row_id=None)
        work()
        assert (mail.outbox, rows()) == ([], [])

    def test_a_failure_is_retried_later(self, work, settings):
        settings.EMAIL_BACKEND = f"{__name__}.Refusing"
        enqueue(MailKind.VERIFY_EMAIL, row_id=UserFactory().pk)
        work()
        assert rows() == [("todo", 1)]
        with connection.cursor() as cursor:
            cursor.execute(
                "update procrastinate_jobs set scheduled_at = null "
                "where queue_name = %s and scheduled_at > now() returning 1",
                [MAIL_QUEUE],
            )
            assert cursor.fetchall() == [(1,)]
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        work()
        assert (len(mail.outbox), rows()) == (1, [])

    def test_retries_end(self, work, settings, caplog):
        """The log has the reply of the server, and not the address."""
        settings.EMAIL_BACKEND = f"{__name__}.RefusingRecipients"
        enqueue(MailKind.VERIFY_EMAIL, row_id=UserFactory(email="secret@example.com").pk)
        for _ in range(tasks.MAX_ATTEMPTS):
            with connection.cursor() as cursor:
                cursor.execute("update procrastinate_jobs set scheduled_at = null")
            work()
        assert rows() == [("failed", tasks.MAX_ATTEMPTS)]
        (text,) = [logging.Formatter().format(record) for record in caplog.records]
        assert "MailNotSent: SMTPRecipientsRefused 550" in text
        assert "secret@" not in text

    def test_a_mail_of_a_dead_worker_is_sent_by_another(self, work):
        enqueue(MailKind.VERIFY_EMAIL, row_id=UserFactory().pk)
        with connection.cursor() as cursor:
            cursor.execute(
                "with dead as (insert into procrastinate_workers (last_heartbeat) "
                "values (now() - interval '1 hour') returning id) "
                "update procrastinate_jobs set status = 'doing', worker_id = (select id from dead) "
                "where queue_name = %s",
                [MAIL_QUEUE],
            )
        work()
        assert mail.outbox == []
        assert queue.retry_stalled(at=timezone.now()) == 1
        work()
        assert len(mail.outbox) == 1

    def test_the_waits_grow_to_an_hour(self):
        job = QueuedJob(id=1, queue=MAIL_QUEUE, lock=None, queueing_lock=None, task_name="x")
        waits = []
        for attempts in range(tasks.MAX_ATTEMPTS):
            decision = tasks.Retries().get_retry_decision(
                exception=OSError(), job=job.evolve(attempts=attempts)
            )
            waits.append(decision and decision.retry_at)
        assert waits[-1] is None
        assert timedelta(minutes=40) < waits[-2] - waits[0] < timedelta(hours=1)

    def test_the_task_is_known_to_the_worker(self):
        assert app.tasks["accounts.send_mail"].queue == MAIL_QUEUE
