"""What Stripe sends only rarely: guests, strangers' objects, events that are no longer true."""

import pytest

from accounts.models import User
from billing import services
from billing.models import CreditPack, Payment
from billing.stripe_objects import CheckoutSession

pytestmark = pytest.mark.django_db


def balance(user):
    return User.objects.get(pk=user.pk).ai_credits


def test_a_guest_who_buys_a_pack_is_nobody_we_know(stripe_world):
    CreditPack.objects.create(slug="pack", name="Pack", stripe_price_id="price_sandbox_pack_500", credits=500)
    session = stripe_world.api.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [{"price": "price_sandbox_pack_500", "quantity": 1}],
            "success_url": "https://shop.example/thanks",
        }
    )
    stripe_world.sandbox.pay(session.id)
    stripe_world.sandbox.refund(session.id)
    assert set(stripe_world.deliver()) == {200}
    assert not Payment.objects.exists()


def test_news_of_a_payment_that_is_not_true_gives_nothing(stripe_world, subscriber):
    stripe_world.sandbox.break_cards(subscriber.stripe_customer_id)
    stripe_world.sandbox.renew(subscriber.subscription_id)
    failed = next(one for one in stripe_world.new_events() if one["type"] == "invoice.payment_failed")
    assert stripe_world.post({**failed, "type": "invoice.paid"}).status_code == 200
    assert balance(subscriber) == 1100
    assert Payment.objects.count() == 1


def test_a_refund_of_something_else_that_our_customer_bought_moves_nothing(stripe_world, subscriber):
    """A charge of the same shop that no invoice and no session of ours explains."""
    stripe_world.sandbox.renew(subscriber.subscription_id)
    events = stripe_world.new_events()
    invoice = next(one for one in events if one["type"] == "invoice.paid")["data"]["object"]["id"]
    stripe_world.sandbox.refund(invoice)
    (refund,) = stripe_world.new_events(["charge.refunded"])
    refund["data"]["object"]["payment_intent"] = "pi_of_something_else"
    assert stripe_world.post(refund).status_code == 200
    assert balance(subscriber) == 1100


@pytest.mark.parametrize(
    "session",
    [
        {"mode": "subscription", "payment_status": "paid", "status": "complete"},
        {"mode": "payment", "payment_status": "unpaid", "status": "complete"},
        {"mode": "payment", "payment_status": "no_payment_required", "status": "open"},
        {},
    ],
)
def test_a_session_that_is_no_paid_pack_is_no_purchase(session):
    assert not CheckoutSession.from_stripe({"id": "cs_1", **session}).is_paid_purchase


def test_a_payment_without_a_period_is_due_when_it_was_paid(stripe_world, subscriber):
    payment = Payment.objects.get()
    payment.period_start = None
    assert payment.due_at(5) == payment.paid_at


def test_a_user_whose_customer_is_of_another_stripe_account(stripe_world, user):
    User.objects.filter(pk=user.pk).update(stripe_customer_id="cus_ofAnotherAccount")
    changes = services.resync_customer(customer_id="cus_ofAnotherAccount")
    assert (changes.user_id, changes.anything) == (user.pk, False)
