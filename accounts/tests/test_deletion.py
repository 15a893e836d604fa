"""An account is deleted: nothing personal is left, here or in Stripe, and the books still balance."""

import time
from datetime import timedelta
from threading import Event

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.test import Client
from django.utils import timezone
from djstripe import models as mirror
from procrastinate.contrib.django.models import ProcrastinateJob
from rest_framework.exceptions import AuthenticationFailed

from accounts import services
from accounts.exceptions import InvalidCredentials, WrongPassword
from accounts.models import FormerMailbox, User
from accounts.services import erase_account
from accounts.tests.api_key_helpers import create_key
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.personal_data import EMAIL, NAME, PERSONAL, create_known_user, give_data, traces
from ai.tests.factories import QuestionFactory
from billing import services as billing
from billing.customer_lock import WAIT_SECONDS
from billing.exceptions import BillingClosed
from billing.models import CustomerDeletion, Payment, Plan
from billing.stripe_api import mirror as stored
from billing.tests.catalog import create_pack
from billing.tests.support import lock_held_elsewhere
from credits import audit
from credits.exceptions import HoldClosed
from credits.models import AiCreditLog, CreditHold
from credits.services import holds
from credits.tests.conftest import paid_actions  # noqa: F401  (a fixture)
from credits.tests.ledger_helpers import assert_ledger_consistent, at_once, balance
from credits.tests.paid_view_examples import SlowView
from jobs.models import Job
from jobs.tests.conftest import queue_tables, run_worker  # noqa: F401  (fixtures)
from limits.models import KnownAddress

pytestmark = pytest.mark.django_db
URL = "/api/auth/delete-account"
SIGN_UP = {"email": EMAIL, "password": "a long and winding road 7"}


def delete(api, password=PASSWORD):
    return api.post(URL, {"password": password}, format="json")


def process_due():
    call_command("process_due_billing", quiet=True)


def assert_books_balance():
    """As verify_ledger does."""
    found = [one for first, last, _ in audit.ranges() for one in audit.breaches(first=first, last=last)]
    assert found == []


@pytest.fixture
def known(fake_stripe, staff):
    """A user with data in every table and a subscription, whose name Stripe knows."""
    user = create_known_user()
    fake_stripe.subscribe(user)
    give_data(user, staff=staff)
    user.groups.add(Group.objects.create(name="readers"))
    user.refresh_from_db()
    return user


