"""Upgrades and downgrades within a period, in the sandbox, by each policy."""

import pytest
from djstripe import models as mirror

from billing import services
from billing.models import Payment, Plan
from billing.tests.catalog import create_plan, forget_prices, price_id_of
from credits.models import AiCreditLog

pytestmark = pytest.mark.django_db
DAY = 86_400


@pytest.fixture
def ladder(fake_stripe):
    """Two plans at the same rate of 100 credits per dollar."""
    for slug, cents in (("basic", 1000), ("big", 10_000)):
        create_plan(slug, fake_stripe.create_price(cents=cents), credits_per_period=cents)
    return {plan.slug: plan for plan in Plan.objects.exclude(slug__in=["free", "pro"])}


@pytest.fixture
def basic(fake_stripe, user, ladder):
    subscription_id = fake_stripe.subscribe(user, plan="basic")
    user.refresh_from_db()
    assert user.subscription_id == subscription_id
    return user


@pytest.fixture
def taxed(fake_stripe, user, ladder):
    """A subscriber of the larger plan, with a tax of 10 percent that is added to its price."""
    Plan.objects.update(automatic_tax=True)
    fake_stripe.subscribe(user, plan="big")
    user.refresh_from_db()
    assert (cash(user), granted(user)) == (11_000, 10_000)
    return user


def change(fake_stripe, user, plan, **parameters):
    change_in_stripe(fake_stripe, user, plan, **parameters)
    assert set(fake_stripe.deliver()) == {200}
    user.refresh_from_db()


def change_in_stripe(fake_stripe, user, plan, **parameters):
    api = fake_stripe.api.v1.subscriptions
    item = api.retrieve(user.subscription_id).to_dict()["items"]["data"][0]
    wanted = {
        "items": [{"id": item["id"], "price": price_id_of(plan.slug)}],
        "proration_behavior": "always_invoice",
        **parameters,
    }
    api.update(user.subscription_id, wanted)


