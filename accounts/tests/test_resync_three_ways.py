# ruff: noqa: F811  (fixtures are imported, and asked for by name)
"""Stripe ↔ payments and grants ↔ balances: what is missing is posted, what should not be there is taken back."""

import pytest
from django.core.management import CommandError
from django.db import transaction

from accounts.models import User
from accounts.receivers import grant_paid_credits
from accounts.tests.test_resync import dump, facts, resync
from billing import services
from billing.customer_lock import lock_customer
from billing.models import CreditPack, Payment, Plan
from billing.services import sync
from billing.signals import payment_recorded
from billing.stripe_objects import CheckoutSession, Invoice, Snapshot
from billing.tests.fixtures import stripe_world, subscriber  # noqa: F401  (fixtures)
from credits import services as ledger
from credits.models import AiCreditLog

pytestmark = pytest.mark.django_db


@pytest.fixture
def deaf():
    """Payments are recorded, and the ledger does not hear of them."""
    payment_recorded.disconnect(grant_paid_credits, dispatch_uid="accounts.grant_paid_credits")

    def listen_again():
        payment_recorded.connect(grant_paid_credits, dispatch_uid="accounts.grant_paid_credits")

    yield listen_again
    listen_again()


def everything(user):
    entries = AiCreditLog.objects.filter(user=user).order_by("id").values("kind", "amount", "idempotency_key")
    return facts(user), list(entries), list(Payment.objects.order_by("id").values())


def last_invoice(stripe_world, user):
    found = stripe_world.api.v1.invoices.list(
        {"customer": user.stripe_customer_id, "expand": ["data.payments"]}
    )
    return found.data[0].to_dict()


def believe(user, invoice, **differs):
    """Record an invoice as if Stripe had called it paid, and that payment of it, too."""
    for payment in invoice["payments"]["data"]:
        payment["status"] = "paid"
    paid = Invoice.from_stripe({**invoice, "status": "paid", **differs})
    apply(user, invoices=(paid,))
    return Payment.objects.get(stripe_id=paid.id)


def apply(user, **found):
    """Apply a made-up snapshot of the user's customer."""
    with transaction.atomic():
        lock_customer(user.stripe_customer_id)
        sync.apply(Snapshot(customer_id=user.stripe_customer_id, owner_id=user.pk, **found))


class TestAPaymentWhoseGrantIsMissing:
    @pytest.fixture
    def payment(self, stripe_world, user, deaf):
        stripe_world.subscribe(user)
        deaf()
        assert facts(user) == ("pro", "active", 100)
        return Payment.objects.get()

    def test_is_posted_and_told(self, user, payment):
        (changed,) = resync()["changed"]
        assert changed["granted"] == {payment.stripe_id: 1000}
        assert changed["payments"] == []
        assert facts(user) == ("pro", "active", 1100)

    def test_is_told_by_a_dry_run_which_posts_nothing(self, payment):
        before = dump()
        (changed,) = resync(dry_run=True)["changed"]
        assert changed["granted"] == {payment.stripe_id: 1000}
        assert dump() == before

    @pytest.mark.usefixtures("payment")
    def test_is_posted_once(self, user):
        resync()
        before = everything(user)
        assert resync()["changed"] == []
        assert everything(user) == before

    def test_is_posted_under_the_webhooks_key(self, stripe_world, user, payment):
        resync()
        before = everything(user)
        for event in stripe_world.sandbox.events():
            assert stripe_world.post({**event, "id": f"{event['id']}late"}).status_code == 200
        assert everything(user) == before

    def test_of_a_pack_too(self, stripe_world, user, deaf):
        CreditPack.objects.create(
            slug="pack", name="Pack", stripe_price_id="price_sandbox_pack_500", credits=500
        )
        session = services.create_checkout_session(user=user, pack="pack")
        stripe_world.sandbox.pay(session.id)
        stripe_world.deliver()
        deaf()
        assert resync()["changed"][0]["granted"] == {session.id: 500}
        assert facts(user)[2] == 600

    def test_and_whose_record_is_missing_is_posted_no_second_time(self, stripe_world, subscriber):
        """Only the ledger knows of it: the key stands, and what it stands for was fixed then."""
        Payment.objects.all().delete()
        resync()
        assert facts(subscriber)[2] == 1100
        Payment.objects.all().delete()
        Plan.objects.filter(slug="pro").update(credits_per_period=7000)
        with pytest.raises(CommandError, match="1 could not"):
            resync()
        assert facts(subscriber)[2] == 1100

    def test_in_part_gives_the_instalments_that_are_missing(self, stripe_world, user, deaf):
        Plan.objects.filter(slug="pro").update(instalments=4)
        stripe_world.subscribe(user)
        deaf()
        payment = Payment.objects.get()
        ledger.grant(
            user_id=user.pk,
            amount=250,
            action_type=payment.action_type,
            key=f"{payment.ledger_key}:1",
            reference=ledger.Reference(type="payment", id=payment.stripe_id),
            pool="plan",
        )
        Payment.objects.update(instalments_left=2)  # the second was given, and never arrived
        assert resync()["changed"][0]["granted"] == {payment.stripe_id: 250}
        assert facts(user)[2] == 100 + 500


