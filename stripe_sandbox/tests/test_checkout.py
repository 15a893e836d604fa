"""Checkout: sessions, their pages, and the payments that complete them."""

import httpx
import pytest
import stripe

from stripe_sandbox.testing import SandboxRefused

from .conftest import open_session


def post_page(sandbox, session, **form):
    return httpx.post(f"{sandbox.url}/c/pay/{session.id}", data=form, trust_env=False)


def test_a_session_tells_where_to_pay(api, sandbox, customer):
    session = open_session(api, customer.id, client_reference_id="7", metadata={"plan": "pro"})
    assert session.url == f"{sandbox.url}/c/pay/{session.id}"
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 999)
    assert (session.client_reference_id, session.metadata["plan"]) == ("7", "pro")
    assert session.livemode is False


def test_paying_makes_everything_that_stripe_makes(api, buy, customer):
    session = buy(subscription_data={"metadata": {"user_id": "7"}})
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    subscription = api.subscriptions.retrieve(session.subscription)
    assert (subscription.status, subscription.customer) == ("active", customer.id)
    assert subscription.metadata["user_id"] == "7"
    item = subscription["items"].data[0]
    assert 28 * 86400 <= item.current_period_end - item.current_period_start <= 31 * 86400
    assert item.subscription == subscription.id
    invoice = api.invoices.retrieve(session.invoice)
    assert (invoice.status, invoice.billing_reason, invoice.amount_paid) == (
        "paid",
        "subscription_create",
        999,
    )
    assert invoice.parent.subscription_details.subscription == subscription.id
    line = invoice.lines.data[0]
    assert line.pricing.price_details.price == "price_sandbox_pro_monthly"
    assert (line.period.start, line.period.end) == (item.current_period_start, item.current_period_end)


def test_a_charge_is_found_from_its_invoice_and_back(api, buy):
    session = buy()
    entry = api.invoice_payments.list({"invoice": session.invoice}).data[0]
    intent = api.payment_intents.retrieve(entry.payment.payment_intent)
    charge = api.charges.retrieve(intent.latest_charge)
    assert (charge.payment_intent, charge.amount, charge.paid) == (intent.id, 999, True)
    query = {"payment": {"type": "payment_intent", "payment_intent": intent.id}}
    assert [one.invoice for one in api.invoice_payments.list(query).data] == [session.invoice]


def test_events_come_in_stripes_order(sandbox, buy):
    buy()
    wanted = [
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.succeeded",
    ]
    assert [event["type"] for event in sandbox.events() if event["type"] in wanted] == wanted


def test_a_pack_is_paid_once(api, buy):
    session = buy("price_sandbox_pack_500", mode="payment", quantity=3)
    assert (session.payment_status, session.amount_total, session.subscription) == ("paid", 1497, None)
    assert [
        one.id for one in api.checkout.sessions.list({"payment_intent": session.payment_intent}).data
    ] == [session.id]
    with pytest.raises(stripe.InvalidRequestError):
        api.checkout.sessions.expire(session.id)


def test_a_session_is_found_by_its_subscription(api, buy):
    session = buy()
    assert [one.id for one in api.checkout.sessions.list({"subscription": session.subscription}).data] == [
        session.id
    ]


def test_a_session_can_be_paid_once(sandbox, buy):
    session = buy()
    with pytest.raises(SandboxRefused, match="complete"):
        sandbox.pay(session.id)


