"""Rare events: guest checkouts, unrelated objects, outdated events."""

import pytest
from django.db import transaction
from djstripe import models as mirror
from djstripe.models import Event

from accounts.models import User
from billing import services
from billing.customer_lock import CustomerNotLocked
from billing.exceptions import StripeObjectMissing
from billing.models import Payment
from billing.stripe_api import fetch
from billing.stripe_payments import CheckoutSession
from billing.tests.catalog import create_pack
from billing.tests.support import credits_of, state_of

pytestmark = pytest.mark.django_db


def test_a_guest_checkout_is_ignored(fake_stripe):
    create_pack()
    session = fake_stripe.api.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [{"price": "price_sandbox_pack_500", "quantity": 1}],
            "success_url": "https://shop.example/thanks",
        }
    )
    fake_stripe.sandbox.pay(session.id)
    fake_stripe.sandbox.refund(session.id)
    assert set(fake_stripe.deliver()) == {200}
    assert not Payment.objects.exists()


def test_an_outdated_paid_event_grants_nothing(fake_stripe, subscriber):
    fake_stripe.sandbox.decline_cards(subscriber.stripe_customer_id)
    fake_stripe.sandbox.renew(subscriber.subscription_id)
    failed = next(one for one in fake_stripe.new_events() if one["type"] == "invoice.payment_failed")
    assert fake_stripe.post({**failed, "type": "invoice.paid"}).status_code == 200
    assert credits_of(subscriber) == 1100
    assert Payment.objects.count() == 1


def test_a_refund_of_an_unrelated_charge_moves_no_credits(fake_stripe, subscriber):
    """A charge of the same account that belongs to no invoice and no session of ours."""
    fake_stripe.sandbox.renew(subscriber.subscription_id)
    events = fake_stripe.new_events()
    invoice = next(one for one in events if one["type"] == "invoice.paid")["data"]["object"]["id"]
    fake_stripe.sandbox.refund(invoice)
    (refund,) = fake_stripe.new_events(["charge.refunded"])
    refund["data"]["object"]["payment_intent"] = "pi_of_something_else"
    assert fake_stripe.post(refund).status_code == 200
    assert credits_of(subscriber) == 1100


@pytest.mark.parametrize(
    "session",
    [
        {"mode": "subscription", "payment_status": "paid", "status": "complete"},
        {"mode": "payment", "payment_status": "unpaid", "status": "complete"},
        {"mode": "payment", "payment_status": "no_payment_required", "status": "open"},
        {},
    ],
)
def test_an_unpaid_or_subscription_session_is_not_a_purchase(session):
    assert not CheckoutSession.from_stripe({"id": "cs_1", **session}).is_paid_purchase


def test_a_payment_without_a_period_is_due_when_it_was_paid(fake_stripe, subscriber):
    payment = Payment.objects.get()
    payment.period_start = None
    assert payment.due_at(5) == payment.paid_at


def test_a_customer_of_another_stripe_account_changes_nothing(fake_stripe, user):
    User.objects.filter(pk=user.pk).update(stripe_customer_id="cus_ofAnotherAccount")
    changes = services.resync_customer(customer_id="cus_ofAnotherAccount")
    assert (changes.user_id, changes.has_changes) == (user.pk, False)


def test_a_list_that_stripe_refuses_is_not_empty(fake_stripe):
    with pytest.raises(StripeObjectMissing) as refusal:
        fetch.list_all("charges", starting_after="ch_thatIsGone")
    assert refusal.value.parameter == "starting_after"


def test_an_event_needs_only_the_ids_of_its_objects(fake_stripe, user):
    """The endpoint may have another API version than ours, whose objects have other fields."""
    names = ("id", "object", "customer", "charge", "payment_intent")
    fake_stripe.sandbox.renew(fake_stripe.subscribe(user, deliver=False))
    fake_stripe.sandbox.dispute(create_payment(fake_stripe, user))
    for event in fake_stripe.new_events():
        found = event["data"]["object"]
        event["data"] = {"object": {name: found[name] for name in names if name in found}}
        for name in ("api_version", "request", "pending_webhooks"):
            event[name] = None
        assert fake_stripe.post(event).status_code == 200, event
    assert state_of(user) == ("pro", "active", 2100)
    assert Payment.objects.get(pack__isnull=False).credits_clawed_back == 500
    assert services.resync_customer(customer_id=user.stripe_customer_id).has_changes is False


def create_payment(fake_stripe, user):
    """Buy a pack, and return the session's id."""
    create_pack()
    user.refresh_from_db()
    session = services.create_checkout_session(user=user, pack="pack").id
    fake_stripe.sandbox.pay(session)
    return session


@pytest.mark.parametrize("deleted", [False, True])
def test_a_resync_needs_no_product_and_no_price_in_stripe(fake_stripe, user, deleted):
    """Both can be deleted in test mode, and old ones with a dashboard's data."""
    fake_stripe.subscribe(user)
    create_payment(fake_stripe, user)
    assert set(fake_stripe.deliver()) == {200}
    for gone in ("prod_sandbox_pro", "price_sandbox_pro_monthly", "price_sandbox_pack_500"):
        fake_stripe.sandbox.forget(gone)
    if deleted:
        for model in (mirror.Price, mirror.Product):
            model.objects.all().delete()
    user.refresh_from_db()
    assert services.resync_customer(customer_id=user.stripe_customer_id).has_changes is False
    assert state_of(user) == ("pro", "active", 1600)


@pytest.mark.django_db(transaction=True)
def test_a_dispute_that_is_processed_without_the_lock_is_refused(fake_stripe, subscriber):
    """As `manage.py djstripe_process_events` does: no view has asked for its customer."""
    fake_stripe.sandbox.dispute(Payment.objects.get().stripe_id)
    (event,) = fake_stripe.new_events(["charge.dispute.created"])
    with pytest.raises(CustomerNotLocked), transaction.atomic():
        Event.process(event)
    assert fake_stripe.post(event).status_code == 200
    assert credits_of(subscriber) == 100