class TestAPaymentThatStripeDoesNotCallPaid:
    @pytest.fixture
    def wrong(self, stripe_world, subscriber):
        """A renewal that failed, recorded here as paid."""
        stripe_world.sandbox.break_cards(subscriber.stripe_customer_id)
        stripe_world.sandbox.renew(subscriber.subscription_id)
        assert set(stripe_world.deliver()) == {200}
        payment = believe(subscriber, last_invoice(stripe_world, subscriber))
        assert facts(subscriber) == ("pro", "past_due", 2100)
        return payment

    @pytest.mark.parametrize("became", ["open", "void_invoice", "mark_uncollectible"])
    def test_is_taken_back(self, stripe_world, subscriber, wrong, became):
        if became != "open":
            getattr(stripe_world.api.v1.invoices, became)(wrong.stripe_id)
        (changed,) = resync()["changed"]
        assert changed["returned"] == {wrong.stripe_id: -1000}
        assert facts(subscriber)[2] == 1100
        wrong.refresh_from_db()
        assert (wrong.taken_back, wrong.written_off) == (1000, 0)

    def test_is_told_by_a_dry_run_which_takes_nothing(self, wrong):
        before = dump()
        assert resync(dry_run=True)["changed"][0]["returned"] == {wrong.stripe_id: -1000}
        assert dump() == before

    def test_is_taken_back_once_whatever_is_heard_later(self, stripe_world, subscriber, wrong):
        resync()
        before = everything(subscriber)
        assert resync()["changed"] == []
        events = stripe_world.sandbox.events()
        failed = next(one for one in events[::-1] if one["type"] == "invoice.payment_failed")
        lies = [
            {**failed, "type": "invoice.paid"},
            {
                **failed,
                "type": "charge.refunded",
                "data": {
                    "object": {
                        "object": "charge",
                        "id": "ch_1",
                        "customer": subscriber.stripe_customer_id,
                        "payment_intent": wrong.payment_intent_id,
                    }
                },
            },
        ]
        for number, event in enumerate([*events, *lies]):
            assert stripe_world.post({**event, "id": f"{event['id']}late{number}"}).status_code == 200
        assert everything(subscriber) == before

    def test_stops_at_what_is_left_and_tells_what_was_written_off(self, subscriber, wrong):
        ledger.spend(user_id=subscriber.pk, amount=2000, action_type="work", key="work")
        (changed,) = resync()["changed"]
        wrong.refresh_from_db()
        assert wrong.taken_back + wrong.written_off == 1000
        assert changed["writtenOff"] == {wrong.stripe_id: wrong.written_off}
        assert changed["returned"] == ({wrong.stripe_id: -wrong.taken_back} if wrong.taken_back else {})
        assert facts(subscriber)[2] == 100 - wrong.taken_back
        assert resync()["changed"] == []

    @pytest.mark.parametrize("by", ["resync", "webhook"])
    @pytest.mark.parametrize("became", ["open", "mark_uncollectible"])
    def test_comes_back_when_it_is_paid_after_all(self, stripe_world, subscriber, wrong, became, by):
        if became != "open":
            getattr(stripe_world.api.v1.invoices, became)(wrong.stripe_id)
        resync()
        stripe_world.lose()
        stripe_world.sandbox.mend_cards(subscriber.stripe_customer_id)
        stripe_world.api.v1.invoices.pay(wrong.stripe_id)
        if by == "resync":
            assert resync()["changed"][0]["returned"] == {wrong.stripe_id: 1000}
        else:
            assert set(stripe_world.deliver()) == {200}
        assert facts(subscriber) == ("pro", "active", 2100)
        assert resync()["changed"] == []

    def test_of_no_known_invoice(self, stripe_world, subscriber):
        believe(subscriber, last_invoice(stripe_world, subscriber), id="in_madeUp", payments=None)
        assert facts(subscriber)[2] == 2100
        assert resync()["changed"][0]["returned"] == {"in_madeUp": -1000}
        assert facts(subscriber)[2] == 1100
        assert resync()["changed"] == []

    def test_over_nothing(self, stripe_world, subscriber):
        free = {"amount_paid": 0, "amount_due": 0, "total": 0, "payments": None}
        believe(subscriber, last_invoice(stripe_world, subscriber), id="in_madeUp", **free)
        assert resync()["changed"][0]["returned"] == {"in_madeUp": -1000}
        assert resync()["changed"] == []

    @pytest.mark.parametrize("how", ["unpaid", "unknown"])
    def test_of_a_pack(self, stripe_world, user, how):
        CreditPack.objects.create(
            slug="pack", name="Pack", stripe_price_id="price_sandbox_pack_500", credits=500
        )
        session_id = services.create_checkout_session(user=user, pack="pack").id
        stripe_world.sandbox.pay(session_id, later=True)
        stripe_world.sandbox.settle(session_id, succeeds=False)
        assert set(stripe_world.deliver()) == {200}
        session = stripe_world.api.v1.checkout.sessions.retrieve(session_id, {"expand": ["line_items"]})
        believed = {**session.to_dict(), "payment_status": "paid"}
        if how == "unknown":
            believed["id"] = "cs_madeUp"
        user.refresh_from_db()
        apply(user, purchases=(CheckoutSession.from_stripe(believed),))
        assert facts(user)[2] == 600
        assert resync()["changed"][0]["returned"] == {believed["id"]: -500}
        assert facts(user)[2] == 100
        assert resync()["changed"] == []

    def test_gives_no_instalment_that_stays(self, stripe_world, subscriber):
        Plan.objects.filter(slug="pro").update(instalments=4)
        wrong = believe(subscriber, last_invoice(stripe_world, subscriber), id="in_madeUp", payments=None)
        resync()
        services.process_due(user=subscriber, at=wrong.period_end)
        assert facts(subscriber)[2] == 1100
        assert resync()["changed"] == []


