"""Checkout, portal and plans, and their errors when Stripe fails."""

import time

import pytest
import stripe
from djstripe import models as mirror

from accounts.tests.factories import UserFactory
from billing.models import CreditPack, Payment, Plan, Price
from billing.stripe_api import client as stripe_client
from billing.tests.catalog import create_pack, create_plan

CHECKOUT = "/api/payments/create-checkout-session"
PORTAL = "/api/payments/create-portal-session"


def customers(fake_stripe):
    return fake_stripe.api.v1.customers.list({"limit": 100}).data


@pytest.fixture
def ask(api, fake_stripe):
    def post(path=CHECKOUT, body=None):
        return api.post(path, {} if body is None else body, format="json")

    return post


@pytest.fixture
def pack(fake_stripe):
    return create_pack(slug="pack-500", name="500 credits")


@pytest.fixture
def quick(monkeypatch):
    """Shorten timeouts and retries: only the end of the waiting is tested."""
    monkeypatch.setattr(stripe_client, "MAX_RETRIES", 1)
    monkeypatch.setattr(stripe, "default_http_client", stripe_client.HTTPClient(timeout=1))
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)


def wait_for(condition, *, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


class TestCheckout:
    def test_an_empty_body_sells_pro(self, ask, user, fake_stripe):
        answer = ask()
        assert answer.status_code == 200
        assert set(answer.json()) == {"sessionId", "url"}
        session = fake_stripe.api.v1.checkout.sessions.retrieve(
            answer.json()["sessionId"], {"expand": ["line_items"]}
        )
        user.refresh_from_db()
        assert session.mode == "subscription"
        assert session.customer == user.stripe_customer_id
        assert session.client_reference_id == str(user.pk)
        metadata = session.metadata.to_dict()
        assert len(metadata.pop("terms")) == 16
        assert metadata == {"user_id@api.example": str(user.pk), "plan": "pro"}
        assert session.line_items.data[0].price.id == "price_sandbox_pro_monthly"
        assert answer.json()["url"] == session.url

    def test_the_customer_carries_the_users_id_and_email(self, ask, user, fake_stripe):
        ask()
        (customer,) = customers(fake_stripe)
        assert (customer.email, customer.metadata["user_id@api.example"]) == (user.email, str(user.pk))

    def test_a_plan_is_chosen_by_its_slug(self, ask, fake_stripe):
        create_plan("max", fake_stripe.create_price(cents=2999), credits_per_period=5000)
        assert ask(body={"plan": "max"}).status_code == 200

    def test_a_second_checkout_creates_no_second_customer(self, ask, fake_stripe):
        assert {ask().status_code for _ in range(2)} == {200}
        assert len(customers(fake_stripe)) == 1

    @pytest.mark.parametrize(
        "body",
        [
            {"plan": "gold"},
            {"plan": "free"},
            {"plan": ""},
            {"plan": None},
            {"plan": "a b"},
            {"plan": "x" * 51},
            {"plan": 7.5},
            {"plan": ["pro"]},
            {"plan": {"slug": "pro"}},
            {"plan": "pro\x00"},
            {"pack": "nothing"},
            {"pack": ""},
        ],
    )
    def test_an_unknown_plan_is_refused(self, ask, fake_stripe, body):
        answer = ask(body=body)
        assert answer.status_code == 400
        assert answer.json()["code"] == "invalid"
        assert set(answer.json()["errors"]) == set(body)
        assert customers(fake_stripe) == []

    def test_a_plan_that_is_not_on_sale_is_refused(self, ask):
        Plan.objects.filter(slug="pro").update(is_active=False)
        assert ask().status_code == 400

    def test_a_plan_and_a_pack_together_are_refused(self, ask, pack):
        assert ask(body={"plan": "pro", "pack": "pack-500"}).status_code == 400

    @pytest.mark.parametrize("body", ["[]", '"pro"', "{", "7", "null"])
    def test_a_body_that_is_not_an_object_is_refused(self, api, fake_stripe, body):
        answer = api.post(CHECKOUT, body, content_type="application/json")
        assert (answer.status_code, set(answer.json()) >= {"message", "code"}) == (400, True)

    def test_checkout_without_a_token_is_401(self, anonymous, db):
        assert anonymous.post(CHECKOUT, {}, format="json").status_code == 401
        assert anonymous.post(PORTAL, {}, format="json").status_code == 401

    def test_a_second_subscription_to_the_same_plan_is_refused(self, client_of, subscriber, fake_stripe):
        answer = client_of(subscriber).post(CHECKOUT, {}, format="json")
        assert answer.status_code == 409
        assert answer.json()["code"] == "already_subscribed"
        assert answer.json()["plan"] == "pro"
        assert answer.json()["portalUrl"].startswith(fake_stripe.sandbox.url)

    def test_a_subscriber_may_check_out_another_plan_if_the_setting_allows(
        self, client_of, subscriber, fake_stripe, settings
    ):
        settings.ALLOW_SEVERAL_SUBSCRIPTIONS = True
        create_plan("max", fake_stripe.create_price(cents=2999))
        assert client_of(subscriber).post(CHECKOUT, {"plan": "max"}, format="json").status_code == 200

    def test_a_plan_can_be_bought_again_after_the_subscription_ended(
        self, client_of, subscriber, fake_stripe
    ):
        fake_stripe.api.v1.subscriptions.cancel(subscriber.subscription_id)
        fake_stripe.deliver()
        assert client_of(subscriber).post(CHECKOUT, {}, format="json").status_code == 200

    def test_checkout_creates_a_customer_after_the_old_one_was_deleted(self, ask, user, fake_stripe):
        ask()
        user.refresh_from_db()
        before = user.stripe_customer_id
        fake_stripe.api.v1.customers.delete(before)
        assert ask().status_code == 200
        user.refresh_from_db()
        assert user.stripe_customer_id != before
        assert [customer.id for customer in customers(fake_stripe)] == [user.stripe_customer_id]

    def test_a_price_of_another_account_gives_way_to_the_one_of_the_settings(self, ask, caplog):
        Price.objects.update(stripe_id="price_of_another_account")
        assert ask().status_code == 200
        assert "Stripe no longer sells price_of_another_account" in caplog.text


class TestPack:
    def test_a_pack_is_paid_once_and_grants_its_credits(self, ask, user, fake_stripe, pack):
        fake_stripe.sandbox.pay(ask(body={"pack": "pack-500"}).json()["sessionId"])
        assert set(fake_stripe.deliver()) == {200}
        user.refresh_from_db()
        assert (user.ai_credits, user.plan, user.subscription_id) == (600, "free", None)
        payment = Payment.objects.get(user=user)
        assert (payment.pack, payment.plan, payment.credits, payment.amount_paid) == (pack, None, 500, 499)
        assert payment.ledger_key == f"stripe:checkout:{payment.stripe_id}"
        assert payment.action_type == "credit_pack"

    def test_a_pack_can_be_bought_again(self, ask, user, fake_stripe, pack):
        for _ in range(2):
            fake_stripe.sandbox.pay(ask(body={"pack": "pack-500"}).json()["sessionId"])
        fake_stripe.deliver()
        user.refresh_from_db()
        assert user.ai_credits == 1100

    @pytest.mark.parametrize("succeeds", [True, False])
    def test_a_delayed_payment_grants_credits_once_it_succeeds(self, ask, user, fake_stripe, pack, succeeds):
        session_id = ask(body={"pack": "pack-500"}).json()["sessionId"]
        fake_stripe.sandbox.pay(session_id, later=True)
        assert set(fake_stripe.deliver()) == {200}
        user.refresh_from_db()
        assert user.ai_credits == 100
        fake_stripe.sandbox.settle(session_id, succeeds=succeeds)
        fake_stripe.deliver()
        user.refresh_from_db()
        assert user.ai_credits == (600 if succeeds else 100)

    def test_editing_a_pack_keeps_earlier_grants(self, ask, user, fake_stripe, pack):
        fake_stripe.sandbox.pay(ask(body={"pack": "pack-500"}).json()["sessionId"])
        events = fake_stripe.new_events()
        for event in events:
            fake_stripe.post(event)
        CreditPack.objects.update(credits=9)
        for event in events:
            assert fake_stripe.post({**event, "id": f"{event['id']}x"}).status_code == 200
        user.refresh_from_db()
        assert user.ai_credits == 600

    def test_a_payment_at_an_unmapped_price_is_recorded_without_credits(self, ask, user, fake_stripe, pack):
        session_id = ask(body={"pack": "pack-500"}).json()["sessionId"]
        pack.delete()
        fake_stripe.sandbox.pay(session_id)
        assert set(fake_stripe.deliver()) == {200}
        payment = Payment.objects.get(user=user)
        assert (payment.credits, payment.stripe_price_id) == (None, "price_sandbox_pack_500")

    def test_a_pack_that_is_not_on_sale_is_refused(self, ask, pack):
        CreditPack.objects.update(is_active=False)
        assert ask(body={"pack": "pack-500"}).status_code == 400


class TestPortal:
    def test_portal_opens_for_a_customer(self, client_of, subscriber, fake_stripe):
        answer = client_of(subscriber).post(PORTAL)
        assert answer.status_code == 200
        assert answer.json()["url"].startswith(fake_stripe.sandbox.url)

    def test_portal_for_a_user_without_a_customer_is_refused(self, ask):
        answer = ask(PORTAL)
        assert (answer.status_code, answer.json()["code"]) == (409, "no_customer")

    def test_portal_for_a_deleted_customer_is_refused(self, client_of, subscriber, fake_stripe):
        fake_stripe.api.v1.customers.delete(subscriber.stripe_customer_id)
        answer = client_of(subscriber).post(PORTAL)
        assert (answer.status_code, answer.json()["code"]) == (409, "no_customer")


class TestOffers:
    def test_plans_are_listed_without_a_token(self, anonymous, fake_stripe, pack):
        answer = anonymous.get("/api/payments/plans")
        assert answer.status_code == 200
        assert answer.json() == {
            "plans": [
                {
                    "plan": "pro",
                    "name": "Pro",
                    "creditsPerPeriod": 1000,
                    "amount": 999,
                    "currency": "usd",
                    "interval": "month",
                    "intervalCount": 1,
                    "prices": [
                        {
                            "amount": 999,
                            "currency": "usd",
                            "interval": "month",
                            "intervalCount": 1,
                            "creditsPerPeriod": 1000,
                        }
                    ],
                }
            ],
            "packs": [
                {
                    "pack": "pack-500",
                    "name": "500 credits",
                    "credits": 500,
                    "amount": 499,
                    "currency": "usd",
                    "prices": [{"amount": 499, "currency": "usd"}],
                }
            ],
        }

    def test_a_plan_or_pack_without_an_active_price_is_neither_listed_nor_sold(
        self, ask, anonymous, fake_stripe, pack
    ):
        Price.objects.update(is_active=False)
        assert anonymous.get("/api/payments/plans").json() == {"plans": [], "packs": []}
        for body in ({"plan": "pro"}, {"pack": "pack-500"}):
            assert (ask(body=body).status_code, customers(fake_stripe)) == (400, [])

    def test_listing_plans_sends_no_request_to_stripe(
        self, anonymous, fake_stripe, pack, django_assert_num_queries
    ):
        fake_stripe.sandbox.fail("error")
        with django_assert_num_queries(2):
            assert anonymous.get("/api/payments/plans").status_code == 200


class TestNotConfigured:
    @pytest.mark.parametrize("path", [CHECKOUT, PORTAL])
    def test_endpoints_are_503_without_a_stripe_key(self, api, settings, path):
        settings.STRIPE_SECRET_KEY = ""
        answer = api.post(path, {}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (503, "payments_not_configured")


class TestStripeFailing:
    """Every failure returns a code within a bounded time and leaves no partial state."""

    @pytest.mark.parametrize(
        ("fault", "answered"),
        [
            ({"kind": "error"}, (502, "stripe_error")),
            ({"kind": "error", "status": 503}, (502, "stripe_error")),
            ({"kind": "rate_limit", "retry_after": 1}, (503, "stripe_unavailable")),
            ({"kind": "drop"}, (503, "stripe_unavailable")),
            ({"kind": "garbage"}, (502, "stripe_error")),
            ({"kind": "delay", "seconds": 4}, (503, "stripe_unavailable")),
        ],
    )
    @pytest.mark.parametrize("path", ["/v1/customers", "/v1/checkout"])
    @pytest.mark.usefixtures("quick")
    def test_a_stripe_failure_during_a_checkout_is_reported(  # noqa: PLR0917  (pytest passes them by name)
        self, ask, user, fake_stripe, fault, answered, path
    ):
        fake_stripe.sandbox.fail(path=path, **fault)
        started = time.monotonic()
        answer = ask()
        assert time.monotonic() - started < 20
        assert (answer.status_code, answer.json()["code"]) == answered
        if answer.status_code == 503:
            assert int(answer["Retry-After"]) > 0
        fake_stripe.sandbox.stop_failing()
        wait_for(lambda: ask().status_code == 200)  # a delayed request may still be running in the sandbox
        assert len(customers(fake_stripe)) == 1
        user.refresh_from_db()
        assert user.stripe_customer_id == customers(fake_stripe)[0].id

    def test_slow_failures_end_within_the_deadline(self, ask, settings, fake_stripe):
        """No single request times out, but their sum exceeds the deadline."""
        settings.STRIPE_DEADLINE_SECONDS = 2
        fake_stripe.sandbox.fail("delay", seconds=1.5)
        answer = ask()
        assert (answer.status_code, answer.json()["code"]) == (503, "stripe_unavailable")
        fake_stripe.sandbox.stop_failing()
        assert ask().status_code == 200
        assert len(customers(fake_stripe)) == 1

    def test_no_request_starts_after_the_deadline(self, ask, settings, fake_stripe, monkeypatch):
        sent = []
        send = stripe.RequestsClient.request
        monkeypatch.setattr(
            stripe.RequestsClient, "request", lambda *args: (sent.append(args[2]), send(*args))[1]
        )
        settings.STRIPE_DEADLINE_SECONDS = 0.3
        fake_stripe.sandbox.fail("error")  # the second attempt would come half a second later
        assert ask().status_code == 503
        assert len(sent) == 1

    def test_a_short_failure_is_retried(self, ask, fake_stripe):
        fake_stripe.sandbox.fail_next("error", times=1)
        assert ask().status_code == 200
        assert len(customers(fake_stripe)) == 1

    @pytest.mark.parametrize("kind", ["error", "drop", "garbage"])
    def test_a_lost_response_creates_no_second_customer(self, ask, fake_stripe, quick, kind):
        """The customer was created but the response was lost. The same Idempotency-Key returns it."""
        fake_stripe.sandbox.fail(kind, path="/v1/customers", method="POST", after=True)
        assert ask().status_code in {502, 503}
        fake_stripe.sandbox.stop_failing()
        assert ask().status_code == 200
        assert len(customers(fake_stripe)) == 1

    @pytest.mark.parametrize("key", ["sk_live_wrongMode00000000000000", "rk_other_000000000000000000000"])
    def test_a_key_refused_by_stripe_is_reported(self, ask, settings, key):
        settings.STRIPE_SECRET_KEY = key
        answer = ask()
        assert (answer.status_code, answer.json()["code"]) == (503, "stripe_unavailable")

    @pytest.mark.parametrize("kind", ["error", "drop"])
    def test_a_stripe_failure_during_the_portal_is_reported(
        self, client_of, subscriber, fake_stripe, quick, kind
    ):
        fake_stripe.sandbox.fail(kind, path="/v1/billing_portal")
        assert client_of(subscriber).post(PORTAL).status_code in {502, 503}

    def test_the_portals_deadline_is_503(self, client_of, subscriber, settings):
        settings.STRIPE_DEADLINE_SECONDS = 0
        answer = client_of(subscriber).post(PORTAL)
        assert (answer.status_code, answer.json()["code"]) == (503, "stripe_unavailable")


def test_two_users_have_two_customers(client_of, fake_stripe, db):
    for user in (UserFactory(), UserFactory()):
        assert client_of(user).post(CHECKOUT, {}, format="json").status_code == 200
    assert len(customers(fake_stripe)) == 2
    assert not mirror.Customer.objects.exists()  # nothing is synced before the events are delivered
