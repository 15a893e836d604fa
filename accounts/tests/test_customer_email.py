"""After a change of the email address, the Stripe customer gets the new one, so that receipts go there."""

import time
from functools import partial
from threading import Event

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from djstripe.models import Customer

from accounts import services
from accounts.models import User
from accounts.services import erase_account
from accounts.services.customer_email import CUSTOMER_QUEUE
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.mail_helpers import at_once, deliver, post, token_of
from accounts.tests.personal_data import traces
from billing import services as billing
from billing.exceptions import StripeUnavailable
from billing.tests.support import state_of
from jobs.tests.conftest import queue_tables, run_worker  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db(transaction=True)
OLD, NEW, NEWEST = "ada@example.com", "ada@new.example", "ada@newest.example"


@pytest.fixture
def ada(plans, fake_stripe):
    user = UserFactory(email=OLD)
    fake_stripe.subscribe(user)
    user.refresh_from_db()
    return user


@pytest.fixture
def work(run_worker):  # noqa: F811  (a fixture)
    """Return a function that runs a real worker on the queue of customers."""
    return partial(run_worker, queues=[CUSTOMER_QUEUE])


def change(user, email):
    """Request a change of the email address and confirm it, as the user does."""
    user.refresh_from_db()
    services.request_email_change(user=user, email=email, password=PASSWORD)
    mail = next(mail for mail in deliver() if mail.to == [email])
    assert post(Client(), "email/confirm", {"token": token_of(mail)}).status_code == 204


def waiting():
    """Return status and attempts of each task, and whether it waits for a later time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select status::text, attempts, coalesce(scheduled_at > now(), false) "
            "from procrastinate_jobs where queue_name = %s order by id",
            [CUSTOMER_QUEUE],
        )
        return cursor.fetchall()


def wait_no_longer():
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set scheduled_at = null")


@pytest.fixture
def stored(fake_stripe):
    """Return a function that returns the address that Stripe has of a user's customer."""
    return lambda user: fake_stripe.api.v1.customers.retrieve(user.stripe_customer_id).email


class TestConfirmedChange:
    def test_stripe_gets_the_new_address_and_its_event_changes_nothing_else(
        self, ada, work, stored, fake_stripe
    ):
        assert stored(ada) == OLD
        change(ada, NEW)
        assert stored(ada) == OLD  # no request to Stripe within the change
        work()
        assert (stored(ada), waiting()) == (NEW, [])
        before = state_of(ada)
        (event,) = fake_stripe.new_events()
        assert event["type"] == "customer.updated"
        assert fake_stripe.post(event).status_code == 200
        assert state_of(ada) == before
        assert Customer.objects.get(id=ada.stripe_customer_id).email == NEW
        assert User.objects.get(pk=ada.pk).email == NEW

    def test_an_unconfirmed_change_changes_nothing(self, ada, work, stored):
        services.request_email_change(user=ada, email=NEW, password=PASSWORD)
        work()
        assert stored(ada) == OLD

    def test_of_two_changes_the_last_one_wins(self, ada, work, stored):
        change(ada, NEW)
        change(ada, NEWEST)
        work()
        assert (stored(ada), waiting()) == (NEWEST, [])

    def test_a_user_without_a_customer_costs_no_request(self, queue_tables, work, fake_stripe):  # noqa: F811  (a fixture)
        user = UserFactory(email=OLD)
        change(user, NEW)
        fake_stripe.sandbox.fail("error")
        work()
        assert waiting() == []

    def test_stripe_that_does_not_respond_is_asked_again(self, ada, work, stored, fake_stripe):
        change(ada, NEW)
        fake_stripe.sandbox.fail("drop", path="/v1/customers", method="POST")
        work()
        assert waiting() == [("todo", 1, True)]
        fake_stripe.sandbox.stop_failing()
        wait_no_longer()
        work()
        assert (stored(ada), waiting()) == (NEW, [])

    def test_a_lost_response_makes_no_difference(self, ada, work, stored, fake_stripe):
        change(ada, NEW)
        fake_stripe.sandbox.fail("drop", path="/v1/customers", method="POST", after=True)
        work()
        fake_stripe.sandbox.stop_failing()
        wait_no_longer()
        work()
        assert (stored(ada), waiting()) == (NEW, [])

    def test_without_an_address_that_stripe_accepts_the_old_one_is_removed(self, ada, stored, caplog):
        User.objects.filter(pk=ada.pk).update(email="ada@@example.com")
        billing.update_customer_email(user_id=ada.pk)
        assert stored(ada) is None
        assert "refuses an email address" in caplog.text
        assert "@@" not in caplog.text
        assert "ERROR" not in {record.levelname for record in caplog.records}

    def test_a_customer_that_was_deleted_in_stripe_is_no_failure(self, ada, work, fake_stripe):
        fake_stripe.api.v1.customers.delete(ada.stripe_customer_id)
        change(ada, NEW)
        work()
        assert waiting() == []


