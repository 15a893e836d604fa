"""Rows that are behind Stripe, because an event was lost, refuse nothing; Stripe decides."""

import pytest

from billing.stripe_api.namespace import user_id_key
from billing.tests.catalog import create_pack

CHECKOUT = "/api/payments/create-checkout-session"
PORTAL = "/api/payments/create-portal-session"


@pytest.fixture
def ask(client_of, subscriber):
    def post(path=CHECKOUT, **body):
        return client_of(subscriber).post(path, body, format="json")

    return post


class TestLostEvents:
    def test_a_plan_is_sold_again_though_the_cancellations_event_was_lost(self, ask, subscriber, fake_stripe):
        fake_stripe.api.v1.subscriptions.cancel(subscriber.subscription_id)
        fake_stripe.drop_events()
        answer = ask()
        assert answer.status_code == 200
        fake_stripe.sandbox.pay(answer.json()["sessionId"])
        assert set(fake_stripe.deliver()) == {200}
        subscriber.refresh_from_db()
        assert (subscriber.plan, subscriber.subscription_status) == ("pro", "active")

    def test_a_plan_is_sold_to_a_new_customer_though_the_deletions_event_was_lost(
        self, ask, subscriber, fake_stripe
    ):
        deleted = subscriber.stripe_customer_id
        fake_stripe.api.v1.customers.delete(deleted)
        fake_stripe.drop_events()
        assert ask().status_code == 200
        subscriber.refresh_from_db()
        assert subscriber.stripe_customer_id != deleted

    def test_the_portal_says_that_nothing_is_left_and_checkout_goes_on(self, ask, subscriber, fake_stripe):
        fake_stripe.api.v1.customers.delete(subscriber.stripe_customer_id)
        fake_stripe.drop_events()
        answer = ask(PORTAL)
        assert (answer.status_code, answer.json()["code"]) == (409, "no_customer")
        assert ask().status_code == 200
        assert ask(PORTAL).status_code == 200

    def test_a_subscription_that_is_live_is_still_refused(self, ask):
        answer = ask()
        assert (answer.status_code, answer.json()["code"]) == (409, "already_subscribed")


class TestPortalNotConfigured:
    @pytest.fixture(autouse=True)
    def no_portal(self, fake_stripe):
        fake_stripe.sandbox.settings(default_portal=False)

    def test_a_subscriber_gets_409_without_a_link(self, ask):
        answer = ask()
        assert (answer.status_code, answer.json()["code"]) == (409, "already_subscribed")
        assert (answer.json()["plan"], answer.json()["portalUrl"]) == ("pro", None)

    def test_a_user_subscribed_in_stripe_gets_409_without_a_link(self, client_of, user, fake_stripe):
        fake_stripe.subscribe(user, deliver=False)
        answer = client_of(user).post(CHECKOUT, {}, format="json")
        assert (answer.status_code, answer.json()["portalUrl"]) == (409, None)

    def test_the_portal_has_a_code_of_its_own(self, ask):
        answer = ask(PORTAL)
        assert (answer.status_code, answer.json()["code"]) == (503, "portal_not_configured")

    def test_a_configuration_unknown_to_stripe_has_the_same_code(self, ask, settings):
        settings.STRIPE_PORTAL_CONFIGURATION = "bpc_ofAnotherAccount"
        assert ask(PORTAL).json()["code"] == "portal_not_configured"
        assert (ask().status_code, ask().json()["portalUrl"]) == (409, None)

    def test_the_configuration_of_the_settings_opens_the_portal(self, ask, settings, fake_stripe):
        features = {"invoice_history": {"enabled": True}}
        created = fake_stripe.api.v1.billing_portal.configurations.create({"features": features})
        settings.STRIPE_PORTAL_CONFIGURATION = created.id
        assert ask(PORTAL).status_code == 200

    def test_any_failure_of_the_portal_leaves_the_409(self, ask, fake_stripe):
        fake_stripe.sandbox.settings(default_portal=True)
        fake_stripe.sandbox.fail("rate_limit", path="/v1/billing_portal")
        answer = ask()
        assert (answer.status_code, answer.json()["portalUrl"]) == (409, None)


class TestExpiringSessions:
    @pytest.fixture
    def page(self, client_of, user, fake_stripe):
        def open_page(**body):
            return client_of(user).post(CHECKOUT, body, format="json").json()["sessionId"]

        return open_page

    def test_a_session_with_little_time_left_is_replaced(self, page, user, fake_stripe):
        first = page()
        fake_stripe.sandbox.advance(hours=23.4)
        assert page() == first
        fake_stripe.sandbox.advance(hours=0.15)
        second = page()
        assert second != first
        sessions = fake_stripe.api.v1.checkout.sessions
        assert sessions.retrieve(first).status == "expired"
        assert sessions.retrieve(second).expires_at - fake_stripe.sandbox.now() > 23 * 3600
        assert page() == second


class TestSessionsOfOthers:
    def test_only_our_own_sessions_are_closed_or_returned(self, client_of, user, fake_stripe):
        """Another product sells the same price to the same customer, with a plan of the same name."""
        ours = client_of(user).post(CHECKOUT, {}, format="json").json()["sessionId"]
        user.refresh_from_db()
        theirs = fake_stripe.api.v1.checkout.sessions.create(
            {
                "customer": user.stripe_customer_id,
                "mode": "subscription",
                "line_items": [{"price": "price_sandbox_pro_monthly", "quantity": 1}],
                "success_url": "https://other.example",
                "metadata": {"user_id": str(user.pk), "plan": "pro"},
            }
        )
        assert client_of(user).post(CHECKOUT, {}, format="json").json()["sessionId"] == ours
        assert fake_stripe.api.v1.checkout.sessions.retrieve(theirs.id).status == "open"


class TestCustomersOfOthers:
    """Another product in the same Stripe account, whose users' ids overlap with ours."""

    @pytest.mark.parametrize("key", ["user_id", "user_id@other.example", "djstripe_subscriber"])
    def test_another_products_customer_is_not_adopted(self, client_of, user, fake_stripe, key):
        customers = fake_stripe.api.v1.customers
        theirs = customers.create({"email": user.email, "metadata": {key: str(user.pk)}})
        session = fake_stripe.api.v1.checkout.sessions.create(
            {
                "customer": theirs.id,
                "mode": "payment",
                "line_items": [{"price": "price_sandbox_pack_500", "quantity": 1}],
                "success_url": "https://other.example",
                "metadata": {key: str(user.pk)},
            }
        )
        fake_stripe.sandbox.pay(session.id)
        customers.update(theirs.id, {"name": "Someone else"})
        create_pack()
        assert set(fake_stripe.deliver()) == {200}
        user.refresh_from_db()
        assert (user.stripe_customer_id, user.ai_credits) == (None, 100)
        assert client_of(user).post(PORTAL).json()["code"] == "no_customer"
        assert client_of(user).post(CHECKOUT, {}, format="json").status_code == 200
        user.refresh_from_db()
        assert user.stripe_customer_id != theirs.id

    def test_our_own_customer_is_linked(self, user, fake_stripe):
        ours = fake_stripe.api.v1.customers.create({"metadata": {user_id_key(): str(user.pk)}})
        assert fake_stripe.deliver() == [200]
        user.refresh_from_db()
        assert user.stripe_customer_id == ours.id