class TestWhatIsErased:
    def test_nothing_personal_is_left(self, known, fake_stripe, client_of):
        assert {label for label, _ in traces(*PERSONAL)} >= {
            *("accounts.User", "ai.AnswerEvaluation", "credits.CreditHold", "admin.LogEntry"),
            *("djstripe.Customer", "djstripe.Event", "djstripe.WebhookEventTrigger", "djstripe.Session"),
        }
        assert delete(client_of(known)).status_code == 204
        at_once_gone = {label for label, _ in traces(*PERSONAL)}
        assert at_once_gone <= {
            "djstripe.Event",
            "djstripe.WebhookEventTrigger",
        }  # these follow in the background
        process_due()
        assert set(fake_stripe.deliver()) == {200}  # subscription.deleted, customer.deleted, …
        assert traces(*PERSONAL) == []
        assert KnownAddress.objects.count() == 0
        assert_books_balance()

    def test_the_row_stays_without_a_way_in(self, known, client_of, anonymous):
        api = client_of(known)
        delete(api)
        known.refresh_from_db()
        assert known.email.endswith("@deleted.invalid")
        assert (known.name, known.is_active, known.has_usable_password()) == ("", False, False)
        assert not known.groups.exists()
        assert known.billing_closed_at
        assert api.get("/api/users/profile").status_code == 401
        login = anonymous.post("/api/auth/login", {"email": EMAIL, "password": PASSWORD}, format="json")
        assert login.status_code == 401

    def test_payments_the_ledger_and_reasons_stay(self, known, client_of):
        entries = AiCreditLog.objects.of(known.pk).count()
        left = sum(balance(known))
        delete(client_of(known))
        written_off = AiCreditLog.objects.of(known.pk).latest("id")
        assert AiCreditLog.objects.of(known.pk).count() == entries + 1
        assert (written_off.kind, written_off.action_type) == ("expiry", "account_deleted")
        assert (written_off.idempotency_key, written_off.amount) == ("account:deleted", -left)
        assert balance(known) == (0, 0)
        assert AiCreditLog.objects.filter(user=known, reason="goodwill").exists()
        assert Payment.objects.filter(user=known).count() == 1
        assert_books_balance()

    def test_stripe_cancels_and_forgets(self, known, fake_stripe, client_of):
        subscription = known.subscription_id
        delete(client_of(known))
        process_due()
        assert fake_stripe.api.v1.subscriptions.retrieve(subscription).status == "canceled"
        assert fake_stripe.api.v1.customers.retrieve(known.stripe_customer_id).to_dict()["deleted"]
        known.refresh_from_db()
        assert (known.plan, known.subscription_status) == ("free", "canceled")

    def test_a_user_without_a_customer(self, user, api):
        assert delete(api).status_code == 204
        assert balance(user) == (0, 0)
        assert CustomerDeletion.objects.count() == 0
        assert_books_balance()

    def test_others_keep_everything(self, known, fake_stripe, client_of, staff):
        other = UserFactory(email="other@example.com", name="Olga Other")
        fake_stripe.subscribe(other)
        QuestionFactory(user=other)
        before = traces("Olga Other", "other@example.com"), balance(other)
        rows = {model: model.objects.count() for model in (mirror.Product, mirror.Price)}
        delete(client_of(known))
        process_due()
        assert (traces("Olga Other", "other@example.com"), balance(other)) == before
        assert rows == {model: model.objects.count() for model in rows}
        assert mirror.Customer.objects.filter(id=other.stripe_customer_id).exists()

    def test_a_former_customer_is_deleted_too(self, known, fake_stripe, client_of):
        create_pack()
        former = known.stripe_customer_id
        fake_stripe.api.v1.customers.delete(former)
        billing.create_checkout_session(user=known, pack="pack")
        fake_stripe.deliver()
        known.refresh_from_db()
        delete(client_of(known))
        process_due()
        fake_stripe.deliver()
        deletions = CustomerDeletion.objects.filter(finished_at__isnull=False)
        assert set(deletions.values_list("customer_id", flat=True)) == {former, known.stripe_customer_id}
        assert traces(*PERSONAL) == []


class TestLater:
    def test_an_old_form_of_staff_brings_nothing_back(self, user, staff):
        browser = Client()
        browser.force_login(staff)
        page = f"/admin/accounts/user/{user.pk}/change/"
        form = {"email": user.email, "name": "Back", "is_active": "on"}
        erase_account(user_id=user.pk)
        assert browser.post(page, form).status_code == 403
        password = {"password1": "a brand new one", "password2": "a brand new one", "usable_password": "true"}
        assert browser.post(page.replace("change", "password"), password).status_code == 403
        user.refresh_from_db()
        assert (user.is_active, user.name) == (False, "")

    def test_the_history_forgets_the_name_of_a_key(self, user, staff):
        key = create_key(user, name="Quagga Ltd").row
        LogEntry.objects.log_actions(staff.pk, [key], CHANGE, "Revoked the key.", single_object=True)
        erase_account(user_id=user.pk)
        assert [entry.object_repr for entry in LogEntry.objects.all()] == ["deleted API key"]

    def test_no_key_is_created_by_a_request_from_before(self, user):
        stale = User.objects.get(pk=user.pk)
        erase_account(user_id=user.pk)
        with pytest.raises(AuthenticationFailed):
            services.create_api_key(user=stale, name="Late", scopes=["read"])
        assert not user.api_keys.exists()

    def test_no_session_begins_with_a_password_from_before(self, user):
        stale = User.objects.get(pk=user.pk)
        erase_account(user_id=user.pk)
        with pytest.raises(InvalidCredentials):
            services.issue_tokens(user=stale, address="203.0.113.7")
        assert not user.sessions.exists()

    @pytest.mark.parametrize(("deleted", "status"), [(False, "trialing"), (True, "active")])
    def test_the_mailbox_gets_no_second_trial(self, fake_stripe, deleted, status):
        Plan.objects.filter(slug="pro").update(trial_days=7, trial_credits=50)
        if deleted:
            erase_account(user_id=services.register(email=EMAIL, password=PASSWORD).pk)
        user = services.register(email=EMAIL, password=PASSWORD)
        fake_stripe.sandbox.pay(fake_stripe.checkout(user))
        assert set(fake_stripe.deliver()) == {200}
        user.refresh_from_db()
        assert user.subscription_status == status