class TestAPaymentThatStays:
    def test_of_a_customer_who_was_deleted_and_replaced(self, stripe_world, subscriber):
        stripe_world.api.v1.customers.delete(subscriber.stripe_customer_id)
        stripe_world.deliver()
        subscriber.refresh_from_db()
        stripe_world.subscribe(subscriber)
        assert facts(subscriber) == ("pro", "active", 2100)
        assert resync()["changed"] == []
        assert facts(subscriber) == ("pro", "active", 2100)

    def test_of_another_stripe_account_from_before_this_customer(self, stripe_world, subscriber):
        """Who moves to another account brings payments along that this one has never seen."""
        before = {"paid_at": 1_600_000_000, "finalized_at": 1_600_000_000}
        believe(
            subscriber,
            last_invoice(stripe_world, subscriber),
            id="in_ofAnotherAccount",
            payments=None,
            status_transitions=before,
        )
        assert resync()["changed"] == []
        assert facts(subscriber)[2] == 2100

    def test_of_a_customer_whom_stripe_does_not_know(self, stripe_world, subscriber):
        User.objects.filter(pk=subscriber.pk).update(stripe_customer_id="cus_ofAnotherAccount")
        resync(customer="cus_ofAnotherAccount")
        assert facts(subscriber)[2] == 1100

    def test_while_stripe_does_not_answer(self, stripe_world, subscriber):
        believe(subscriber, last_invoice(stripe_world, subscriber), id="in_madeUp", payments=None)
        stripe_world.sandbox.fail(path="/v1/invoices/in_madeUp", status=400)
        with pytest.raises(CommandError, match="1 could not"):
            resync()
        assert facts(subscriber)[2] == 2100

    def test_whatever_else_was_refunded(self, stripe_world, subscriber):
        stripe_world.sandbox.renew(subscriber.subscription_id)
        stripe_world.deliver()
        first = Payment.objects.earliest("id")
        stripe_world.sandbox.refund(first.stripe_id)
        (changed,) = resync()["changed"]
        assert changed["returned"] == {first.stripe_id: -1000}
        assert facts(subscriber)[2] == 1100