def halfway(fake_stripe, user):
    """Advance the clock to the middle of the user's paid period."""
    end = int(user.current_period_end.timestamp())
    now = fake_stripe.sandbox.now()
    fake_stripe.sandbox.advance(to=now + (end - now) // 2)
    fake_stripe.deliver()


def cash(user):
    return sum(Payment.objects.filter(user=user).values_list("amount_paid", flat=True))


def granted(user):
    entries = AiCreditLog.objects.filter(user=user, kind="grant").exclude(action_type="signup")
    return sum(entries.values_list("amount", flat=True))


class TestUpgrade:
    @pytest.mark.parametrize(("policy", "more"), [("prorated", 4500), ("full", 9000), ("none", 0)])
    def test_an_upgrade_follows_the_policy_of_the_new_plan(self, fake_stripe, basic, ladder, policy, more):
        Plan.objects.filter(slug="big").update(upgrade_credits=policy)
        halfway(fake_stripe, basic)
        change(fake_stripe, basic, ladder["big"])
        assert basic.plan == "big"
        assert basic.ai_credits == pytest.approx(100 + 1000 + more, abs=2)

    def test_an_upgrade_billed_later_is_granted_later(self, fake_stripe, basic, ladder):
        halfway(fake_stripe, basic)
        change(fake_stripe, basic, ladder["big"], proration_behavior="create_prorations")
        assert (basic.plan, basic.ai_credits) == ("big", 1100)
        fake_stripe.sandbox.renew(basic.subscription_id)
        fake_stripe.deliver()
        basic.refresh_from_db()
        assert basic.ai_credits == pytest.approx(1100 + 10_000 + 4500, abs=2)

    def test_an_upgrade_without_proration_is_granted_at_the_renewal(self, fake_stripe, basic, ladder):
        change(fake_stripe, basic, ladder["big"], proration_behavior="none")
        assert (basic.plan, basic.ai_credits) == ("big", 1100)
        fake_stripe.sandbox.renew(basic.subscription_id)
        fake_stripe.deliver()
        basic.refresh_from_db()
        assert basic.ai_credits == 11_100

    def test_an_upgrade_to_a_yearly_plan_grants_the_year(self, fake_stripe, basic):
        year = create_plan(
            "year", fake_stripe.create_price(cents=12_000, interval="year"), credits_per_period=12_000
        )
        change(fake_stripe, basic, year)
        assert basic.plan == "year"
        # The month that was just paid pays for part of the year, and its credits were granted.
        assert basic.ai_credits == pytest.approx(100 + 12_000, abs=2)

    def test_an_upgrade_whose_payment_fails_grants_nothing(self, fake_stripe, basic, ladder):
        fake_stripe.sandbox.decline_cards(basic.stripe_customer_id)
        change(fake_stripe, basic, ladder["big"])
        assert basic.ai_credits == 1100


class TestDowngrade:
    def test_a_downgrade_claws_back_nothing_and_grants_less_later(self, fake_stripe, user, ladder):
        fake_stripe.subscribe(user, plan="big")
        user.refresh_from_db()
        change(fake_stripe, user, ladder["basic"], proration_behavior="none")
        assert (user.plan, user.ai_credits) == ("basic", 10_100)
        fake_stripe.sandbox.renew(user.subscription_id)
        fake_stripe.deliver()
        user.refresh_from_db()
        assert user.ai_credits == 11_100

    def test_renewals_paid_by_proration_credit_grant_nothing(self, fake_stripe, user, ladder):
        """The 90 dollars on the balance were already granted as 9,000 credits."""
        fake_stripe.subscribe(user, plan="big")
        user.refresh_from_db()
        change(fake_stripe, user, ladder["basic"])
        for _ in range(9):
            fake_stripe.sandbox.renew(user.subscription_id)
        fake_stripe.deliver()
        user.refresh_from_db()
        assert (user.ai_credits, cash(user)) == (10_100, 10_000)
        fake_stripe.sandbox.renew(user.subscription_id)
        fake_stripe.deliver()
        user.refresh_from_db()
        assert (user.ai_credits, cash(user)) == (11_100, 11_000)


class TestLoops:
    @pytest.mark.parametrize("policy", ["prorated", "full", "none"])
    def test_repeated_changes_grant_no_more_than_the_first(self, fake_stripe, basic, ladder, policy):
        Plan.objects.update(upgrade_credits=policy)
        halfway(fake_stripe, basic)
        change(fake_stripe, basic, ladder["big"])
        once = basic.ai_credits
        for _ in range(3):
            change(fake_stripe, basic, ladder["basic"])
            change(fake_stripe, basic, ladder["big"])
        assert basic.ai_credits == once

    def test_repeated_changes_and_renewals_grant_no_more_than_was_paid(self, fake_stripe, basic, ladder):
        for _ in range(3):
            halfway(fake_stripe, basic)
            change(fake_stripe, basic, ladder["big"])
            change(fake_stripe, basic, ladder["basic"])
            fake_stripe.sandbox.renew(basic.subscription_id)
            fake_stripe.deliver()
            basic.refresh_from_db()
            assert granted(basic) <= cash(basic)

    def test_changes_reported_in_any_order_grant_the_same(self, fake_stripe, basic, ladder):
        halfway(fake_stripe, basic)
        for slug in ("big", "basic", "big", "basic", "big"):
            change_in_stripe(fake_stripe, basic, ladder[slug])
        for event in reversed(fake_stripe.new_events()):
            assert fake_stripe.post(event).status_code == 200
        basic.refresh_from_db()
        assert basic.ai_credits == pytest.approx(100 + 1000 + 4500, abs=2)
        assert services.resync_customer(customer_id=basic.stripe_customer_id).has_changes is False


class TestTax:
    """The balance contains the tax of the unused time. That tax buys no credits either."""

    def test_repeated_changes_grant_no_more_than_the_first(self, fake_stripe, taxed, ladder):
        for _ in range(3):
            change(fake_stripe, taxed, ladder["basic"])
            change(fake_stripe, taxed, ladder["big"])
        assert (cash(taxed), granted(taxed)) == (11_000, 10_000)

    def test_repeated_changes_of_the_interval_grant_no_more_than_the_first(self, fake_stripe, taxed, ladder):
        year = create_plan(
            "year", fake_stripe.create_price(cents=100_000, interval="year"), credits_per_period=100_000
        )
        change(fake_stripe, taxed, year)
        assert (cash(taxed), granted(taxed)) == (110_000, 100_000)
        for _ in range(2):
            change(fake_stripe, taxed, ladder["big"])
            change(fake_stripe, taxed, year)
        assert (cash(taxed), granted(taxed)) == (110_000, 100_000)

    def test_renewals_paid_by_proration_credit_grant_nothing(self, fake_stripe, taxed, ladder):
        change(fake_stripe, taxed, ladder["basic"])
        for _ in range(9):  # 99 dollars pay 11 each time
            fake_stripe.sandbox.renew(taxed.subscription_id)
        fake_stripe.deliver()
        assert (cash(taxed), granted(taxed)) == (11_000, 10_000)
        fake_stripe.sandbox.renew(taxed.subscription_id)
        fake_stripe.deliver()
        assert (cash(taxed), granted(taxed)) == (12_100, 11_000)

    def test_a_resync_computes_the_same(self, fake_stripe, taxed, ladder):
        change_in_stripe(fake_stripe, taxed, ladder["basic"])
        change_in_stripe(fake_stripe, taxed, ladder["big"])
        fake_stripe.drop_events()
        services.resync_customer(customer_id=taxed.stripe_customer_id)
        assert (cash(taxed), granted(taxed)) == (11_000, 10_000)
        assert services.resync_customer(customer_id=taxed.stripe_customer_id).has_changes is False


def test_moving_a_price_to_another_plan_keeps_earlier_payments(fake_stripe, basic, ladder):
    (price,) = forget_prices("basic")
    create_plan("mini", price.stripe_id, credits_per_period=7)
    services.resync_customer(customer_id=basic.stripe_customer_id)
    basic.refresh_from_db()
    assert (basic.plan, basic.ai_credits) == ("mini", 1100)
    assert Payment.objects.get().plan.slug == "basic"
    fake_stripe.sandbox.renew(basic.subscription_id)
    fake_stripe.deliver()
    basic.refresh_from_db()
    assert basic.ai_credits == 1107


def test_a_renewal_with_more_lines_than_one_page_grants_them_all(fake_stripe, basic, ladder):
    """Six changes are billed with the next period: thirteen lines, of which a response holds ten."""
    halfway(fake_stripe, basic)
    for slug in ("big", "basic") * 3:
        change(fake_stripe, basic, ladder[slug], proration_behavior="create_prorations")
    fake_stripe.sandbox.renew(basic.subscription_id)
    assert set(fake_stripe.deliver()) == {200}
    invoice = fake_stripe.api.v1.invoices.list({"customer": basic.stripe_customer_id}).data[0]
    assert (len(invoice.lines.data), invoice.lines.has_more) == (10, True)
    assert len(list(invoice.lines.auto_paging_iter())) == 13
    assert mirror.LineItem.objects.filter(stripe_data__invoice=invoice.id).count() == 13
    basic.refresh_from_db()
    assert basic.ai_credits == 100 + 1000 + 1000
    Payment.objects.filter(stripe_id=invoice.id).update(credits=None)
    services.resync_customer(customer_id=basic.stripe_customer_id)
    assert Payment.objects.get(stripe_id=invoice.id).credits == 1000
