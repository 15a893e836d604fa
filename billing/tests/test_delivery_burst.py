"""Fifty concurrent deliveries: no deadlock, no lost event, and the balances of an ordered delivery.

Each needs a thread and a database connection of the server (docs/operations.md).
"""

import io
import random
from collections import Counter

import pytest
import stripe
from django.core.management import call_command
from django.db import connection
from djstripe import models as mirror

from accounts.tests.factories import UserFactory
from billing import services
from billing.models import Payment
from billing.tests.catalog import create_pack
from billing.tests.fake_stripe import stripe_api
from credits.models import AiCreditLog

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 50
ROUNDS = 5  # Stripe retries for three days
PRICE = "price_sandbox_pro_monthly"


@pytest.fixture
def busy_sandbox(sandbox_with_webhooks, live_server):
    # Django's test server queues ten connections and resets others; gunicorn queues 2,048.
    live_server.thread.httpd.socket.listen(2 * AT_ONCE)
    create_pack()
    return sandbox_with_webhooks


class Customers:
    """Two users of each history, and the expected result of all their events."""

    def __init__(self, sandbox):
        self.sandbox, self.expected = sandbox, {}
        for history in (self.renews, self.is_refunded, self.leaves, self.disputes, self.will_leave):
            for _ in range(2):
                user = UserFactory()
                self.expected[user] = history(user)

    def subscribe(self, user):
        return self.sandbox.pay(services.create_checkout_session(user=user).id)

    def renews(self, user):
        subscription = self.subscribe(user)["subscription"]
        self.sandbox.renew(subscription)
        self.sandbox.renew(subscription)
        return "pro", "active", 100 + 3 * 1000

    def is_refunded(self, user):
        invoice = self.subscribe(user)["invoice"]
        self.sandbox.refund(invoice, amount=333)
        self.sandbox.refund(invoice, amount=166)
        return "pro", "active", 100 + 1000 - 1000 * (333 + 166) // 999

    def leaves(self, user):
        stripe_api().v1.subscriptions.cancel(self.subscribe(user)["subscription"])
        return "free", "canceled", 100 + 1000

    def disputes(self, user):
        lost, won = (services.create_checkout_session(user=user, pack="pack").id for _ in range(2))
        for session, wins in ((lost, False), (won, True)):
            self.sandbox.pay(session)
            self.sandbox.close_dispute(self.sandbox.dispute(session)["id"], won=wins)
        return "free", None, 100 + 500

    def will_leave(self, user):
        stripe_api().v1.subscriptions.update(
            self.subscribe(user)["subscription"], {"cancel_at_period_end": True}
        )
        return "pro", "active", 100 + 1000


def shuffled_events(sandbox):
    """Return the ids of the events, and a shuffled order with every other one twice."""
    ids = [event["id"] for event in sandbox.events(state="pending")]
    order = [*ids, *ids[::2]]
    random.Random(AT_ONCE).shuffle(order)
    return ids, order


def deadlocks():
    with connection.cursor() as cursor:
        cursor.execute("select pg_stat_clear_snapshot()")
        cursor.execute("select deadlocks from pg_stat_database where datname = current_database()")
        return cursor.fetchone()[0]


def most_at_once(events):
    """Return the highest number of simultaneous deliveries, by the sender's clock."""
    attempts = [one for event in events for sent in event["deliveries"] for one in sent["attempts"]]
    moments = [(one["at"], 1) for one in attempts] + [(one["at"] + one["seconds"], -1) for one in attempts]
    under_way = [0]
    for _, step in sorted(moments):
        under_way.append(under_way[-1] + step)
    return max(under_way)


def assert_expected_result(sandbox, customers, ids):
    assert sandbox.events(state="pending") == sandbox.events(state="failed") == []
    assert Counter(mirror.Event.objects.values_list("id", flat=True)) == Counter(ids)
    for user, expected in customers.expected.items():
        user.refresh_from_db()
        assert (user.plan, user.subscription_status, user.ai_credits) == expected
    assert Payment.objects.count() == 2 * (3 + 1 + 1 + 2 + 1)
    granted = AiCreditLog.objects.filter(kind="grant", reference_type="payment")
    assert granted.count() == Payment.objects.count()
    call_command("verify_ledger", stdout=io.StringIO(), stderr=io.StringIO())
    for user in customers.expected:
        assert not services.resync_customer(customer_id=user.stripe_customer_id).has_changes


def test_a_burst_of_mixed_events_has_the_right_result_and_no_deadlock(busy_sandbox):
    customers = Customers(busy_sandbox)
    stripe_api().v1.prices.update(PRICE, {"nickname": "Monthly"})  # referenced by all other events
    stripe_api().v1.products.update(str(stripe_api().v1.prices.retrieve(PRICE).product), {"name": "Pro"})
    ids, order = shuffled_events(busy_sandbox)
    before = deadlocks()
    answers = busy_sandbox.deliver_pending(order=order, concurrency=AT_ONCE)
    assert Counter(answer["status"] for answer in answers) == {200: len(order)}
    assert most_at_once(busy_sandbox.events()) == AT_ONCE
    assert deadlocks() == before
    assert_expected_result(busy_sandbox, customers, ids)


def test_a_burst_during_stripe_failures_loses_nothing(busy_sandbox, monkeypatch):
    """A delivery answered with 5xx is rolled back and sent again."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)  # before our own retries
    customers = Customers(busy_sandbox)
    ids, order = shuffled_events(busy_sandbox)
    before = deadlocks()
    for kind, path in (
        ("error", "/v1/invoices"),
        ("rate_limit", "/v1/charges"),
        ("drop", "/v1/subscriptions"),
    ):
        busy_sandbox.fail(kind, path=path, times=20, retry_after=0)
    answers = busy_sandbox.deliver_pending(order=order, concurrency=AT_ONCE)
    assert {answer["status"] for answer in answers} > {200}
    assert {answer["status"] for answer in answers} <= {200, 500, 502, 503}
    busy_sandbox.stop_failing()
    for _ in range(ROUNDS):
        busy_sandbox.deliver_pending(concurrency=AT_ONCE)
    assert deadlocks() == before
    assert_expected_result(busy_sandbox, customers, ids)
