"""Deliveries that come at once, over real HTTP, with real connections and threads."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from djstripe import models as mirror
from rest_framework.test import APIClient

from accounts.models import User
from billing import services
from billing.models import Payment
from billing.webhooks.handlers import HANDLED_EVENTS
from credits.models import AiCreditLog

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(webhooks):
    """The sandbox, delivering over HTTP when it is told to; only what an endpoint subscribes to."""
    webhooks.set_webhook(enabled_events=list(HANDLED_EVENTS))
    return webhooks


def subscribe(shop, user):
    session = services.create_checkout_session(user=user)
    return shop.pay(session.id)["subscription"]


def at_once(*calls):
    """Run the calls at the same moment, each in a thread with a connection of its own."""
    gate = threading.Barrier(len(calls))

    def run(call):
        gate.wait()
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def facts(user):
    user.refresh_from_db()
    return user.plan, user.subscription_status, user.ai_credits


def test_one_event_ten_times_at_once_grants_once(shop, user):
    subscribe(shop, user)
    (event,) = shop.events(type="invoice.paid")
    answers = shop.deliver(event["id"], times=10, concurrency=10)
    assert {answer["status"] for answer in answers} == {200}
    assert facts(user) == ("pro", "active", 1100)
    assert Payment.objects.count() == 1
    assert mirror.Event.objects.filter(id=event["id"]).count() == 1


def test_two_events_of_one_payment_at_once_grant_once(shop, user):
    subscribe(shop, user)
    order = [
        event["id"]
        for kind in ("invoice.paid", "checkout.session.completed")
        for event in shop.events(type=kind)
    ]
    answers = shop.deliver_pending(order=order, concurrency=2)
    assert [answer["status"] for answer in answers] == [200, 200]
    assert facts(user) == ("pro", "active", 1100)
    assert AiCreditLog.objects.filter(user=user).count() == 2


def test_resync_beside_live_webhooks_grants_once(shop, user):
    subscribe(shop, user)
    at_once(
        lambda: shop.deliver_pending(concurrency=4),
        lambda: services.reconcile_customer(customer_id=user.stripe_customer_id),
        lambda: services.reconcile_customer(customer_id=user.stripe_customer_id),
    )
    assert facts(user) == ("pro", "active", 1100)
    assert Payment.objects.count() == 1


def test_two_refunds_heard_of_at_once_take_back_once(shop, user):
    subscribe(shop, user)
    shop.deliver_pending(concurrency=1)
    payment = Payment.objects.get()
    for cents in (500, 499):
        shop.refund(payment.stripe_id, amount=cents)
    answers = shop.deliver_pending(concurrency=4)
    assert {answer["status"] for answer in answers} == {200}
    assert facts(user)[2] == 100
    payment.refresh_from_db()
    assert (payment.taken_back, payment.written_off) == (1000, 0)


def test_two_first_checkouts_at_once_make_one_customer(shop, user, client_of):
    def checkout():
        client: APIClient = client_of(user)
        return client.post("/api/payments/create-checkout-session", {}, format="json")

    answers = at_once(*[checkout] * 4)
    # The loser of the race may be told to try again: its request is the same, and still running.
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert checkout().status_code == 200
    customers = list(services.list_customers())
    assert [customer["id"] for customer in customers] == [User.objects.get(pk=user.pk).stripe_customer_id]


def turns_taken():
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks join pg_database on pg_database.oid = database "
            "where locktype = 'advisory' and datname = current_database()"
        )
        return cursor.fetchone()[0]


@pytest.mark.usefixtures("transactional_db")
def test_the_turn_of_a_customer_ends_with_the_transaction():
    with transaction.atomic():
        services.lock_customer("cus_1")
        services.lock_customer("cus_1")
        assert turns_taken() == 1
    assert turns_taken() == 0
