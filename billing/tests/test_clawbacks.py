"""Refunds and disputes claw back credits; won disputes restore them."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from billing import services
from billing.models import Payment, Plan
from billing.rules.clawbacks import clawback_target
from billing.tests.catalog import create_pack, create_plan, forget_prices, sell_at
from billing.tests.support import credits_of
from credits import services as ledger
from credits.claims import CreditClaim
from credits.models import AiCreditLog, CreditGrant
from credits.services import holds

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(subscriber):
    return Payment.objects.get(user=subscriber)


def clawed_back(payment):
    payment.refresh_from_db()
    return payment.credits_clawed_back, payment.written_off


def clawbacks(user):
    found = AiCreditLog.objects.filter(user=user, kind="clawback").order_by("id")
    return list(found.values_list("idempotency_key", "amount"))


def grants(user):
    """Return action type, remaining credits and whether it expires of each grant, with all spends consumed."""
    ledger.process_due(user_id=user.pk)
    found = CreditGrant.objects.filter(user=user).order_by("id").select_related("entry")
    return [(grant.entry.action_type, grant.remaining, grant.expires_at is not None) for grant in found]


class TestTarget:
    @pytest.mark.parametrize(
        ("credits_given", "paid", "returned", "gone"),
        [
            (1000, 999, 0, 0),
            (1000, 999, 999, 1000),
            (1000, 999, 333, 333),
            (1000, 999, 1, 1),
            (1000, 999, 2000, 1000),
            (1000, 0, 0, 0),
            (0, 999, 999, 0),
        ],
    )
    def test_clawback_target_examples(self, credits_given, paid, returned, gone):
        assert (
            clawback_target(credits_granted=credits_given, amount_paid=paid, amount_returned=returned) == gone
        )

    @given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
    def test_clawback_target_is_monotonic_and_bounded_by_the_grant(self, given_, paid, one, other):
        less, more = (
            clawback_target(credits_granted=given_, amount_paid=paid, amount_returned=returned)
            for returned in sorted((one, other))
        )
        assert 0 <= less <= more <= given_


class TestRefund:
    def test_a_full_refund_claws_back_all_credits(self, fake_stripe, subscriber, paid):
        fake_stripe.sandbox.refund(paid.stripe_id)
        assert set(fake_stripe.deliver()) == {200}
        assert (credits_of(subscriber), clawed_back(paid)) == (100, (1000, 0))
        assert clawbacks(subscriber) == [(f"stripe:invoice:{paid.stripe_id}:return:1", -1000)]

    def test_each_partial_refund_claws_back_the_difference(self, fake_stripe, subscriber, paid):
        for cents in (333, 333, 333):
            fake_stripe.sandbox.refund(paid.stripe_id, amount=cents)
            fake_stripe.deliver()
        assert [amount for _, amount in clawbacks(subscriber)] == [-333, -333, -334]
        assert (credits_of(subscriber), clawed_back(paid)) == (100, (1000, 0))

    def test_partial_refunds_reported_together_claw_back_the_same(self, fake_stripe, subscriber, paid):
        for cents in (333, 333, 333):
            fake_stripe.sandbox.refund(paid.stripe_id, amount=cents)
        events = fake_stripe.new_events()
        assert fake_stripe.post(events[0]).status_code == 200
        assert (credits_of(subscriber), clawed_back(paid)) == (100, (1000, 0))
        assert {fake_stripe.post(event).status_code for event in events} == {200}
        assert len(clawbacks(subscriber)) == 1

    def test_spent_credits_of_a_refund_are_written_off(self, fake_stripe, subscriber, paid):
        ledger.spend(user_id=subscriber.pk, amount=900, action_type="work", key="work")
        fake_stripe.sandbox.refund(paid.stripe_id)
        fake_stripe.deliver()
        assert (credits_of(subscriber), clawed_back(paid)) == (0, (200, 800))
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        fake_stripe.deliver()
        assert (credits_of(subscriber), clawed_back(paid)) == (1000, (200, 800))

    def test_a_refund_reported_before_its_payment_has_the_same_result(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        session = fake_stripe.api.v1.checkout.sessions.list({"customer": user.stripe_customer_id}).data[0]
        fake_stripe.sandbox.refund(session.id)
        for event in reversed(fake_stripe.new_events()):
            assert fake_stripe.post(event).status_code == 200
        assert credits_of(user) == 100
        assert clawed_back(Payment.objects.get(user=user)) == (1000, 0)

    def test_a_refunded_pack_is_clawed_back(self, fake_stripe, user):
        create_pack()
        session = services.create_checkout_session(user=user, pack="pack")
        fake_stripe.sandbox.pay(session.id)
        fake_stripe.sandbox.refund(session.id, amount=250)
        for event in reversed(fake_stripe.new_events()):
            assert fake_stripe.post(event).status_code == 200
        payment = Payment.objects.get(user=user)
        assert (credits_of(user), clawed_back(payment)) == (350, (250, 0))
        assert clawbacks(user) == [(f"stripe:checkout:{session.id}:return:1", -250)]

    def test_a_refund_of_an_unknown_customer_is_ignored(self, fake_stripe, user):
        api = fake_stripe.api.v1
        other_customer = api.customers.create(
            {
                "payment_method": "pm_card_visa",
                "invoice_settings": {"default_payment_method": "pm_card_visa"},
            }
        )
        bought = api.subscriptions.create(
            {"customer": other_customer.id, "items": [{"price": "price_sandbox_pro_monthly"}]}
        )
        fake_stripe.sandbox.refund(bought.latest_invoice)
        assert set(fake_stripe.deliver()) == {200}
        assert not Payment.objects.exists()

    def test_a_refund_of_an_ungranted_payment_moves_no_credits(self, fake_stripe, subscriber, paid):
        Payment.objects.filter(pk=paid.pk).update(plan=None, credits=None)
        fake_stripe.sandbox.refund(paid.stripe_id)
        assert set(fake_stripe.deliver()) == {200}
        assert (credits_of(subscriber), clawed_back(paid)) == (1100, (0, 0))

    def test_a_refund_of_an_ungranted_payment_counts_once_its_price_is_mapped(
        self, fake_stripe, user, settings
    ):
        settings.STRIPE_PRICE_ID = ""
        forget_prices("pro")
        fake_stripe.subscribe_in_dashboard(user)
        fake_stripe.deliver()
        payment = Payment.objects.get()
        fake_stripe.sandbox.refund(payment.stripe_id, amount=333)
        assert set(fake_stripe.deliver()) == {200}
        payment.refresh_from_db()
        assert (payment.credits, payment.amount_returned, credits_of(user)) == (None, 333, 100)
        sell_at(Plan.objects.get(slug="pro"), "price_sandbox_pro_monthly")
        (event,) = fake_stripe.sandbox.events(type="invoice.paid")
        assert fake_stripe.post({**event, "id": "evt_again"}).status_code == 200
        assert (credits_of(user), clawed_back(payment)) == (100 + 667, (333, 0))


class TestDispute:
    def test_a_dispute_claws_back_when_it_opens_and_when_it_is_lost(self, fake_stripe, subscriber, paid):
        dispute = fake_stripe.sandbox.dispute(paid.stripe_id)
        assert set(fake_stripe.deliver()) == {200}
        assert (credits_of(subscriber), clawed_back(paid)) == (100, (1000, 0))
        fake_stripe.sandbox.close_dispute(dispute["id"], won=False)
        fake_stripe.deliver()
        assert (credits_of(subscriber), clawed_back(paid)) == (100, (1000, 0))

    def test_a_won_dispute_restores_the_credits(self, fake_stripe, subscriber, paid):
        dispute = fake_stripe.sandbox.dispute(paid.stripe_id)
        fake_stripe.deliver()
        fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
        assert set(fake_stripe.deliver()) == {200}
        assert (credits_of(subscriber), clawed_back(paid)) == (1100, (0, 0))
        assert [amount for _, amount in clawbacks(subscriber)] == [-1000, 1000]

    def test_a_won_dispute_restores_only_what_was_clawed_back(self, fake_stripe, subscriber, paid):
        ledger.spend(user_id=subscriber.pk, amount=700, action_type="work", key="work")
        dispute = fake_stripe.sandbox.dispute(paid.stripe_id)
        fake_stripe.deliver()
        assert (credits_of(subscriber), clawed_back(paid)) == (0, (400, 600))
        fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
        fake_stripe.deliver()
        assert (credits_of(subscriber), clawed_back(paid)) == (400, (0, 0))

    def test_a_won_dispute_without_a_clawback_restores_nothing(self, fake_stripe, subscriber, paid):
        ledger.spend(user_id=subscriber.pk, amount=1100, action_type="work", key="work")
        dispute = fake_stripe.sandbox.dispute(paid.stripe_id)
        fake_stripe.deliver()
        assert clawed_back(paid) == (0, 1000)
        fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
        fake_stripe.deliver()
        assert (credits_of(subscriber), clawed_back(paid)) == (0, (0, 0))
        assert [amount for _, amount in clawbacks(subscriber)] == [0]

    def test_a_dispute_after_a_partial_refund_claws_back_the_rest(self, fake_stripe, subscriber, paid):
        fake_stripe.sandbox.refund(paid.stripe_id, amount=333)
        dispute = fake_stripe.sandbox.dispute(paid.stripe_id)
        fake_stripe.deliver()
        assert (credits_of(subscriber), clawed_back(paid)) == (100, (1000, 0))
        fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
        fake_stripe.deliver()
        assert (credits_of(subscriber), clawed_back(paid)) == (767, (333, 0))

    def test_a_won_dispute_reported_in_reverse_has_the_same_result(self, fake_stripe, subscriber, paid):
        dispute = fake_stripe.sandbox.dispute(paid.stripe_id)
        fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
        for event in reversed(fake_stripe.new_events()):
            assert fake_stripe.post(event).status_code == 200
        assert (credits_of(subscriber), clawed_back(paid)) == (1100, (0, 0))
        assert clawbacks(subscriber) == []


class TestHeldCredits:
    """Credits that a hold spares from a clawback are collected when it returns them, and written off if it spends them."""

    @pytest.fixture
    def pack(self, fake_stripe, user):
        """A paid pack of 500, beside 100 credits from the sign-up."""
        create_pack(slug="pack")
        fake_stripe.sandbox.pay(services.create_checkout_session(user=user, pack="pack").id)
        fake_stripe.deliver()
        ledger.spend(user_id=user.pk, amount=100, action_type="work", key="sign-up's")
        return Payment.objects.get(user=user)

    def refund(self, fake_stripe, pack, **options):
        fake_stripe.sandbox.refund(pack.stripe_id, **options)
        assert set(fake_stripe.deliver()) == {200}

    def assert_agrees_with_the_ledger(self, user, pack):
        entries = AiCreditLog.objects.filter(user=user, kind="clawback", reference_id=pack.stripe_id)
        taken = -sum(entries.values_list("amount", flat=True))
        claimed = sum(CreditClaim.objects.filter(entry__in=entries).values_list("open_amount", flat=True))
        assert clawed_back(pack)[0] == taken + claimed
        assert sum(clawed_back(pack)) == pack.credits * pack.amount_returned // pack.amount_paid
        assert services.resync_customer(customer_id=user.stripe_customer_id).has_changes is False

    def test_a_request_that_fails_after_the_refund_keeps_nothing(self, fake_stripe, user, pack):
        held = holds.hold(user_id=user.pk, amount=50, action_type="work")
        self.refund(fake_stripe, pack)
        assert (credits_of(user), user.ai_credits_held, clawed_back(pack)) == (0, 50, (500, 0))
        holds.release(hold=held)
        assert (credits_of(user), user.ai_credits_held, clawed_back(pack)) == (0, 0, (500, 0))
        assert [amount for _, amount in clawbacks(user)] == [-450, -50]
        self.assert_agrees_with_the_ledger(user, pack)

    def test_a_request_that_succeeds_after_the_refund_is_written_off(self, fake_stripe, user, pack):
        held = holds.hold(user_id=user.pk, amount=50, action_type="work")
        self.refund(fake_stripe, pack)
        with transaction.atomic():
            holds.capture(hold=held)
        assert (credits_of(user), clawed_back(pack)) == (0, (450, 50))
        self.assert_agrees_with_the_ledger(user, pack)

    def test_a_request_that_delivers_less_is_written_off_in_part(self, fake_stripe, user, pack):
        held = holds.hold(user_id=user.pk, amount=50, action_type="work")
        self.refund(fake_stripe, pack)
        with transaction.atomic():
            holds.capture(hold=held, amount=20)
        assert (credits_of(user), clawed_back(pack)) == (0, (480, 20))
        self.assert_agrees_with_the_ledger(user, pack)

    def test_a_capture_that_is_rolled_back_writes_nothing_off(self, fake_stripe, user, pack):
        held = holds.hold(user_id=user.pk, amount=50, action_type="work")
        self.refund(fake_stripe, pack)
        with transaction.atomic():
            holds.capture(hold=held)
            transaction.set_rollback(True)
        assert clawed_back(pack) == (500, 0)
        self.assert_agrees_with_the_ledger(user, pack)

    def test_a_hold_that_expires_after_the_refund_keeps_nothing(self, fake_stripe, user, pack):
        holds.hold(user_id=user.pk, amount=50, action_type="work")
        self.refund(fake_stripe, pack)
        assert ledger.process_due(user_id=user.pk, at=timezone.now() + timedelta(days=1)) == 0
        self.assert_agrees_with_the_ledger(user, pack)

    def test_each_partial_refund_claims_its_share(self, fake_stripe, user, pack):
        held = holds.hold(user_id=user.pk, amount=450, action_type="work")
        for cents in (100, 150):
            self.refund(fake_stripe, pack, amount=cents)
        assert (credits_of(user), clawed_back(pack)) == (0, (250, 0))
        assert [claim.open_amount for claim in CreditClaim.objects.order_by("id")] == [50, 150]
        holds.release(hold=held)
        assert (credits_of(user), clawed_back(pack)) == (250, (250, 0))
        self.assert_agrees_with_the_ledger(user, pack)

    @pytest.mark.parametrize("released_first", [True, False])
    def test_a_won_dispute_restores_what_was_claimed(self, fake_stripe, user, pack, released_first):
        held = holds.hold(user_id=user.pk, amount=50, action_type="work")
        dispute = fake_stripe.sandbox.dispute(pack.stripe_id)
        fake_stripe.deliver()
        assert (credits_of(user), clawed_back(pack)) == (0, (500, 0))
        if released_first:
            holds.release(hold=held)
        fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
        assert set(fake_stripe.deliver()) == {200}
        holds.release(hold=held)
        assert (credits_of(user), clawed_back(pack)) == (500, (0, 0))
        assert grants(user)[1] == ("credit_pack", 500, False)
        self.assert_agrees_with_the_ledger(user, pack)

    def test_a_won_dispute_does_not_restore_what_was_spent_after_the_claim(self, fake_stripe, user, pack):
        held = holds.hold(user_id=user.pk, amount=50, action_type="work")
        dispute = fake_stripe.sandbox.dispute(pack.stripe_id)
        fake_stripe.deliver()
        with transaction.atomic():
            holds.capture(hold=held, amount=20)
        fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
        assert set(fake_stripe.deliver()) == {200}
        assert (credits_of(user), clawed_back(pack)) == (480, (0, 0))
        self.assert_agrees_with_the_ledger(user, pack)


class TestGrants:
    """A clawback reduces the payment's own grants first."""

    @pytest.fixture
    def both(self, fake_stripe, user):
        """A pack, and a period's credits that expire and are therefore consumed first."""
        Plan.objects.filter(slug="pro").update(unspent_credits="expire")
        create_pack()
        fake_stripe.sandbox.pay(services.create_checkout_session(user=user, pack="pack").id)
        fake_stripe.deliver()
        fake_stripe.subscribe(user)
        return user

    def test_a_refunded_pack_keeps_the_periods_credits(self, fake_stripe, both):
        fake_stripe.sandbox.refund(Payment.objects.get(pack__isnull=False).stripe_id)
        fake_stripe.deliver()
        assert grants(both) == [
            ("signup", 100, False),
            ("credit_pack", 0, False),
            ("subscription_start", 1000, True),
        ]

    def test_a_refunded_period_keeps_the_packs_credits(self, fake_stripe, both):
        fake_stripe.sandbox.refund(Payment.objects.get(plan__isnull=False).stripe_id, amount=333)
        fake_stripe.deliver()
        assert grants(both) == [
            ("signup", 100, False),
            ("credit_pack", 500, False),
            ("subscription_start", 667, True),
        ]

    def test_spent_credits_of_a_refund_are_taken_from_other_grants(self, fake_stripe, both):
        ledger.spend(user_id=both.pk, amount=950, action_type="work", key="work")
        payment = Payment.objects.get(plan__isnull=False)
        fake_stripe.sandbox.refund(payment.stripe_id)
        fake_stripe.deliver()
        assert (credits_of(both), clawed_back(payment)) == (0, (650, 350))

    def test_a_won_dispute_restores_every_grant(self, fake_stripe, both):
        ledger.spend(user_id=both.pk, amount=600, action_type="work", key="work")
        before = grants(both)
        ends = list(CreditGrant.objects.filter(user=both).order_by("id").values_list("expires_at"))
        dispute = fake_stripe.sandbox.dispute(Payment.objects.get(plan__isnull=False).stripe_id)
        fake_stripe.deliver()
        assert grants(both) == [
            ("signup", 0, False),
            ("credit_pack", 0, False),
            ("subscription_start", 0, True),
        ]
        fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
        fake_stripe.deliver()
        assert grants(both) == before
        assert list(CreditGrant.objects.filter(user=both).order_by("id").values_list("expires_at")) == ends

    def test_a_dispute_won_after_a_refund_reverses_only_the_dispute(self, fake_stripe, both):
        paid = Payment.objects.get(plan__isnull=False)
        fake_stripe.sandbox.refund(paid.stripe_id, amount=333)
        fake_stripe.deliver()
        ledger.spend(user_id=both.pk, amount=67, action_type="work", key="work")
        before = grants(both)
        dispute = fake_stripe.sandbox.dispute(paid.stripe_id)
        fake_stripe.deliver()
        fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
        fake_stripe.deliver()
        assert grants(both) == before
        assert (credits_of(both), clawed_back(paid)) == (1200, (333, 0))

    def test_a_refund_claws_back_the_instalments_of_its_own_year(self, fake_stripe, user):
        create_plan(
            "year",
            fake_stripe.create_price(cents=12_000, interval="year"),
            credits_per_period=1200,
            instalments=12,
        )
        fake_stripe.subscribe(user, plan="year")
        year = Payment.objects.get()
        services.process_due(user=user, at=year.due_at(2))
        ledger.spend(
            user_id=user.pk, amount=150, action_type="work", key="work"
        )  # signup's, half of the first
        fake_stripe.sandbox.refund(year.stripe_id, amount=9_000)
        fake_stripe.deliver()
        ledger.grant(user_id=user.pk, amount=10, action_type="present", key="present")
        services.process_due(user=User.objects.get(pk=user.pk), at=year.due_at(3))
        assert [left for _, left, _ in grants(user)] == [0, 0, 0, 10, 25]
        assert clawed_back(year) == (225, 0)