class TestRefusals:
    def test_a_wrong_password(self, user, api):
        answer = delete(api, "wrong")
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")
        user.refresh_from_db()
        assert user.is_active

    @pytest.mark.parametrize("body", [{}, {"password": None}, {"password": ["x"]}, {"password": "\0"}])
    def test_a_malformed_body(self, api, body):
        assert api.post(URL, body, format="json").status_code == 400

    def test_no_token(self, anonymous):
        assert delete(anonymous).status_code == 401

    def test_a_blocked_user(self, user, staff, client_of):
        """A new account would not be blocked."""
        services.block(user=user, reason="Disputes.", actor=staff)
        answer = delete(client_of(user))
        assert (answer.status_code, answer.json()["code"]) == (403, "account_blocked")
        assert erase_account(user_id=user.pk)  # by staff

    def test_a_password_that_was_changed_meanwhile(self, user):
        """The request checked the old password before it waited for the lock."""
        stale = User.objects.get(pk=user.pk)
        user.set_password("another correct horse")
        user.save()
        with pytest.raises(WrongPassword):
            services.delete_own_account(user=stale, password=PASSWORD)
        assert User.objects.get(pk=user.pk).is_active

    def test_staff(self, staff, client_of):
        answer = delete(client_of(staff))
        assert (answer.status_code, answer.json()["code"]) == (403, "staff_account")

    def test_guesses_are_limited(self, api, settings):
        settings.LOGIN_THROTTLE_RATE = "3/min"
        assert [delete(api, "wrong").status_code for _ in range(4)] == [403, 403, 403, 429]

    def test_a_second_request_changes_nothing(self, user):
        assert erase_account(user_id=user.pk)
        email = User.objects.get(pk=user.pk).email
        assert not erase_account(user_id=user.pk)
        assert User.objects.get(pk=user.pk).email == email
        assert AiCreditLog.objects.of(user.pk).filter(action_type="account_deleted").count() == 1

    def test_a_request_that_began_before_cannot_write_the_name_again(self, user, api):
        loaded = User.objects.get(pk=user.pk)
        erase_account(user_id=user.pk)
        api.force_authenticate(user=loaded)
        api.patch("/api/users/profile", {"name": NAME}, format="json")
        assert traces(NAME) == []


class TestOpenWork:
    def test_a_late_capture_is_refused(self, user):
        held = holds.hold(user_id=user.pk, amount=7, action_type="evaluate_answer")
        erase_account(user_id=user.pk)
        with pytest.raises(HoldClosed):
            holds.capture(hold=held)
        assert balance(user) == (0, 0)
        assert_ledger_consistent(user)

    def test_a_hold_that_expired_before_cannot_be_captured_either(self, user):
        """Otherwise a capture of nothing would store a result."""
        before = timezone.now() - timedelta(hours=2)
        held = holds.hold(user_id=user.pk, amount=7, action_type="evaluate_answer", at=before)
        erase_account(user_id=user.pk)
        with pytest.raises(HoldClosed):
            holds.capture(hold=held, amount=0)

    def test_jobs_are_cancelled_and_deleted(self, user, api):
        question = QuestionFactory(user=user)
        body = {"questionId": str(question.id), "userAnswer": "a secret"}
        headers = {"Prefer": "respond-async"}
        assert api.post("/api/ai/evaluate-answer", body, format="json", headers=headers).status_code == 202
        assert delete(api).status_code == 204
        assert Job.objects.count() == 0
        assert not CreditHold.objects.filter(state="held").exists()
        assert not ProcrastinateJob.objects.filter(status="todo", task_name="jobs.run_job").exists()
        assert traces("a secret") == []

    def test_an_open_checkout_cannot_be_paid(self, fake_stripe, user, api):
        session = fake_stripe.checkout(user)
        delete(api)
        process_due()
        assert fake_stripe.api.v1.checkout.sessions.retrieve(session).status == "expired"


