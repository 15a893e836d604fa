"""Concurrent checkouts in several tabs or devices sell a plan once."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import stripe

from accounts.models import User
from billing import services
from billing.models import Plan
from billing.stripe_api import client as stripe_client
from billing.tests.catalog import create_pack, create_plan, sell_at
from billing.tests.fake_stripe import stripe_api
from billing.tests.support import run_concurrently
from stripe_sandbox.testing import SandboxRefused

CHECKOUT = "/api/payments/create-checkout-session"
SESSIONS = "/v1/checkout/sessions"


@pytest.fixture
def ask(api, fake_stripe):
    def post(**body):
        return api.post(CHECKOUT, body, format="json")

    return post


def open_pages(fake_stripe, user):
    user.refresh_from_db()
    found = fake_stripe.api.v1.checkout.sessions.list({"customer": user.stripe_customer_id, "status": "open"})
    return {page.id for page in found.data}


def live(fake_stripe, user):
    return fake_stripe.api.v1.subscriptions.list({"customer": user.stripe_customer_id}).data


def test_every_tab_gets_the_same_session(ask, user, fake_stripe):
    first, second, third = (ask().json() for _ in range(3))
    assert first == second == third
    assert open_pages(fake_stripe, user) == {first["sessionId"]}


def test_the_second_tab_cannot_pay_again(ask, user, fake_stripe):
    tabs = [ask().json()["sessionId"] for _ in range(2)]
    fake_stripe.sandbox.pay(tabs[0])
    with pytest.raises(SandboxRefused):
        fake_stripe.sandbox.pay(tabs[1])
    assert set(fake_stripe.deliver()) == {200}
    user.refresh_from_db()
    assert (user.plan, user.ai_credits, len(live(fake_stripe, user))) == ("pro", 1100, 1)


class TestSubscribedInStripe:
    """Subscribed in Stripe, but the webhook is delayed or lost."""

    def test_a_user_subscribed_in_stripe_is_refused_with_409(self, ask, user, fake_stripe):
        fake_stripe.subscribe(user, deliver=False)
        answer = ask()
        assert (answer.status_code, answer.json()["code"]) == (409, "already_subscribed")
        assert answer.json()["plan"] == "pro"
        assert answer.json()["portalUrl"].startswith(fake_stripe.sandbox.url)
        assert open_pages(fake_stripe, user) == set()

    @pytest.mark.parametrize("trial_days", [0, 7])
    def test_an_open_session_cannot_be_paid_after_a_dashboard_subscription(
        self, ask, user, fake_stripe, trial_days
    ):
        page = ask().json()["sessionId"]
        user.refresh_from_db()
        fake_stripe.subscribe_in_dashboard(user, **({"trial_period_days": trial_days} if trial_days else {}))
        assert ask().status_code == 409
        with pytest.raises(SandboxRefused):
            fake_stripe.sandbox.pay(page)

    def test_a_user_whose_subscription_ended_may_subscribe_again(self, ask, user, fake_stripe):
        fake_stripe.api.v1.subscriptions.cancel(fake_stripe.subscribe(user, deliver=False))
        assert ask().status_code == 200

    def test_a_subscriber_of_another_plan_may_subscribe_if_the_setting_allows(
        self, ask, user, fake_stripe, settings
    ):
        settings.ALLOW_SEVERAL_SUBSCRIPTIONS = True
        create_plan("max", fake_stripe.create_price(cents=2999))
        fake_stripe.subscribe(user, plan="max", deliver=False)
        assert ask().status_code == 200


class TestOtherSessions:
    def test_a_session_of_another_plan_stays_open_if_the_setting_allows(
        self, ask, user, fake_stripe, settings
    ):
        settings.ALLOW_SEVERAL_SUBSCRIPTIONS = True
        create_plan("max", fake_stripe.create_price(cents=2999))
        pages = {ask().json()["sessionId"], ask(plan="max").json()["sessionId"]}
        assert len(pages) == 2
        assert open_pages(fake_stripe, user) == pages

    def test_every_pack_checkout_is_a_session_of_its_own(self, ask, user, fake_stripe):
        create_pack()
        pages = {ask(pack="pack").json()["sessionId"], ask(pack="pack").json()["sessionId"]}
        pages |= {ask().json()["sessionId"]}
        assert len(pages) == 3
        assert open_pages(fake_stripe, user) == pages

    def test_a_session_at_an_old_price_is_expired(self, ask, user, fake_stripe):
        yesterday = ask().json()["sessionId"]
        sell_at(Plan.objects.get(slug="pro"), fake_stripe.create_price(cents=1999), is_default=True)
        today = ask().json()["sessionId"]
        assert today != yesterday
        assert open_pages(fake_stripe, user) == {today}

    def test_a_session_with_another_success_url_is_expired(self, ask, user, fake_stripe, settings):
        ask()
        settings.STRIPE_SUCCESS_URL = "https://new.example/thanks"
        page = ask().json()["sessionId"]
        assert open_pages(fake_stripe, user) == {page}
        session = fake_stripe.api.v1.checkout.sessions.retrieve(page)
        assert session.success_url == "https://new.example/thanks"

    def test_an_expired_session_is_replaced(self, ask, user, fake_stripe):
        page = ask().json()["sessionId"]
        fake_stripe.sandbox.expire(page)
        assert ask().json()["sessionId"] != page

    def test_sessions_of_other_users_are_not_touched(self, ask, client_of, user, staff, fake_stripe):
        page = ask().json()["sessionId"]
        other = client_of(staff).post(CHECKOUT, {}, format="json").json()["sessionId"]
        assert other != page
        assert open_pages(fake_stripe, user) == {page}


class TestStripeFailing:
    """A failure between creating a session and expiring the others."""

    @pytest.fixture
    def impatient(self, monkeypatch):
        monkeypatch.setattr(stripe_client, "MAX_RETRIES", 0)

    @pytest.mark.parametrize(
        ("method", "path"), [("GET", SESSIONS), ("POST", f"{SESSIONS}/"), ("GET", "/v1/subscriptions")]
    )
    @pytest.mark.usefixtures("impatient")
    def test_one_session_is_left_after_a_stripe_failure(self, ask, user, fake_stripe, method, path):
        first = ask().json()["sessionId"]
        fake_stripe.sandbox.fail(path=path, method=method)
        assert ask().status_code == 502
        fake_stripe.sandbox.stop_failing()
        assert ask().json()["sessionId"] == first
        assert open_pages(fake_stripe, user) == {first}


class TestRequests:
    def test_a_plan_takes_three_requests_and_a_pack_one(self, ask, user, fake_stripe, stripe_requests):
        create_pack()
        services.ensure_customer(user=user)
        stripe_requests.clear()
        ask()
        looked = [("post", "checkout/sessions"), ("get", "checkout/sessions"), ("get", "subscriptions")]
        assert stripe_requests == looked
        stripe_requests.clear()
        ask(pack="pack")
        assert stripe_requests == [("post", "checkout/sessions")]

    def test_a_known_subscriber_takes_two_requests(self, client_of, subscriber, stripe_requests):
        assert client_of(subscriber).post(CHECKOUT, {}, format="json").status_code == 409
        assert stripe_requests == [("get", "subscriptions"), ("post", "billing_portal/sessions")]


class TestInterleaved:
    """A session changes between two of our requests."""

    @pytest.fixture
    def before(self, monkeypatch):
        """`before("get", "subscriptions", action)` runs the action before the next such request."""

        def arrange(method, path, action):
            pending = [action]

            class Interrupted(stripe.RequestsClient):
                def request(self, verb, url, *args, **kwargs):
                    if pending and (verb, path in url) == (method, True):
                        pending.pop()()
                    return super().request(verb, url, *args, **kwargs)

            monkeypatch.setattr(stripe, "default_http_client", Interrupted())

        return arrange

    @pytest.mark.parametrize(
        "next_request", [("get", "checkout/sessions"), ("post", "/expire"), ("get", "subscriptions")]
    )
    def test_paying_in_the_first_tab_refuses_the_second(self, ask, user, fake_stripe, before, next_request):
        page = ask().json()["sessionId"]
        before(*next_request, lambda: fake_stripe.sandbox.pay(page))
        assert ask().status_code == 409
        assert open_pages(fake_stripe, user) == set()
        assert len(live(fake_stripe, user)) == 1

    def test_paying_a_session_on_other_terms_refuses_a_new_one(
        self, ask, user, fake_stripe, settings, before
    ):
        page = ask().json()["sessionId"]
        settings.STRIPE_CANCEL_URL = "https://new.example/cancelled"
        before("post", "/expire", lambda: fake_stripe.sandbox.pay(page))
        assert ask().status_code == 409
        assert open_pages(fake_stripe, user) == set()

    def test_sessions_expired_meanwhile_ask_for_a_retry(self, ask, user, fake_stripe, before):
        def close_all():
            for page in open_pages(fake_stripe, user):
                fake_stripe.sandbox.expire(page)

        before("get", "checkout/sessions", close_all)
        answer = ask()
        assert (answer.status_code, answer["Retry-After"]) == (503, "1")
        assert ask().status_code == 200


@pytest.mark.django_db(transaction=True)
class TestConcurrent:
    @pytest.fixture
    def checkout(self, sandbox_with_webhooks, user, client_of):
        services.ensure_customer(user=user)
        return lambda: client_of(User.objects.get(pk=user.pk)).post(CHECKOUT, {}, format="json")

    def test_concurrent_checkouts_share_one_session(self, sandbox_with_webhooks, user):
        """More at once than one process serves: the processes of a deployment serve them."""
        services.ensure_customer(user=user)
        for _ in range(5):
            loaded = [User.objects.get(pk=user.pk) for _ in range(6)]
            sessions = run_concurrently(
                *(partial(services.create_checkout_session, user=one) for one in loaded)
            )
            (page,) = {session.id for session in sessions}
            sandbox_with_webhooks.expire(page)

    def test_paying_during_concurrent_checkouts_sells_one_subscription(self, sandbox_with_webhooks, checkout):
        for _ in range(4):
            page = checkout().json()["sessionId"]
            with ThreadPoolExecutor(1) as pool:
                paying = pool.submit(sandbox_with_webhooks.pay, page)
                answers = [checkout() for _ in range(3)]
            paying.result()
            assert answers[-1].status_code == 409
            assert {answer.json()["sessionId"] for answer in answers if answer.status_code == 200} <= {page}
            (subscription,) = stripe_api().v1.subscriptions.list().data
            stripe_api().v1.subscriptions.cancel(subscription.id)
