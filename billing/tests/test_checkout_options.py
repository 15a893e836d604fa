"""Options of Checkout, as fields of plans and packs, with the sandbox's page."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from billing import services
from billing.models import CreditPack, Payment, Plan
from billing.tests.catalog import create_pack, create_plan
from billing.tests.support import state_of
from stripe_sandbox.testing import SandboxRefused

CHECKOUT = "/api/payments/create-checkout-session"


@pytest.fixture
def ask(client_of, user, fake_stripe):
    def post(**body):
        answer = client_of(user).post(CHECKOUT, body, format="json")
        assert answer.status_code == 200, answer.content
        return answer.json()["sessionId"]

    return post


@pytest.fixture
def pack(fake_stripe):
    return create_pack()


def set_plan(**fields):
    Plan.objects.filter(slug="pro").update(**fields)


def days_of_trial(fake_stripe, user):
    (found,) = fake_stripe.api.v1.subscriptions.list({"customer": user.stripe_customer_id}).data
    return (found.trial_end - found.trial_start) // 86400 if found.trial_end else None


class TestTrial:
    @pytest.fixture(autouse=True)
    def trial(self, fake_stripe):
        set_plan(trial_days=7, trial_credits=50)

    def test_a_first_subscription_starts_with_the_trial(self, ask, user, fake_stripe):
        fake_stripe.sandbox.pay(ask())
        assert set(fake_stripe.deliver()) == {200}
        assert state_of(user) == ("pro", "trialing", 150)
        assert days_of_trial(fake_stripe, user) == 7
        fake_stripe.sandbox.advance(days=7.1)
        assert set(fake_stripe.deliver()) == {200}
        assert state_of(user) == ("pro", "active", 1150)

    @pytest.mark.parametrize("delivered", [True, False])
    def test_a_second_one_does_not(self, ask, user, fake_stripe, delivered):
        first = fake_stripe.sandbox.pay(ask())["subscription"]
        fake_stripe.api.v1.subscriptions.cancel(first)
        if delivered:
            assert set(fake_stripe.deliver()) == {200}
        else:
            fake_stripe.drop_events()
        fake_stripe.sandbox.pay(ask())
        assert days_of_trial(fake_stripe, user) is None

    def test_a_user_who_paid_for_the_plan_before_gets_no_trial(self, ask, user, fake_stripe):
        set_plan(trial_days=0)
        fake_stripe.api.v1.subscriptions.cancel(fake_stripe.subscribe(user))
        fake_stripe.deliver()
        set_plan(trial_days=7)
        fake_stripe.sandbox.pay(ask())
        assert days_of_trial(fake_stripe, user) is None

    def test_a_new_customer_of_a_user_gets_no_second_trial(self, ask, user, fake_stripe):
        fake_stripe.sandbox.pay(ask())
        assert set(fake_stripe.deliver()) == {200}
        user.refresh_from_db()
        fake_stripe.api.v1.customers.delete(user.stripe_customer_id)
        assert set(fake_stripe.deliver()) == {200}
        page = ask()
        user.refresh_from_db()
        fake_stripe.sandbox.pay(page)
        assert days_of_trial(fake_stripe, user) is None

    def test_another_plan_has_its_own_trial(self, ask, user, fake_stripe):
        create_plan("max", fake_stripe.create_price(cents=2999), trial_days=3)
        fake_stripe.api.v1.subscriptions.cancel(fake_stripe.sandbox.pay(ask())["subscription"])
        fake_stripe.drop_events()
        fake_stripe.sandbox.pay(ask(plan="max"))
        assert days_of_trial(fake_stripe, user) == 3

    def test_a_first_payment_that_failed_keeps_the_trial(self, ask, user, fake_stripe):
        services.ensure_customer(user=user)
        fake_stripe.subscribe_in_dashboard(user, payment_behavior="default_incomplete")
        fake_stripe.sandbox.pay(ask())
        listed = fake_stripe.api.v1.subscriptions.list({"customer": user.stripe_customer_id}).data
        assert [found.status for found in listed if found.trial_end] == ["trialing"]

    def test_an_open_session_with_a_trial_is_closed_when_the_trial_is_used(self, ask, user, fake_stripe):
        """Two tabs with a trial: the first was opened on other terms."""
        first = ask()
        set_plan(promotion_codes=True)
        second = ask()
        assert first != second
        with pytest.raises(SandboxRefused):
            fake_stripe.sandbox.pay(first)

    def test_the_trial_takes_no_further_request(self, ask, stripe_requests):
        ask()
        stripe_requests.clear()
        ask()
        looked = [("post", "checkout/sessions"), ("get", "checkout/sessions")]
        assert stripe_requests[:2] == looked
        assert stripe_requests[-1] == ("get", "subscriptions")
        assert len(stripe_requests) == 4  # one closes the session that was created to look


class TestQuantity:
    def test_a_packs_credits_follow_the_quantity(self, ask, user, fake_stripe, pack):
        CreditPack.objects.update(max_quantity=10)
        fake_stripe.sandbox.pay(ask(pack="pack"), quantity=3)
        assert set(fake_stripe.deliver()) == {200}
        payment = Payment.objects.get()
        assert (state_of(user)[2], payment.amount_paid) == (1600, 3 * 499)

    def test_a_plans_credits_follow_the_quantity_at_each_renewal(self, ask, user, fake_stripe):
        set_plan(max_quantity=10)
        paid = fake_stripe.sandbox.pay(ask(), quantity=2)
        fake_stripe.sandbox.renew(paid["subscription"])
        assert set(fake_stripe.deliver()) == {200}
        assert state_of(user) == ("pro", "active", 100 + 2 * 2000)

    def test_the_maximum_holds(self, ask, fake_stripe, pack):
        CreditPack.objects.update(max_quantity=10)
        with pytest.raises(SandboxRefused):
            fake_stripe.sandbox.pay(ask(pack="pack"), quantity=11)

    @pytest.mark.parametrize(
        "fields", [{"max_quantity": 0}, {"max_quantity": 1000}, {"max_quantity": 999, "credits": 2_149_634}]
    )
    def test_a_quantity_beyond_reason_is_refused(self, pack, fields):
        for name, value in fields.items():
            setattr(pack, name, value)
        with pytest.raises(ValidationError):
            pack.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            pack.save()

    def test_the_most_credits_of_a_purchase_fit(self, pack):
        pack.max_quantity, pack.credits = 999, 2_149_633
        pack.full_clean()
        pack.save()


class TestPromotionCodes:
    @pytest.mark.parametrize("allowed", [True, False])
    def test_a_code_is_accepted_where_staff_allow_it(self, ask, user, fake_stripe, allowed):
        set_plan(promotion_codes=allowed)
        fake_stripe.api.v1.coupons.create({"id": "HALF", "percent_off": 50, "duration": "once"})
        page = ask()
        if not allowed:
            with pytest.raises(SandboxRefused):
                fake_stripe.sandbox.pay(page, promotion_code="HALF")
            return
        fake_stripe.sandbox.pay(page, promotion_code="HALF")
        assert set(fake_stripe.deliver()) == {200}
        assert (state_of(user)[2], Payment.objects.get().amount_paid) == (1100, 499)

    def test_a_pack_that_a_code_makes_free_grants_its_credits(self, ask, user, fake_stripe, pack):
        CreditPack.objects.update(promotion_codes=True)
        fake_stripe.api.v1.coupons.create({"id": "GIFT", "percent_off": 100, "duration": "once"})
        fake_stripe.sandbox.pay(ask(pack="pack"), promotion_code="GIFT")
        assert set(fake_stripe.deliver()) == {200}
        assert (state_of(user)[2], Payment.objects.get().amount_paid) == (600, 0)

    @pytest.mark.parametrize("invoice_first", [True, False])
    def test_a_free_pack_with_an_invoice_is_one_payment(self, ask, user, fake_stripe, pack, invoice_first):
        CreditPack.objects.update(promotion_codes=True, invoice=True)
        fake_stripe.api.v1.coupons.create({"id": "GIFT", "percent_off": 100, "duration": "once"})
        fake_stripe.sandbox.pay(ask(pack="pack"), promotion_code="GIFT")
        events = sorted(fake_stripe.new_events(), key=lambda event: event["type"], reverse=invoice_first)
        assert {fake_stripe.post(event).status_code for event in events} == {200}
        assert (state_of(user)[2], Payment.objects.get().amount_paid) == (600, 0)
        assert services.resync_customer(customer_id=user.stripe_customer_id).has_changes is False

    def test_a_plan_that_a_code_makes_free_starts_and_renews_at_its_price(self, ask, user, fake_stripe):
        set_plan(promotion_codes=True, trial_credits=7)
        fake_stripe.api.v1.coupons.create({"id": "GIFT", "percent_off": 100, "duration": "once"})
        paid = fake_stripe.sandbox.pay(ask(), promotion_code="GIFT")
        assert paid["payment_status"] == "no_payment_required" or paid["amount_total"] == 0
        fake_stripe.sandbox.renew(paid["subscription"])
        assert set(fake_stripe.deliver()) == {200}
        assert state_of(user) == ("pro", "active", 2100)
        assert sorted(Payment.objects.values_list("amount_paid", flat=True)) == [0, 999]


class TestAutomaticTax:
    def test_the_tax_changes_no_credits_and_the_address_is_saved(self, ask, user, fake_stripe, pack):
        set_plan(automatic_tax=True)
        CreditPack.objects.update(automatic_tax=True)
        fake_stripe.sandbox.pay(ask(pack="pack"), country="DE")
        fake_stripe.sandbox.pay(ask(), country="DE")
        assert set(fake_stripe.deliver()) == {200}
        assert state_of(user)[2] == 1600
        assert sorted(Payment.objects.values_list("amount_paid", flat=True)) == [549, 1099]
        customer = fake_stripe.api.v1.customers.retrieve(user.stripe_customer_id)
        assert customer.address.country == "DE"


def test_changed_options_close_the_open_session(ask, user, fake_stripe):
    first = ask()
    set_plan(automatic_tax=True)
    assert ask() != first
    assert fake_stripe.api.v1.checkout.sessions.retrieve(first).status == "expired"


class TestAdmin:
    def test_staff_edit_the_options(self, admin_client, fake_stripe, pack):
        names = {"max_quantity", "promotion_codes", "automatic_tax"}
        for page, more in ((f"creditpack/{pack.pk}", "invoice"), ("plan/add", "trial_days")):
            text = admin_client.get(f"/admin/billing/{page}/", follow=True).content.decode()
            assert not [name for name in (*names, more) if f'name="{name}"' not in text]

    @pytest.mark.parametrize("fields", [{"trial_days": 731}, {"max_quantity": 1000}])
    def test_a_plan_beyond_reason_is_refused(self, fake_stripe, fields):
        plan = Plan.objects.get(slug="pro")
        for name, value in fields.items():
            setattr(plan, name, value)
        with pytest.raises(ValidationError):
            plan.full_clean()
