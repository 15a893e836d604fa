"""Each database constraint, violated by name."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, IntegrityError, transaction
from django.db.models import ProtectedError

from accounts.models import User
from billing import checks
from billing.models import CreditPack, Payment, PaymentPart, Plan, Price
from billing.subscribers import Subscriber

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def assert_refused(constraint, write):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert constraint in str(caught.value)


def plan(**changes):
    return Plan.objects.create(**{"slug": "some", "name": "Some", **changes})


def pack(**changes):
    return CreditPack.objects.create(**{"slug": "some", "name": "Some", "credits": 5, **changes})


def price(**changes):
    values = {"stripe_id": "price_1", "unit_amount": 999, "currency": "usd", "interval": "month", **changes}
    if not values.keys() & {"plan", "pack"}:
        values["plan"] = Plan.objects.filter(slug="some").first() or plan()
    return Price.objects.create(**values)


def payment(user, **changes):
    return Payment.objects.create(
        **{
            "user": user,
            "stripe_id": "in_1",
            "action_type": "payment",
            "amount_paid": 999,
            "currency": "usd",
            "paid_at": NOW,
            "credits": 0,
            **changes,
        }
    )


class TestPlan:
    @pytest.mark.parametrize(
        ("constraint", "changes"),
        [
            ("billing_plan_upgrade_credits_are_known", {"upgrade_credits": "double"}),
            ("billing_plan_unspent_credits_are_known", {"unspent_credits": "vanish"}),
            ("billing_plan_cap_where_capped", {"unspent_credits": "rollover_capped"}),
            ("billing_plan_cap_where_capped", {"unspent_credits": "expire", "rollover_cap": 5}),
            ("billing_plan_has_an_instalment", {"instalments": 0}),
            ("billing_plan_credits_per_period_check", {"credits_per_period": -1}),
            ("billing_plan_trial_credits_check", {"trial_credits": -1}),
            ("billing_plan_rollover_cap_check", {"unspent_credits": "rollover_capped", "rollover_cap": -1}),
        ],
    )
    def test_rules(self, constraint, changes):
        assert_refused(constraint, lambda: plan(**changes))

    def test_one_plan_per_slug(self):
        assert str(plan()) == "Some"
        assert_refused("billing_plan_slug", plan)


class TestPrice:
    @pytest.mark.parametrize(
        ("constraint", "changes"),
        [
            ("billing_price_has_a_stripe_id", {"stripe_id": ""}),
            ("billing_price_is_of_a_plan_or_a_pack", {"plan": None}),
            ("billing_price_recurs_for_a_plan_only", {"interval": ""}),
            ("billing_price_interval_is_known", {"interval": "decade"}),
            ("billing_price_interval_count_is_positive", {"interval_count": 0}),
            ("billing_price_currency_is_a_code", {"currency": "US$"}),
            ("billing_price_currency_is_a_code", {"currency": ""}),
            ("billing_price_has_an_instalment", {"instalments": 0}),
            ("billing_price_unit_amount_check", {"unit_amount": -1}),
            ("billing_price_credits_per_period_check", {"credits_per_period": -1}),
        ],
    )
    def test_rules(self, constraint, changes):
        assert_refused(constraint, lambda: price(**changes))

    def test_a_price_belongs_to_one_item(self):
        both = {"plan": plan(), "pack": pack()}
        assert_refused("billing_price_is_of_a_plan_or_a_pack", lambda: price(**both))

    def test_a_pack_has_a_one_time_price_without_terms_of_a_plan(self):
        sold = {"pack": pack(), "plan": None}
        assert_refused("billing_price_recurs_for_a_plan_only", lambda: price(**sold))
        sold["interval"] = ""
        for terms in ({"credits_per_period": 5}, {"instalments": 2}):
            assert_refused("billing_price_overrides_a_plan_only", lambda terms=terms: price(**sold, **terms))
        assert str(price(**sold)) == "price_1"

    def test_one_row_per_stripe_price(self):
        price()
        assert_refused("billing_price_stripe_id", price)

    def test_one_default_of_a_plan_and_of_a_pack(self):
        for sold in ({"plan": plan()}, {"pack": pack(), "interval": ""}):
            name = f"billing_price_one_default_of_a_{next(iter(sold))}"
            price(**sold, stripe_id=f"{name}_1", is_default=True)
            price(**sold, stripe_id=f"{name}_2")
            assert_refused(name, lambda sold=sold: price(**sold, stripe_id="price_3", is_default=True))

    def test_a_stored_price_takes_precedence_over_the_environment(self, settings):
        settings.STRIPE_PRICE_ID = "price_env"
        Plan.objects.update_or_create(slug="pro", defaults={"name": "Pro", "credits_per_period": 9})
        assert Price.objects.all().plan_terms()["price_env"].slug == "pro"
        price(stripe_id="price_env")
        terms = Price.objects.all().plan_terms()
        assert {price_id: one.slug for price_id, one in terms.items()} == {"price_env": "some"}


class TestPack:
    @pytest.mark.parametrize(
        ("constraint", "changes"),
        [
            ("billing_creditpack_gives_credits", {"credits": 0}),
            ("billing_creditpack_credits", {"credits": -1}),
        ],
    )
    def test_rules(self, constraint, changes):
        assert_refused(constraint, lambda: pack(**changes))

    def test_one_pack_per_slug(self):
        assert str(pack()) == "Some"
        assert_refused("billing_creditpack_slug", pack)


class TestPayment:
    def test_a_stripe_object_has_one_payment(self, user):
        payment(user, invoice_id="in_1")
        assert_refused("billing_payment_stripe_id", lambda: payment(user))
        assert_refused(
            "billing_payment_invoice_id", lambda: payment(user, stripe_id="cs_1", invoice_id="in_1")
        )

    def test_a_part_pays_a_payment_once(self, user):
        first, second = payment(user), payment(user, stripe_id="in_2")
        for one in (first, second):
            assert str(PaymentPart.objects.create(payment=one, stripe_id="pi_1", amount=5)) == "pi_1"
        assert_refused(
            "billing_paymentpart_pays_a_payment_once",
            lambda: PaymentPart.objects.create(payment=first, stripe_id="pi_1", amount=5),
        )

    def test_a_part_returns_at_most_what_it_paid(self, user):
        returned = {"amount": 5, "amount_refunded": 3, "amount_disputed": 3}
        assert_refused(
            "billing_paymentpart_returns_at_most_what_it_paid",
            lambda: PaymentPart.objects.create(payment=payment(user), stripe_id="pi_1", **returned),
        )

    def test_credits_need_a_plan_or_a_pack(self, user):
        assert_refused("billing_payment_credits_come_from_what_is_sold", lambda: payment(user, credits=5))

    def test_a_payment_is_for_a_plan_or_a_pack_not_both(self, user):
        both = {"plan": plan(), "pack": pack(), "credits": 5}
        assert_refused("billing_payment_is_for_a_plan_or_a_pack", lambda: payment(user, **both))

    @pytest.mark.parametrize(
        "returned",
        [
            {"credits_clawed_back": 6},
            {"written_off": 6},
            {"credits_clawed_back": 3, "written_off": 3},
            {"credits_clawed_back": 1, "credits": None},
        ],
    )
    def test_a_clawback_is_bounded_by_the_grant(self, user, returned):
        assert_refused(
            "billing_payment_returns_at_most_what_it_gave",
            lambda: payment(user, **{"plan": plan(), "credits": 5, **returned}),
        )

    @pytest.mark.parametrize(
        ("constraint", "changes"),
        [
            ("gives_its_first_instalment_at_once", {"instalments_left": 1, "next_instalment_at": NOW}),
            ("next_instalment_while_some_are_left", {"next_instalment_at": NOW}),
            ("next_instalment_while_some_are_left", {"instalments": 12, "instalments_left": 3}),
        ],
    )
    def test_instalment_constraints(self, user, constraint, changes):
        assert_refused(f"billing_payment_{constraint}", lambda: payment(user, **changes))

    @pytest.mark.parametrize(
        "name", ["credits", "amount_returned", "credits_clawed_back", "written_off", "clawback_count"]
    )
    def test_counts_are_not_negative(self, user, name):
        assert_refused(f"billing_payment_{name}_check", lambda: payment(user, **{name: -1}))

    def test_a_paid_plan_cannot_be_deleted(self, user):
        payment(user, plan=plan(), credits=5)
        with pytest.raises(ProtectedError):
            Plan.objects.filter(slug="some").delete()

    def test_too_long_an_id_is_refused(self, user):
        with pytest.raises(DataError), transaction.atomic():
            payment(user, stripe_id="i" * 256)


class TestSubscriber:
    @pytest.mark.parametrize(
        ("constraint", "changes"),
        [
            ("accounts_user_plan_not_empty", {"plan": ""}),
            (
                "accounts_user_subscription_has_a_customer",
                {"subscription_id": "sub_1", "subscription_status": "active"},
            ),
            (
                "accounts_user_subscription_has_a_status",
                {"stripe_customer_id": "cus_1", "subscription_id": "sub_1"},
            ),
            ("accounts_user_subscription_has_a_status", {"subscription_status": "active"}),
        ],
    )
    def test_rules(self, user, constraint, changes):
        assert_refused(constraint, lambda: User.objects.filter(pk=user.pk).update(**changes))

    @pytest.mark.parametrize("name", ["stripe_customer_id", "subscription_id"])
    def test_a_customer_and_a_subscription_belong_to_one_user(self, user, staff, name):
        fields = {"stripe_customer_id": "cus_1", "subscription_id": "sub_1", "subscription_status": "active"}
        User.objects.filter(pk=user.pk).update(**fields)
        others = {**fields, "stripe_customer_id": "cus_2", "subscription_id": "sub_2", name: fields[name]}
        assert_refused(f"accounts_user_{name}", lambda: User.objects.filter(pk=staff.pk).update(**others))


class TestChecks:
    def test_check_reports_a_user_that_is_not_a_subscriber(self, settings):
        settings.AUTH_USER_MODEL = "billing.Plan"
        assert [found.id for found in checks.check_subscriber()] == ["billing.E001"]

    def test_check_reports_a_lost_constraint(self, monkeypatch):
        kept = [one for one in User._meta.constraints if "has_a_status" not in one.name]
        monkeypatch.setattr(User._meta, "constraints", kept)
        (found,) = checks.check_subscriber()
        assert (found.id, "subscription_has_a_status" in found.msg) == ("billing.E002", True)

    def test_check_accepts_a_complete_user_model(self):
        assert checks.check_subscriber() == []
        assert Subscriber._meta.abstract

    @pytest.mark.parametrize(
        ("key", "host", "found"),
        [
            ("sk_test_sandboxSandboxSandbox0000", "http://127.0.0.1:12111", ["billing.E003"]),
            ("sk_test_sandboxSandboxSandbox0000", "https://api.stripe.com", []),
            ("", "http://127.0.0.1:12111", []),
        ],
    )
    def test_check_refuses_another_stripe_host_in_a_deployment(self, settings, key, host, found):
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_HOST = key, host
        assert [one.id for one in checks.check_stripe_host()] == found
