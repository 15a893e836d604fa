"""One plan with several prices: raised, archived, yearly, in another currency."""

import pytest
from django.core.management import call_command
from django.db import transaction

from billing import services
from billing.models import Payment, Plan, Price
from billing.services.catalog import check_price
from billing.tests.catalog import create_pack, create_plan, price_id_of, sell_at
from billing.tests.support import credits_of, state_of

pytestmark = pytest.mark.django_db
CHECKOUT = "/api/payments/create-checkout-session"
MONTHLY, YEARLY = "price_sandbox_pro_monthly", "price_sandbox_pro_yearly"


@pytest.fixture
def pro(fake_stripe):
    return Plan.objects.get(slug="pro")


@pytest.fixture
def ask(api, fake_stripe):
    def post(**body):
        return api.post(CHECKOUT, body, format="json")

    return post


def create_price(fake_stripe, **changes):
    wanted = {
        "currency": "usd",
        "unit_amount": 1499,
        "product": "prod_sandbox_pro",
        "recurring": {"interval": "month"},
        **changes,
    }
    return fake_stripe.api.v1.prices.create(wanted).id


def archive(fake_stripe, price_id):
    fake_stripe.api.v1.prices.update(price_id, {"active": False})
    assert set(fake_stripe.deliver()) == {200}


def price_of(fake_stripe, answer):
    assert answer.status_code == 200, answer.content
    session = fake_stripe.api.v1.checkout.sessions.retrieve(
        answer.json()["sessionId"], {"expand": ["line_items"]}
    )
    return session.line_items.data[0].price.id


class TestRaisedPrice:
    @pytest.fixture
    def raised(self, fake_stripe, subscriber, pro):
        """A raised price of pro; the old one, which the subscriber pays, is archived."""
        price_id = create_price(fake_stripe)
        sell_at(pro, price_id, is_default=True)
        archive(fake_stripe, MONTHLY)
        return price_id

    @pytest.mark.parametrize("how", ["webhook", "resync"])
    def test_a_renewal_at_the_old_price_keeps_plan_and_credits(self, fake_stripe, subscriber, raised, how):
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        if how == "webhook":
            assert set(fake_stripe.deliver()) == {200}
        else:
            services.resync_customer(customer_id=subscriber.stripe_customer_id)
        assert state_of(subscriber) == ("pro", "active", 2100)

    def test_the_plan_is_not_sold_to_the_subscriber_again(self, fake_stripe, subscriber, raised, client_of):
        for local in (True, False):
            if not local:  # the subscription's events were lost
                type(subscriber).objects.update(plan="free", subscription_id=None, subscription_status=None)
            answer = client_of(subscriber).post(CHECKOUT, {}, format="json")
            assert (answer.status_code, answer.json()["plan"]) == (409, "pro")
            assert answer.json()["portalUrl"].startswith(fake_stripe.sandbox.url)
        sessions = fake_stripe.api.v1.checkout.sessions.list({"customer": subscriber.stripe_customer_id})
        assert [session.status for session in sessions.data if session.status == "open"] == []

    def test_others_pay_the_raised_price(self, fake_stripe, raised, ask):
        assert price_of(fake_stripe, ask()) == raised

    def test_an_archived_default_is_followed_by_the_price_most_like_it(self, fake_stripe, pro, ask):
        raised = create_price(fake_stripe)
        euro = create_price(fake_stripe, currency="eur")
        for price_id in (raised, YEARLY, euro):  # the newest is not the one most like it
            sell_at(pro, price_id, credits_per_period=1000)
        assert price_of(fake_stripe, ask()) == MONTHLY
        archive(fake_stripe, MONTHLY)
        assert price_of(fake_stripe, ask()) == raised

    def test_a_lost_event_is_made_up_for_by_resync(self, fake_stripe, pro, capsys):
        fake_stripe.api.v1.prices.update(MONTHLY, {"active": False})
        fake_stripe.drop_events()
        call_command("resync_customers", dry_run=True)
        assert Price.objects.get().is_active
        call_command("resync_customers")
        assert capsys.readouterr().out.count(f"price {MONTHLY}: archived") == 2
        assert not Price.objects.get().is_active

    def test_an_old_event_after_a_newer_one_changes_nothing(self, fake_stripe, pro):
        for active in (False, True):
            fake_stripe.api.v1.prices.update(MONTHLY, {"active": active})
        for event in reversed(fake_stripe.new_events()):
            assert fake_stripe.post(event).status_code == 200
        assert Price.objects.get().is_active

    def test_an_event_of_a_price_that_is_gone_archives_it(self, fake_stripe, pro):
        fake_stripe.api.v1.prices.update(MONTHLY, {"active": False})
        (event,) = fake_stripe.new_events()
        event["type"] = "price.deleted"
        event["data"]["object"]["id"] = "price_gone"
        Price.objects.update(stripe_id="price_gone")
        assert fake_stripe.post(event).status_code == 200
        assert not Price.objects.get().is_active

    def test_an_event_of_another_products_price_stores_nothing(self, fake_stripe, pro):
        create_price(fake_stripe)
        assert fake_stripe.deliver() == [200]
        assert [price.stripe_id for price in Price.objects.all()] == [MONTHLY]

    def test_an_event_stores_the_first_price(self, fake_stripe, settings):
        Price.objects.all().delete()
        settings.STRIPE_PRICE_ID = create_price(fake_stripe)
        assert fake_stripe.deliver() == [200]
        assert price_id_of("pro") == settings.STRIPE_PRICE_ID