class TestStripeIsDown:
    def test_the_account_is_deleted_here_and_the_rest_follows(self, known, fake_stripe, client_of):
        fake_stripe.sandbox.fail()
        assert delete(client_of(known)).status_code == 204
        with pytest.raises(CommandError, match="1 customers of deleted accounts"):
            process_due()
        row = CustomerDeletion.objects.get()
        assert (row.finished_at, row.attempts) == (None, 1)
        assert row.failure
        assert traces(*PERSONAL) == []
        fake_stripe.sandbox.stop_failing()
        process_due()
        row.refresh_from_db()
        assert row.finished_at
        assert row.failure == ""

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/v1/checkout/sessions"),
            ("GET", "/v1/subscriptions"),
            ("DELETE", "/v1/subscriptions"),
            ("DELETE", "/v1/customers"),
            ("GET", "/v1/invoices"),
        ],
    )
    def test_each_step_may_fail_or_lose_its_answer(self, known, fake_stripe, client_of, method, path):
        delete(client_of(known))
        for after in (False, True):
            fake_stripe.sandbox.fail(method=method, path=path, after=after, times=None)
            with pytest.raises(CommandError):
                process_due()
            fake_stripe.sandbox.stop_failing()
        process_due()
        assert CustomerDeletion.objects.get().finished_at
        assert fake_stripe.api.v1.customers.retrieve(known.stripe_customer_id).to_dict()["deleted"]
        assert traces(*PERSONAL) == []

    def test_a_customer_that_stripe_does_not_know_counts_as_deleted(self, user, fake_stripe):
        User.objects.filter(pk=user.pk).update(stripe_customer_id="cus_of_another_account")
        erase_account(user_id=user.pk)
        process_due()
        assert CustomerDeletion.objects.get().finished_at

    def test_one_that_fails_does_not_stop_the_others(self, fake_stripe, subscriber):
        other = UserFactory()
        fake_stripe.subscribe(other)
        for one in (subscriber, other):
            erase_account(user_id=one.pk)
        path = f"/v1/customers/{subscriber.stripe_customer_id}"
        fake_stripe.sandbox.fail(method="DELETE", path=path, status=400, times=None)
        with pytest.raises(CommandError):
            process_due()
        pending = CustomerDeletion.objects.get(finished_at=None)
        assert pending.user_id == subscriber.pk

    def test_the_queue_is_told_in_the_same_transaction(self, known, client_of):
        delete(client_of(known))
        (task,) = ProcrastinateJob.objects.filter(task_name="jobs.run_scheduled", status="todo")
        assert task.args["name"] == "process_due_billing"