def test_paying_takes_one_plain_curl(api, sandbox, customer):
    session = open_session(api, customer.id)
    answer = httpx.post(f"{sandbox.url}/c/pay/{session.id}", trust_env=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"http://shop.example/thanks?session={session.id}"


def test_cancel_goes_back_to_the_shop_and_leaves_the_session_open(api, sandbox, customer):
    session = open_session(api, customer.id)
    assert post_page(sandbox, session, action="cancel").headers["location"] == "http://shop.example/plans"
    assert api.checkout.sessions.retrieve(session.id).status == "open"


@pytest.mark.parametrize(
    "form", [{"action": "decline"}, {"card": "4000000000000002"}, {"card": "4000000000009995"}]
)
def test_a_declined_payment_can_be_tried_again(api, sandbox, customer, form):
    session = open_session(api, customer.id)
    answer = post_page(sandbox, session, **form)
    assert answer.status_code == 402
    assert 'role="alert"' in answer.text
    assert api.subscriptions.list({"customer": customer.id, "status": "all"}).data == []
    assert [event["type"] for event in sandbox.events(type="*failed")] == [
        "charge.failed",
        "payment_intent.payment_failed",
    ]
    assert post_page(sandbox, session).status_code == 303


def test_a_decline_over_the_control_interface_is_a_402(api, sandbox, customer):
    session = open_session(api, customer.id)
    with pytest.raises(SandboxRefused) as refused:
        sandbox.pay(session.id, card="4000000000009995")
    assert (refused.value.status, refused.value.error["decline_code"]) == (402, "insufficient_funds")
    assert sandbox.decline(session.id)["status"] == "open"


def test_a_number_that_is_no_test_card_is_refused(api, sandbox, customer):
    session = open_session(api, customer.id)
    assert post_page(sandbox, session, card="4111111111111111").status_code == 402


def test_the_page_shows_what_is_sold_and_escapes_it(api, sandbox, customer):
    product = api.products.create({"name": "<b>Tea</b> & more"})
    price = api.prices.create({"product": product.id, "currency": "eur", "unit_amount": 1250})
    session = open_session(api, customer.id, price.id, mode="payment", quantity=2)
    page = httpx.get(session.url, trust_env=False)
    assert page.status_code == 200
    assert "&lt;b&gt;Tea&lt;/b&gt; &amp; more" in page.text
    assert "€25.00" in page.text
    assert "no real money" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_page_that_does_not_exist_is_a_404(sandbox):
    assert httpx.get(f"{sandbox.url}/c/pay/cs_test_nothing", trust_env=False).status_code == 404
    assert httpx.post(f"{sandbox.url}/c/pay/cus_nothing", trust_env=False).status_code == 404


def test_a_session_expires_after_a_day(api, sandbox, customer):
    session = open_session(api, customer.id)
    sandbox.advance(days=1.1)
    assert api.checkout.sessions.retrieve(session.id).status == "expired"
    assert post_page(sandbox, session).status_code == 409
    assert len(sandbox.events(type="checkout.session.expired")) == 1


@pytest.mark.parametrize("succeeds", [True, False])
def test_a_delayed_payment_ends_later(api, sandbox, buy, succeeds):
    session = buy("price_sandbox_pack_500", mode="payment", later=True)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    sandbox.settle(session.id, succeeds=succeeds)
    assert api.checkout.sessions.retrieve(session.id).payment_status == ("paid" if succeeds else "unpaid")
    word = "succeeded" if succeeds else "failed"
    assert len(sandbox.events(type=f"checkout.session.async_payment_{word}")) == 1
    with pytest.raises(SandboxRefused):
        sandbox.settle(buy("price_sandbox_pack_500", mode="payment").id)


def test_checkout_makes_a_customer_when_none_is_named(api, sandbox):
    params = {
        "mode": "subscription",
        "customer_email": "new@example.com",
        "line_items": [{"price": "price_sandbox_pro_monthly", "quantity": 1}],
        "success_url": "http://shop.example/",
    }
    session = api.checkout.sessions.create(params)
    sandbox.pay(session.id)
    made = api.customers.retrieve(api.checkout.sessions.retrieve(session.id).customer)
    assert made.email == "new@example.com"


def test_a_trial_costs_nothing_today(api, buy):
    session = buy(subscription_data={"trial_period_days": 7})
    assert (session.amount_total, session.payment_status) == (0, "no_payment_required")
    assert api.subscriptions.retrieve(session.subscription).status == "trialing"
    invoice = api.invoices.retrieve(session.invoice)
    assert (invoice.status, invoice.amount_due, invoice.billing_reason) == ("paid", 0, "subscription_create")


def test_a_coupon_of_everything_still_makes_a_paid_invoice(api, buy):
    coupon = api.coupons.create({"percent_off": 100, "duration": "once"})
    session = buy(discounts=[{"coupon": coupon.id}])
    invoice = api.invoices.retrieve(session.invoice)
    assert (invoice.status, invoice.total, invoice.subtotal, invoice.amount_paid) == ("paid", 0, 999, 0)
    assert session.total_details.amount_discount == 999


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"mode": "payment"}, "line_items"),
        ({"mode": "setup"}, "mode"),
        ({"success_url": "shop"}, "success_url"),
        ({"success_url": ""}, "success_url"),
        ({"customer_email": "a@example.com"}, None),
        ({"payment_intent_data": {"description": "x"}}, "payment_intent_data"),
        ({"line_items": [{"price": "price_sandbox_pack_500", "quantity": 1}]}, "line_items"),
        ({"line_items": [{"price": "price_none", "quantity": 1}]}, "line_items[0][price]"),
        ({"line_items": [{"price": "price_sandbox_pro_monthly"}]}, "line_items[0]"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price]"),
        ({"line_items": []}, "line_items"),
        ({"discounts": [{"coupon": "none"}]}, "discounts[0][coupon]"),
        ({"expires_at": 5}, "expires_at"),
    ],
)
def test_a_session_that_stripe_would_refuse_is_refused(api, customer, change, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(api, customer.id, **change)
    assert refused.value.param == param
    assert api.checkout.sessions.list().data == []


def test_the_page_works_without_an_email_and_with_a_fraction_of_a_cent(api, sandbox):
    price = api.prices.create(
        {"product": "prod_sandbox_pack", "currency": "usd", "unit_amount_decimal": "12.5"}
    )
    session = api.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [{"price": price.id, "quantity": 2}],
            "success_url": "http://shop.example/",
        }
    )
    page = httpx.get(session.url, trust_env=False)
    assert page.status_code == 200
    assert "$0.25" in page.text


def test_a_price_without_a_product_is_refused(api, customer):
    item = {"price_data": {"currency": "usd", "unit_amount": 100}, "quantity": 1}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(api, customer.id, mode="payment", line_items=[item])
    assert refused.value.param == "line_items[0][price_data][product]"
