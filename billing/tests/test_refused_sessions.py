"""Checkout Sessions that Stripe refuses: at a price that is not on sale any more, in a second currency."""

import pytest

from billing.models import Price
from billing.tests.catalog import PACK_PRICE, create_pack, create_plan, price_id_of, sell_at
from billing.tests.support import lock_held_elsewhere

CHECKOUT = "/api/payments/create-checkout-session"
MONTHLY = "price_sandbox_pro_monthly"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(api, fake_stripe):
    return lambda **body: api.post(CHECKOUT, body, format="json")


def price_of(fake_stripe, session_id):
    session = fake_stripe.api.v1.checkout.sessions.retrieve(session_id, {"expand": ["line_items"]})
    return session.line_items.data[0].price.id


@pytest.fixture
def euro(fake_stripe):
    wanted = {"currency": "eur", "unit_amount": 1399, "product": "prod_sandbox_pro"}
    return fake_stripe.api.v1.prices.create({**wanted, "recurring": {"interval": "month"}}).id


@pytest.mark.parametrize("pack", [False, True])
def test_an_archived_price_is_no_longer_on_sale(ask, fake_stripe, pack):
    if pack:
        create_pack()
    archived = PACK_PRICE if pack else MONTHLY
    fake_stripe.api.v1.prices.update(archived, {"active": False})
    answer = ask(**({"pack": "pack"} if pack else {}))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert not Price.objects.get(stripe_id=archived).is_active


def test_a_price_that_stripe_does_not_know_is_no_longer_on_sale(ask, fake_stripe):
    fake_stripe.sandbox.forget(MONTHLY)
    assert ask().status_code == 400
    assert not Price.objects.get(stripe_id=MONTHLY).is_active


@pytest.mark.django_db(transaction=True)
def test_a_checkout_does_not_wait_while_the_price_is_being_updated(ask, fake_stripe, plans):
    fake_stripe.api.v1.prices.update(MONTHLY, {"active": False})
    with lock_held_elsewhere(MONTHLY) as is_held:
        answer = ask()
        assert is_held()
    assert (answer.status_code, answer.json()["code"]) == (503, "stripe_busy")
    assert int(answer["Retry-After"]) > 0
    assert Price.objects.get(stripe_id=MONTHLY).is_active
    assert ask().status_code == 400
    assert not Price.objects.get(stripe_id=MONTHLY).is_active


def test_the_next_price_of_the_plan_is_sold_instead(ask, fake_stripe):
    raised = fake_stripe.create_price(cents=1999)
    sell_at(Price.objects.get(stripe_id=MONTHLY).plan, raised)
    assert price_id_of("pro") == MONTHLY
    fake_stripe.api.v1.prices.update(MONTHLY, {"active": False})
    answer = ask()
    assert answer.status_code == 200, answer.content
    assert price_of(fake_stripe, answer.json()["sessionId"]) == raised


def test_another_refusal_of_stripe_is_still_502(ask, fake_stripe):
    fake_stripe.sandbox.fail(path="/v1/checkout/sessions", method="POST", status=400)
    assert ask().status_code == 502
    assert Price.objects.get(stripe_id=MONTHLY).is_active


def test_a_second_plan_in_another_currency_is_refused_with_the_first(ask, fake_stripe, user, euro, settings):
    settings.ALLOW_SEVERAL_SUBSCRIPTIONS = True
    create_plan("max", euro)
    fake_stripe.subscribe(user)
    answer = ask(plan="max")
    assert (answer.status_code, answer.json()["code"], answer.json()["plan"]) == (
        409,
        "already_subscribed",
        "pro",
    )


def test_a_plan_in_another_currency_is_refused_though_the_events_were_lost(ask, fake_stripe, user, euro):
    sell_at(Price.objects.get(stripe_id=MONTHLY).plan, euro)
    fake_stripe.subscribe(user, deliver=False)
    fake_stripe.drop_events()
    answer = ask(currency="eur")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_subscribed")


def test_a_customer_changes_the_currency_after_the_subscription(ask, fake_stripe, user, euro):
    sell_at(Price.objects.get(stripe_id=MONTHLY).plan, euro)
    fake_stripe.api.v1.subscriptions.cancel(fake_stripe.subscribe(user))
    answer = ask(currency="eur")
    assert answer.status_code == 200
    assert price_of(fake_stripe, answer.json()["sessionId"]) == euro