class TestAfterwards:
    @pytest.fixture
    def deleted(self, known):
        erase_account(user_id=known.pk)
        process_due()
        return known

    def test_a_resync_does_not_bring_the_customer_back(self, deleted, fake_stripe):
        call_command("resync_customers", workers=1)
        assert traces(*PERSONAL) == []
        assert balance(deleted) == (0, 0)
        assert mirror.Customer.objects.count() == 0
        assert deleted.stripe_customer_id in stored.known_customers()
        assert_books_balance()

    def test_events_again_and_late_ones_store_nothing(self, known, fake_stripe):
        """Also while the deletion in Stripe is pending."""
        fake_stripe.sandbox.renew(known.subscription_id)
        late = fake_stripe.new_events()
        erase_account(user_id=known.pk)
        assert {fake_stripe.post(event).status_code for event in late} == {200}
        assert {label for label, _ in traces(*PERSONAL)} <= {"djstripe.Event", "djstripe.WebhookEventTrigger"}
        stored_late = {event["id"] for event in late}
        for event in mirror.Event.objects.filter(id__in=stored_late):
            assert (event.data, event.stripe_data) == ({}, {})
        process_due()
        assert {fake_stripe.post(event).status_code for event in late} == {200}  # again
        fake_stripe.deliver()
        assert traces(*PERSONAL) == []
        assert_books_balance()

    def test_an_event_that_cannot_be_processed_is_recorded_without_its_data(
        self, deleted, fake_stripe, caplog
    ):
        """Its invoice is another customer's."""
        fake_stripe.deliver()
        fake_stripe.subscribe(UserFactory())
        event = fake_stripe.sandbox.events(type="invoice.paid")[-1]
        event.pop("deliveries")
        event["id"] = "evt_of_two_customers"
        event["data"]["object"] |= {"customer": deleted.stripe_customer_id, "customer_name": NAME}
        assert fake_stripe.post(event).status_code == 200
        assert "recorded, but not processed" in caplog.text
        assert mirror.Event.objects.get(id=event["id"]).data == {}
        assert traces(*PERSONAL) == []

    def test_a_late_payment_is_recorded_and_its_credits_are_written_off(self, known, fake_stripe, caplog):
        fake_stripe.sandbox.renew(known.subscription_id)
        erase_account(user_id=known.pk)
        assert set(fake_stripe.deliver()) == {200}
        assert Payment.objects.filter(user=known).count() == 2
        assert balance(known) == (0, 0)
        grant, written_off = AiCreditLog.objects.of(known.pk).order_by("id").reverse()[:2][::-1]
        assert (grant.amount, written_off.amount) == (1000, -1000)
        assert written_off.idempotency_key == f"account:deleted:{grant.pk}"
        assert "was paid for a deleted account" in caplog.text
        assert_books_balance()

    def test_a_refund_of_it_moves_nothing(self, known, fake_stripe):
        fake_stripe.sandbox.renew(known.subscription_id)
        erase_account(user_id=known.pk)
        fake_stripe.deliver()
        process_due()
        fake_stripe.deliver()
        payment = Payment.objects.filter(user=known).latest("paid_at")
        fake_stripe.sandbox.refund(payment.stripe_id)
        assert set(fake_stripe.deliver()) == {200}
        payment.refresh_from_db()
        assert (payment.written_off, payment.credits_clawed_back) == (1000, 0)
        assert balance(known) == (0, 0)
        assert traces(*PERSONAL) == []
        assert_books_balance()

    def test_a_dispute_that_is_won_gives_nothing_back_to_spend(self, known, fake_stripe):
        payment = Payment.objects.get(user=known)
        dispute = fake_stripe.sandbox.dispute(payment.stripe_id)
        fake_stripe.deliver()
        erase_account(user_id=known.pk)
        fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
        assert set(fake_stripe.deliver()) == {200}
        process_due()
        assert balance(known) == (0, 0)
        assert traces(*PERSONAL) == []
        assert_books_balance()

    def test_a_payment_between_the_request_and_stripes_part(self, known, fake_stripe, client_of):
        create_pack()
        session = billing.create_checkout_session(user=known, pack="pack").id
        delete(client_of(known))
        fake_stripe.sandbox.pay(session)
        process_due()
        assert set(fake_stripe.deliver()) == {200}
        assert Payment.objects.filter(user=known, stripe_id=session).exists()
        assert balance(known) == (0, 0)
        assert traces(*PERSONAL) == []
        assert_books_balance()

    def test_nothing_can_be_bought(self, fake_stripe, deleted):
        create_pack()
        with pytest.raises(BillingClosed):
            billing.create_checkout_session(user=deleted, pack="pack")

    def test_a_customer_that_is_created_meanwhile_is_deleted(self, fake_stripe, user):
        loaded = User.objects.get(pk=user.pk)
        erase_account(user_id=user.pk)
        create_pack()
        with pytest.raises(BillingClosed):
            billing.create_checkout_session(user=loaded, pack="pack")
        row = CustomerDeletion.objects.get()
        assert User.objects.get(pk=user.pk).stripe_customer_id is None
        process_due()
        assert fake_stripe.api.v1.customers.retrieve(row.customer_id).to_dict()["deleted"]

    def test_a_customer_that_a_dead_process_left_is_deleted(self, fake_stripe, user):
        """Stripe created it, and the process died before it stored the id."""
        loaded = User.objects.get(pk=user.pk)
        billing.ensure_customer(user=loaded)
        User.objects.filter(pk=user.pk).update(stripe_customer_id=None)
        erase_account(user_id=user.pk)
        assert set(fake_stripe.deliver()) == {200}  # customer.created
        assert CustomerDeletion.objects.get().customer_id == loaded.stripe_customer_id
        process_due()
        fake_stripe.deliver()
        assert traces(user.email) == []