class TestChangeByStaff:
    def test_stripe_gets_the_new_address(self, ada, work, stored, staff):
        browser = Client()
        browser.force_login(staff)
        form = {"email": NEW, "name": "", "is_active": "on"}
        assert browser.post(f"/admin/accounts/user/{ada.pk}/change/", form).status_code == 302
        assert LogEntry.objects.get().object_id == str(ada.pk)
        work()
        assert stored(ada) == NEW

    def test_another_change_sends_nothing(self, ada, staff, queue_tables):  # noqa: F811  (a fixture)
        browser = Client()
        browser.force_login(staff)
        form = {"email": OLD, "name": "Ada", "is_active": "on"}
        assert browser.post(f"/admin/accounts/user/{ada.pk}/change/", form).status_code == 302
        assert waiting() == []


class TestDeletedAccount:
    def test_its_customer_gets_no_address(self, ada, work, fake_stripe):
        change(ada, NEW)
        customer = ada.stripe_customer_id
        erase_account(user_id=ada.pk)
        work()
        assert [event["type"] for event in fake_stripe.new_events()] == []
        assert billing.delete_customers() == (1, 0)
        billing.update_customer_email(user_id=ada.pk)
        fake_stripe.deliver()
        assert fake_stripe.api.v1.customers.retrieve(customer).to_dict()["deleted"]
        assert traces(OLD, NEW) == []

    def test_a_deletion_after_the_update_leaves_no_address(self, ada, work, fake_stripe):
        change(ada, NEW)
        work()
        erase_account(user_id=ada.pk)
        assert billing.delete_customers() == (1, 0)
        assert set(fake_stripe.deliver()) == {200}
        assert traces(OLD, NEW) == []


class TestRace:
    def test_a_slow_request_does_not_restore_an_older_address(self, ada, stored, fake_stripe):
        """Each update reads the address again after its request."""
        User.objects.filter(pk=ada.pk).update(email=NEW)
        fake_stripe.sandbox.fail("delay", seconds=2, path="/v1/customers", method="POST", times=1)
        started = Event()

        def slow():
            started.set()
            billing.update_customer_email(user_id=ada.pk)

        def later():
            started.wait(timeout=60)
            time.sleep(1)
            User.objects.filter(pk=ada.pk).update(email=NEWEST)
            billing.update_customer_email(user_id=ada.pk)

        assert at_once(slow, later) == [None, None]
        assert stored(ada) == NEWEST

    def test_a_customer_that_is_created_meanwhile_gets_the_new_address(
        self, plans, fake_stripe, stored, work
    ):
        user = UserFactory(email=OLD)
        stale = User.objects.get(pk=user.pk)  # loaded by a checkout before the change
        User.objects.filter(pk=user.pk).update(email=NEW)
        billing.update_customer_email(user_id=user.pk)
        billing.ensure_customer(user=stale)
        fake_stripe.sandbox.fail("drop", path="/v1/customers", method="POST", times=1)
        work()
        wait_no_longer()  # for the second attempt
        work()
        assert stored(stale) == NEW
        assert stale.email == NEW

    def test_a_failure_is_raised(self, ada, fake_stripe):
        User.objects.filter(pk=ada.pk).update(email=NEW)
        fake_stripe.sandbox.fail("drop", path="/v1/customers", method="POST")
        with pytest.raises(StripeUnavailable):
            billing.update_customer_email(user_id=ada.pk)
