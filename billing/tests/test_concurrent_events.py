"""Concurrent deliveries over HTTP, with real connections and threads."""

import pytest
from django.db import connection, transaction
from djstripe import models as mirror
from rest_framework.test import APIClient

from accounts.models import User
from billing import services
from billing.customer_lock import CustomerNotLocked, lock_customer, require_customer_lock
from billing.models import Payment
from billing.services import sync
from billing.services.clawbacks import reconcile_clawback
from billing.snapshot import Snapshot
from billing.stripe_api import fetch_all
from billing.tests.support import run_concurrently, state_of
from credits.models import AiCreditLog

pytestmark = pytest.mark.django_db(transaction=True)


def subscribe(sandbox_with_webhooks, user):
    session = services.create_checkout_session(user=user)
    return sandbox_with_webhooks.pay(session.id)["subscription"]


def test_one_event_ten_times_at_once_grants_once(sandbox_with_webhooks, user):
    subscribe(sandbox_with_webhooks, user)
    (event,) = sandbox_with_webhooks.events(type="invoice.paid")
    answers = sandbox_with_webhooks.deliver(event["id"], times=10, concurrency=10)
    assert {answer["status"] for answer in answers} == {200}
    assert state_of(user) == ("pro", "active", 1100)
    assert Payment.objects.count() == 1
    assert mirror.Event.objects.filter(id=event["id"]).count() == 1


def test_two_events_of_one_payment_at_once_grant_once(sandbox_with_webhooks, user):
    subscribe(sandbox_with_webhooks, user)
    order = [
        event["id"]
        for kind in ("invoice.paid", "checkout.session.completed")
        for event in sandbox_with_webhooks.events(type=kind)
    ]
    answers = sandbox_with_webhooks.deliver_pending(order=order, concurrency=2)
    assert [answer["status"] for answer in answers] == [200, 200]
    assert state_of(user) == ("pro", "active", 1100)
    assert AiCreditLog.objects.filter(user=user).count() == 2


def test_resync_beside_live_webhooks_grants_once(sandbox_with_webhooks, user):
    subscribe(sandbox_with_webhooks, user)
    run_concurrently(
        lambda: sandbox_with_webhooks.deliver_pending(concurrency=4),
        lambda: services.resync_customer(customer_id=user.stripe_customer_id),
        lambda: services.resync_customer(customer_id=user.stripe_customer_id),
    )
    assert state_of(user) == ("pro", "active", 1100)
    assert Payment.objects.count() == 1


def test_two_concurrent_refunds_claw_back_once(sandbox_with_webhooks, user):
    subscribe(sandbox_with_webhooks, user)
    sandbox_with_webhooks.deliver_pending(concurrency=1)
    payment = Payment.objects.get()
    for cents in (500, 499):
        sandbox_with_webhooks.refund(payment.stripe_id, amount=cents)
    answers = sandbox_with_webhooks.deliver_pending(concurrency=4)
    assert {answer["status"] for answer in answers} == {200}
    assert state_of(user)[2] == 100
    payment.refresh_from_db()
    assert (payment.credits_clawed_back, payment.written_off) == (1000, 0)


def test_two_first_checkouts_at_once_make_one_customer(sandbox_with_webhooks, user, client_of):
    def checkout():
        client: APIClient = client_of(user)
        return client.post("/api/payments/create-checkout-session", {}, format="json")

    answers = run_concurrently(*[checkout] * 4)
    # The loser of the race may get 503: an identical request is still running.
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert checkout().status_code == 200
    customers = list(fetch_all.list_customers())
    assert [customer.id for customer in customers] == [User.objects.get(pk=user.pk).stripe_customer_id]


def locks_held():
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks join pg_database on pg_database.oid = database "
            "where locktype = 'advisory' and datname = current_database()"
        )
        return cursor.fetchone()[0]


@pytest.mark.usefixtures("transactional_db")
def test_customer_lock_ends_with_the_transaction():
    with transaction.atomic():
        lock_customer("cus_1")
        lock_customer("cus_1")
        assert locks_held() == 1
    assert locks_held() == 0


@pytest.mark.usefixtures("transactional_db")
class TestCustomerLock:
    def test_customer_lock_needs_a_transaction(self):
        with pytest.raises(transaction.TransactionManagementError):
            lock_customer("cus_1")

    def test_applying_a_snapshot_requires_the_customer_lock(self, user):
        snapshot = Snapshot(customer_id="cus_1", owner_id=user.pk)
        with pytest.raises(CustomerNotLocked):
            sync.apply(snapshot)
        user.refresh_from_db()
        assert user.stripe_customer_id is None
        with transaction.atomic():
            lock_customer("cus_1")
            sync.apply(snapshot)
        user.refresh_from_db()
        assert user.stripe_customer_id == "cus_1"

    def test_a_clawback_requires_the_customer_lock(self):
        with transaction.atomic(), pytest.raises(CustomerNotLocked):
            reconcile_clawback(Payment(credits=5, amount_paid=9), amount_returned=9)

    def test_customer_lock_is_not_held_after_commit_or_rollback(self):
        with transaction.atomic():
            lock_customer("cus_1")
        with transaction.atomic(), pytest.raises(transaction.TransactionManagementError):
            require_customer_lock()
        with transaction.atomic():
            lock_customer("cus_1")
            transaction.set_rollback(True)
        with transaction.atomic(), pytest.raises(transaction.TransactionManagementError):
            require_customer_lock()
        with transaction.atomic():
            with transaction.atomic():
                lock_customer("cus_1")
                transaction.set_rollback(True)
            with pytest.raises(transaction.TransactionManagementError):
                require_customer_lock()