class TestSignUpAgain:
    def sign_up(self, anonymous, **changes):
        answer = anonymous.post("/api/auth/register", {**SIGN_UP, **changes}, format="json")
        assert answer.status_code == 201, answer.json()
        return answer.json()["user"]["aiCredits"]

    def test_a_new_account_gets_no_credits_again(self, db, anonymous):
        erase_account(user_id=create_known_user().pk)
        assert self.sign_up(anonymous) == 0
        assert self.sign_up(anonymous, email="someone.else@example.com") == 100
        assert_books_balance()

    @pytest.mark.parametrize("email", ["ann@example.com", "ann+2@example.com", "ANN@Example.com"])
    def test_no_spelling_of_the_mailbox_does(self, db, anonymous, email):
        erase_account(user_id=UserFactory(email="ann+1@example.com").pk)
        assert self.sign_up(anonymous, email=email) == 0

    def test_nor_do_dots_at_gmail(self, db, anonymous):
        erase_account(user_id=UserFactory(email="a.nn@gmail.com").pk)
        assert self.sign_up(anonymous, email="an.n+x@gmail.com") == 0

    def test_nor_does_a_roll_of_the_secret_key(self, db, anonymous, settings):
        erase_account(user_id=create_known_user().pk)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another key " * 5
        assert self.sign_up(anonymous) == 0

    def test_it_does_after_the_documented_time(self, db, anonymous, settings):
        erase_account(user_id=create_known_user().pk)
        past = timezone.now() - timedelta(days=settings.FORMER_MAILBOX_DAYS + 1)
        FormerMailbox.objects.update(deleted_at=past)
        call_command("delete_expired", quiet=True)
        assert self.sign_up(anonymous) == 100

    def test_the_second_account_can_be_deleted_too(self, db, anonymous):
        for _ in range(2):
            erase_account(user_id=create_known_user().pk)
        assert User.objects.filter(is_active=False).count() == 2