class TestChoice:
    @pytest.fixture
    def prices(self, fake_stripe, pro):
        euro = create_price(fake_stripe, currency="eur", unit_amount=1399)
        quarterly = create_price(fake_stripe, recurring={"interval": "month", "interval_count": 3})
        sell_at(pro, YEARLY, credits_per_period=12_000, instalments=12)
        sell_at(pro, euro)
        sell_at(pro, quarterly, credits_per_period=3000)
        return {"monthly": MONTHLY, "yearly": YEARLY, "euro": euro, "quarterly": quarterly}

    @pytest.mark.parametrize(
        ("body", "name"),
        [
            ({}, "monthly"),
            ({"interval": "month"}, "monthly"),
            ({"interval": "year"}, "yearly"),
            ({"currency": "usd"}, "monthly"),
            ({"currency": "eur"}, "euro"),
            ({"currency": "usd", "interval": "year"}, "yearly"),
            ({"interval": "month", "intervalCount": 3}, "quarterly"),
        ],
    )
    def test_a_checkout_picks_a_price(self, fake_stripe, ask, prices, body, name):
        assert price_of(fake_stripe, ask(**body)) == prices[name]

    @pytest.mark.parametrize(
        "body",
        [
            {"currency": "gbp"},
            {"currency": "eur", "interval": "year"},
            {"interval": "week"},
            {"interval": ""},
            {"interval": "fortnight"},
            {"currency": "EUR"},
            {"currency": ["eur"]},
            {"intervalCount": 2},
            {"intervalCount": 0},
            {"pack": "pack", "interval": "month"},
            {"pack": "pack", "currency": "eur"},
        ],
    )
    def test_terms_that_no_price_has_are_refused(self, fake_stripe, ask, prices, body):
        create_pack()
        answer = ask(**body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert fake_stripe.api.v1.customers.list().data == []

    def test_all_prices_are_listed_the_default_first(self, anonymous, prices):
        (plan,) = anonymous.get("/api/payments/plans").json()["plans"]
        listed = [
            (price["amount"], price["currency"], price["interval"], price["intervalCount"])
            for price in plan["prices"]
        ]
        assert listed[0] == (999, "usd", "month", 1)
        assert set(listed[1:]) == {
            (9990, "usd", "year", 1),
            (1399, "eur", "month", 1),
            (1499, "usd", "month", 3),
        }
        assert {price["interval"]: price["creditsPerPeriod"] for price in plan["prices"]}["year"] == 12_000

    def test_a_superseded_price_that_is_still_active_is_neither_listed_nor_sold(
        self, fake_stripe, anonymous, ask, pro
    ):
        sell_at(pro, raised := create_price(fake_stripe), is_default=True)
        (plan,) = anonymous.get("/api/payments/plans").json()["plans"]
        assert [price["amount"] for price in plan["prices"]] == [1499]
        assert price_of(fake_stripe, ask()) == raised

    def test_a_yearly_price_grants_its_own_credits_in_its_instalments(self, fake_stripe, user, prices):
        session = services.create_checkout_session(user=user, interval="year")
        fake_stripe.sandbox.pay(session.id)
        assert set(fake_stripe.deliver()) == {200}
        payment = Payment.objects.get()
        assert (payment.credits, payment.instalments, payment.plan.slug) == (12_000, 12, "pro")
        assert state_of(user) == ("pro", "active", 1100)

    def test_a_price_in_another_currency_grants_the_same(self, fake_stripe, user, prices):
        fake_stripe.sandbox.pay(services.create_checkout_session(user=user, currency="eur").id)
        assert set(fake_stripe.deliver()) == {200}
        assert (Payment.objects.get().currency, state_of(user)) == ("eur", ("pro", "active", 1100))

    def test_another_interval_replaces_the_open_session(self, fake_stripe, ask, prices):
        first = ask().json()["sessionId"]
        second = ask(interval="year").json()["sessionId"]
        sessions = fake_stripe.api.v1.checkout.sessions
        assert [sessions.retrieve(one).status for one in (first, second)] == ["expired", "open"]


class TestOneSubscription:
    @pytest.fixture
    def big(self, fake_stripe):
        return create_plan("max", create_price(fake_stripe, unit_amount=9999), credits_per_period=9000)

    def test_a_checkout_for_any_plan_is_refused_while_one_is_live(
        self, fake_stripe, subscriber, client_of, big
    ):
        answer = client_of(subscriber).post(CHECKOUT, {"plan": "max"}, format="json")
        assert (answer.status_code, answer.json()["plan"]) == (409, "pro")
        assert answer.json()["portalUrl"].startswith(fake_stripe.sandbox.url)

    def test_it_is_refused_before_any_event_arrived(self, fake_stripe, user, ask, big):
        fake_stripe.subscribe(user, deliver=False)
        assert ask(plan="max").json()["plan"] == "pro"
        assert ask(plan="max").status_code == 409

    def test_a_past_due_subscription_after_its_grace_period_is_live(self, subscriber, client_of, big):
        type(subscriber).objects.filter(pk=subscriber.pk).update(subscription_status="past_due", plan="free")
        answer = client_of(subscriber).post(CHECKOUT, {"plan": "max"}, format="json")
        assert (answer.status_code, answer.json()["plan"]) == (409, "pro")

    def test_one_session_is_open_whatever_the_plan(self, fake_stripe, ask, big):
        first = ask().json()["sessionId"]
        second = ask(plan="max").json()["sessionId"]
        sessions = fake_stripe.api.v1.checkout.sessions
        assert [sessions.retrieve(one).status for one in (first, second)] == ["expired", "open"]

    def test_a_subscription_to_another_product_is_no_obstacle(self, fake_stripe, user, ask):
        fake_stripe.subscribe_in_dashboard(user, items=[{"price": create_price(fake_stripe)}])
        assert set(fake_stripe.deliver()) == {200}
        assert state_of(user)[:2] == ("free", None)
        assert ask().status_code == 200

    def test_packs_are_sold_to_subscribers(self, subscriber, client_of):
        create_pack()
        assert client_of(subscriber).post(CHECKOUT, {"pack": "pack"}, format="json").status_code == 200


class TestOtherProducts:
    """Other products that are sold in the same Stripe account."""

    @pytest.fixture
    def other(self, fake_stripe):
        return create_price(fake_stripe, unit_amount=500)

    @pytest.mark.parametrize("how", ["webhook", "resync"])
    def test_a_newer_subscription_to_another_product_decides_nothing(
        self, fake_stripe, subscriber, other, how
    ):
        fake_stripe.sandbox.advance(seconds=5)
        fake_stripe.subscribe_in_dashboard(subscriber, items=[{"price": other}])
        if how == "webhook":
            assert set(fake_stripe.deliver()) == {200}
        else:
            services.resync_customer(customer_id=subscriber.stripe_customer_id)
        assert state_of(subscriber) == ("pro", "active", 1100)

    @pytest.mark.parametrize("how", ["webhook", "resync"])
    def test_an_ended_plan_counts_beside_another_product(self, fake_stripe, subscriber, other, how):
        """The event's own customer lists only current subscriptions."""
        ended = subscriber.subscription_id
        fake_stripe.api.v1.subscriptions.cancel(ended)
        fake_stripe.subscribe_in_dashboard(subscriber, items=[{"price": other}])
        if how == "webhook":
            assert set(fake_stripe.deliver()) == {200}
        else:
            services.resync_customer(customer_id=subscriber.stripe_customer_id)
        assert state_of(subscriber)[:2] == ("free", "canceled")
        assert subscriber.subscription_id == ended

    @pytest.mark.parametrize("count", [1, 12])
    def test_the_plan_is_found_behind_other_items(self, fake_stripe, user, count):
        """Also behind more items than a response holds."""
        others = [{"price": create_price(fake_stripe, unit_amount=100 + n)} for n in range(count)]
        fake_stripe.subscribe_in_dashboard(user, items=[*others, {"price": MONTHLY}])
        assert set(fake_stripe.deliver()) == {200}
        assert state_of(user) == ("pro", "active", 1100)
        user.refresh_from_db()
        assert user.current_period_end is not None
        assert services.resync_customer(customer_id=user.stripe_customer_id).has_changes is False


class TestChangeOfPrice:
    """A change to another price of the same plan grants nothing extra and loses nothing."""

    def change(self, fake_stripe, user, price_id, **parameters):
        api = fake_stripe.api.v1.subscriptions
        (item,) = api.retrieve(user.subscription_id).to_dict()["items"]["data"]
        parameters = {"proration_behavior": "always_invoice", **parameters}
        api.update(user.subscription_id, {"items": [{"id": item["id"], "price": price_id}], **parameters})
        assert set(fake_stripe.deliver()) == {200}

    @pytest.mark.parametrize("policy", ["prorated", "full", "none"])
    @pytest.mark.parametrize("cents", [333, 2999])
    @pytest.mark.parametrize("days", [3, 15.37])
    def test_within_a_period_and_at_the_renewal(  # noqa: PLR0917  (pytest passes them by name)
        self, fake_stripe, subscriber, pro, cents, policy, days
    ):
        Plan.objects.update(upgrade_credits=policy, credits_per_period=1_000_000)
        before = credits_of(subscriber)
        fake_stripe.sandbox.advance(seconds=int(days * 86_400))
        other = create_price(fake_stripe, unit_amount=cents)
        sell_at(pro, other)
        for price_id in (other, MONTHLY, other):
            self.change(fake_stripe, subscriber, price_id)
        assert state_of(subscriber) == ("pro", "active", before)
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        assert set(fake_stripe.deliver()) == {200}
        assert credits_of(subscriber) == before + 1_000_000
        assert services.resync_customer(customer_id=subscriber.stripe_customer_id).has_changes is False

    @pytest.mark.parametrize("cents", [333, 2999])
    def test_billed_with_the_renewal(self, fake_stripe, subscriber, pro, cents):
        fake_stripe.sandbox.advance(days=11)
        sell_at(pro, other := create_price(fake_stripe, unit_amount=cents))
        self.change(fake_stripe, subscriber, other, proration_behavior="create_prorations")
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        assert set(fake_stripe.deliver()) == {200}
        assert state_of(subscriber) == ("pro", "active", 2100)

    def test_a_real_downgrade_is_told_apart(self, fake_stripe, subscriber, pro):
        """Its credit for unused time buys no credits again; that of the cheaper price does not count."""
        create_plan("mini", mini := create_price(fake_stripe, unit_amount=99), credits_per_period=10)
        fake_stripe.sandbox.advance(days=11)
        self.change(fake_stripe, subscriber, mini)
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        assert set(fake_stripe.deliver()) == {200}
        assert state_of(subscriber) == ("mini", "active", 1100)

    def test_to_a_yearly_price_grants_the_year_and_back_loses_nothing(self, fake_stripe, subscriber, pro):
        sell_at(pro, YEARLY, credits_per_period=12_000)
        self.change(fake_stripe, subscriber, YEARLY)
        paid = sum(Payment.objects.values_list("amount_paid", flat=True))
        assert state_of(subscriber) == ("pro", "active", 100 + 1000 + 12_000 * (9990 - 999) // 9990)
        assert paid == 9990


def test_check_price_refuses_to_wait_in_a_transaction(fake_stripe):
    with transaction.atomic(), pytest.raises(RuntimeError):
        check_price(MONTHLY, recurring=True)