@pytest.mark.django_db(transaction=True)
class TestWhileAnEventWaitsForStripe:
    """A request never waits for the customer's lock for long, or a few could occupy all threads."""

    @pytest.fixture
    def subscriber(self, plans, fake_stripe):
        user = create_known_user()
        fake_stripe.subscribe(user)
        user.refresh_from_db()
        return user

    def test_the_request_is_refused_and_nothing_is_deleted(self, subscriber, client_of, caplog):
        api, before = client_of(subscriber), balance(subscriber)
        with lock_held_elsewhere(subscriber.stripe_customer_id) as is_held:
            began = time.monotonic()
            answer = delete(api)
            assert time.monotonic() - began < WAIT_SECONDS + 1.5
            assert is_held()
        assert (answer.status_code, answer.json()["code"]) == (503, "account_busy")
        assert int(answer["Retry-After"]) > 0
        assert [record.levelname for record in caplog.records if record.name == "django.request"] == [
            "WARNING"
        ]
        assert traces(EMAIL, NAME)
        assert balance(subscriber) == before
        assert not CustomerDeletion.objects.exists()
        assert delete(api).status_code == 204
        assert balance(subscriber) == (0, 0)

    def test_staff_are_told(self, subscriber, staff):
        browser, page = Client(), f"/admin/accounts/user/{subscriber.pk}/delete-account/"
        browser.force_login(staff)
        with lock_held_elsewhere(subscriber.stripe_customer_id):
            answer = browser.post(page, {"email": subscriber.email})
        assert "This account is busy. Nothing was deleted" in answer.content.decode()
        assert not LogEntry.objects.filter(object_id=str(subscriber.pk)).exists()
        assert User.objects.get(pk=subscriber.pk).is_active
        browser.post(page, {"email": subscriber.email})
        assert not User.objects.get(pk=subscriber.pk).is_active

    def test_a_request_waits_for_an_event_that_ends_soon(self, subscriber, client_of):
        api = client_of(subscriber)
        with lock_held_elsewhere(subscriber.stripe_customer_id, seconds=0.1):
            assert delete(api).status_code == 204


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.mark.usefixtures("paid_actions")
    def test_a_plain_call_in_progress_is_refused_without_an_alarm(self, user, api, caplog):
        def delete_meanwhile():
            assert SlowView.entered.wait(timeout=30)
            services.delete_own_account(user=user, password=PASSWORD)
            SlowView.leave.set()

        answer, _ = at_once(lambda: api.post("/api/slow", {"text": "a"}, format="json"), delete_meanwhile)
        assert (answer.status_code, answer.json()["code"]) == (503, "hold_closed")
        assert Group.objects.count() == 0  # no result is stored
        assert balance(user) == (0, 0)
        # Clients cause it, and an ERROR alerts an operator.
        assert [(record.name, record.levelname) for record in caplog.records] == [
            ("django.request", "WARNING")
        ]

    def test_two_requests(self, user, client_of):
        calls = [client_of(user), client_of(user), client_of(user)]
        statuses = [answer.status_code for answer in at_once(*(lambda api=api: delete(api) for api in calls))]
        assert set(statuses) <= {204, 401}
        assert 204 in statuses
        assert AiCreditLog.objects.of(user.pk).filter(action_type="account_deleted").count() == 1
        assert_books_balance()

    def test_a_login_waits_for_a_deletion_that_is_under_way(self, user):
        stale, erased = User.objects.get(pk=user.pk), Event()

        def erase():
            with transaction.atomic():
                erase_account(user_id=user.pk)
                erased.set()
                time.sleep(1)  # the login comes in this second

        def log_in():
            erased.wait(timeout=60)
            return services.issue_tokens(user=stale)

        _, answer = at_once(erase, log_in)
        assert isinstance(answer, InvalidCredentials)
        assert not user.sessions.exists()

    def test_paid_work_and_a_deletion(self, user, client_of):
        """Each result is paid for and erased, or neither stored nor paid for. No deadlock, no 500."""
        question = QuestionFactory(user=user)
        body = {"questionId": str(question.id), "userAnswer": "a secret"}

        def evaluate():
            return client_of(user).post("/api/ai/evaluate-answer", body, format="json")

        answers = at_once(evaluate, evaluate, lambda: delete(client_of(user)), evaluate, evaluate)
        assert {answer.status_code for answer in answers} <= {200, 204, 401, 402, 404, 503}
        assert answers[2].status_code == 204
        assert traces("a secret") == []
        assert balance(user) == (0, 0)
        assert_books_balance()

    def test_jobs_and_a_deletion(self, user, client_of):
        question = QuestionFactory(user=user)
        body = {"questionId": str(question.id), "userAnswer": "a secret"}

        def submit():
            headers = {"Prefer": "respond-async"}
            return client_of(user).post("/api/ai/evaluate-answer", body, format="json", headers=headers)

        answers = at_once(submit, submit, lambda: delete(client_of(user)), submit)
        assert {answer.status_code for answer in answers} <= {202, 204, 401, 402, 404, 503}
        assert Job.objects.count() == 0
        assert balance(user) == (0, 0)
        assert_books_balance()

    def test_a_worker_and_a_deletion(self, user, client_of, run_worker):  # noqa: F811  (a fixture)
        question = QuestionFactory(user=user)
        body = {"questionId": str(question.id), "userAnswer": "a secret"}
        for _ in range(4):
            answer = client_of(user).post(
                "/api/ai/evaluate-answer", body, format="json", headers={"Prefer": "respond-async"}
            )
            assert answer.status_code == 202
        _, deleted = at_once(run_worker, lambda: delete(client_of(user)))
        assert deleted.status_code == 204
        run_worker()
        assert Job.objects.count() == 0
        assert traces("a secret") == []
        assert balance(user) == (0, 0)
        assert_books_balance()

    def test_webhooks_and_a_deletion(self, plans, fake_stripe, client_of):
        user = create_known_user()
        session = fake_stripe.checkout(user)
        fake_stripe.sandbox.pay(session)
        events = fake_stripe.new_events()
        answers = at_once(
            *(lambda event=event: fake_stripe.post(event) for event in events),
            lambda: delete(client_of(user)),
        )
        assert {answer.status_code for answer in answers[:-1]} == {200}
        if answers[-1].status_code == 503:  # the events took too long
            assert answers[-1].json()["code"] == "account_busy"
            answers[-1] = delete(client_of(user))
        assert answers[-1].status_code == 204
        process_due()
        fake_stripe.deliver()
        assert traces(*PERSONAL) == []
        assert balance(user) == (0, 0)
        assert_books_balance()

    def test_a_checkout_and_a_deletion(self, plans, fake_stripe, client_of):
        user = create_known_user()

        def buy():
            return client_of(user).post("/api/payments/create-checkout-session", {}, format="json")

        answers = at_once(buy, lambda: delete(client_of(user)), buy)
        assert {answer.status_code for answer in answers} <= {200, 204, 401, 409, 503}
        fake_stripe.deliver()
        process_due()
        fake_stripe.deliver()
        assert fake_stripe.api.v1.customers.list({"email": EMAIL}).data == []
        assert not [
            session
            for session in fake_stripe.api.v1.checkout.sessions.list().data
            if session.status == "open"
        ]
        assert traces(*PERSONAL) == []

    def test_two_workers_delete_one_customer(self, plans, fake_stripe):
        user = create_known_user()
        fake_stripe.subscribe(user)
        erase_account(user_id=user.pk)
        results = at_once(billing.delete_customers, billing.delete_customers)
        assert all(isinstance(result, tuple) for result in results)
        assert CustomerDeletion.objects.get().finished_at
        assert traces(*PERSONAL) == []


def test_over_http(sandbox_with_webhooks, live_server):
    """Sign up, subscribe, delete; the webhooks that follow come over HTTP."""
    import httpx

    with httpx.Client(base_url=f"{live_server.url}/api", timeout=30, trust_env=False) as client:
        signed_up = client.post("/auth/register", json={**SIGN_UP, "name": NAME}).json()
        client.headers["Authorization"] = f"Bearer {signed_up['token']}"
        session = client.post("/payments/create-checkout-session", json={}).json()
        sandbox_with_webhooks.pay(session["sessionId"])
        sandbox_with_webhooks.deliver_pending()
        assert client.get("/users/profile").json()["plan"] == "pro"
        exported = client.get("/users/export")
        assert exported.headers["Cache-Control"] == "no-store"
        assert exported.json()["profile"]["email"] == EMAIL
        answer = client.post("/auth/delete-account", json={"password": SIGN_UP["password"]})
        assert answer.status_code == 204
        assert client.get("/users/profile").status_code == 401
    process_due()
    assert {answer["status"] for answer in sandbox_with_webhooks.deliver_pending()} <= {200}
    assert traces(EMAIL, NAME) == []
    call_command("verify_ledger")
