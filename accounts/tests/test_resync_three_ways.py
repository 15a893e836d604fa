"""Resync compares Stripe, payments and the ledger: missing grants are posted, wrong ones clawed back."""

import pytest
from django.core.management import CommandError
from django.db import transaction

from accounts.models import User
from accounts.receivers import grant_paid_credits
from accounts.tests.test_resync import dump, resync
from billing import services
from billing.customer_lock import lock_customer
from billing.models import Payment, Plan
from billing.services import sync
from billing.signals import payment_recorded
from billing.snapshot import Snapshot
from billing.stripe_payments import CheckoutSession, Invoice
from billing.tests.catalog import create_pack
from billing.tests.support import state_of
from credits import services as ledger
from credits.models import AiCreditLog

pytestmark = pytest.mark.django_db


@pytest.fixture
def missed_payments():
    """Disconnect the ledger from recorded payments; the fixture's value connects it again."""
    payment_recorded.disconnect(grant_paid_credits, dispatch_uid="accounts.grant_paid_credits")

    def reconnect():
        payment_recorded.connect(grant_paid_credits, dispatch_uid="accounts.grant_paid_credits")

    yield reconnect
    reconnect()


def everything(user):
    entries = AiCreditLog.objects.filter(user=user).order_by("id").values("kind", "amount", "idempotency_key")
    return state_of(user), list(entries), list(Payment.objects.order_by("id").values())


def last_invoice(fake_stripe, user):
    found = fake_stripe.api.v1.invoices.list(
        {"customer": user.stripe_customer_id, "expand": ["data.payments"]}
    )
    return found.data[0].to_dict()


def record_as_paid(user, invoice, **differs):
    """Record an invoice and its payment as if Stripe had called them paid."""
    for payment in invoice["payments"]["data"]:
        payment["status"] = "paid"
    paid = Invoice.from_stripe({**invoice, "status": "paid", **differs})
    apply(user, invoices=(paid,))
    return Payment.objects.get(stripe_id=paid.id)


def apply(user, **found):
    """Apply an invented snapshot of the user's customer."""
    with transaction.atomic():
        lock_customer(user.stripe_customer_id)
        sync.apply(Snapshot(customer_id=user.stripe_customer_id, owner_id=user.pk, **found))


class TestMissingGrant:
    @pytest.fixture
    def payment(self, fake_stripe, user, missed_payments):
        fake_stripe.subscribe(user)
        missed_payments()
        assert state_of(user) == ("pro", "active", 100)
        return Payment.objects.get()

    def test_a_missing_grant_is_posted_and_reported(self, user, payment):
        (changed,) = resync()["changed"]
        assert changed["granted"] == {payment.stripe_id: 1000}
        assert changed["payments"] == []
        assert state_of(user) == ("pro", "active", 1100)

    def test_dry_run_reports_a_missing_grant_and_posts_nothing(self, payment):
        before = dump()
        (changed,) = resync(dry_run=True)["changed"]
        assert changed["granted"] == {payment.stripe_id: 1000}
        assert dump() == before

    @pytest.mark.usefixtures("payment")
    def test_a_missing_grant_is_posted_once(self, user):
        resync()
        before = everything(user)
        assert resync()["changed"] == []
        assert everything(user) == before

    def test_a_missing_grant_is_posted_under_the_webhooks_key(self, fake_stripe, user, payment):
        resync()
        before = everything(user)
        for event in fake_stripe.sandbox.events():
            assert fake_stripe.post({**event, "id": f"{event['id']}late"}).status_code == 200
        assert everything(user) == before

    def test_a_missing_grant_of_a_pack_is_posted(self, fake_stripe, user, missed_payments):
        create_pack()
        session = services.create_checkout_session(user=user, pack="pack")
        fake_stripe.sandbox.pay(session.id)
        fake_stripe.deliver()
        missed_payments()
        assert resync()["changed"][0]["granted"] == {session.id: 500}
        assert state_of(user)[2] == 600

    def test_a_grant_whose_payment_row_is_missing_is_not_posted_again(self, fake_stripe, subscriber):
        """The ledger's key remains, so the credits are not posted again."""
        Payment.objects.all().delete()
        resync()
        assert state_of(subscriber)[2] == 1100
        Payment.objects.all().delete()
        Plan.objects.filter(slug="pro").update(credits_per_period=7000)
        with pytest.raises(CommandError, match="1 could not"):
            resync()
        assert state_of(subscriber)[2] == 1100

    def test_missing_instalments_are_posted(self, fake_stripe, user, missed_payments):
        Plan.objects.filter(slug="pro").update(instalments=4)
        fake_stripe.subscribe(user)
        missed_payments()
        payment = Payment.objects.get()
        ledger.grant(
            user_id=user.pk,
            amount=250,
            action_type=payment.action_type,
            key=f"{payment.ledger_key}:1",
            reference=ledger.Reference(type="payment", id=payment.stripe_id),
            pool="plan",
        )
        Payment.objects.update(instalments_left=2)  # the second was released but not posted
        assert resync()["changed"][0]["granted"] == {payment.stripe_id: 250}
        assert state_of(user)[2] == 100 + 500


class TestPaymentNotPaidInStripe:
    @pytest.fixture
    def wrong(self, fake_stripe, subscriber):
        """A renewal that failed, recorded here as paid."""
        fake_stripe.sandbox.decline_cards(subscriber.stripe_customer_id)
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        assert set(fake_stripe.deliver()) == {200}
        payment = record_as_paid(subscriber, last_invoice(fake_stripe, subscriber))
        assert state_of(subscriber) == ("pro", "past_due", 2100)
        return payment

    @pytest.mark.parametrize("became", ["open", "void_invoice", "mark_uncollectible"])
    def test_a_payment_that_stripe_calls_unpaid_is_clawed_back(self, fake_stripe, subscriber, wrong, became):
        if became != "open":
            getattr(fake_stripe.api.v1.invoices, became)(wrong.stripe_id)
        (changed,) = resync()["changed"]
        assert changed["returned"] == {wrong.stripe_id: -1000}
        assert state_of(subscriber)[2] == 1100
        wrong.refresh_from_db()
        assert (wrong.credits_clawed_back, wrong.written_off) == (1000, 0)

    def test_dry_run_reports_an_unpaid_payment_and_takes_nothing(self, wrong):
        before = dump()
        assert resync(dry_run=True)["changed"][0]["returned"] == {wrong.stripe_id: -1000}
        assert dump() == before

    def test_an_unpaid_payment_is_clawed_back_once_despite_later_events(self, fake_stripe, subscriber, wrong):
        resync()
        before = everything(subscriber)
        assert resync()["changed"] == []
        events = fake_stripe.sandbox.events()
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
                        "payment_intent": wrong.parts.get().stripe_id,
                    }
                },
            },
        ]
        for number, event in enumerate([*events, *lies]):
            assert fake_stripe.post({**event, "id": f"{event['id']}late{number}"}).status_code == 200
        assert everything(subscriber) == before

    def test_spent_credits_of_an_unpaid_payment_are_written_off_and_reported(self, subscriber, wrong):
        ledger.spend(user_id=subscriber.pk, amount=2000, action_type="work", key="work")
        (changed,) = resync()["changed"]
        wrong.refresh_from_db()
        assert wrong.credits_clawed_back + wrong.written_off == 1000
        assert changed["writtenOff"] == {wrong.stripe_id: wrong.written_off}
        assert changed["returned"] == (
            {wrong.stripe_id: -wrong.credits_clawed_back} if wrong.credits_clawed_back else {}
        )
        assert state_of(subscriber)[2] == 100 - wrong.credits_clawed_back
        assert resync()["changed"] == []

    @pytest.mark.parametrize("by", ["resync", "webhook"])
    @pytest.mark.parametrize("became", ["open", "mark_uncollectible"])
    def test_a_payment_that_is_paid_later_is_restored(self, fake_stripe, subscriber, wrong, became, by):
        if became != "open":
            getattr(fake_stripe.api.v1.invoices, became)(wrong.stripe_id)
        resync()
        fake_stripe.drop_events()
        fake_stripe.sandbox.restore_cards(subscriber.stripe_customer_id)
        fake_stripe.api.v1.invoices.pay(wrong.stripe_id)
        if by == "resync":
            assert resync()["changed"][0]["returned"] == {wrong.stripe_id: 1000}
        else:
            assert set(fake_stripe.deliver()) == {200}
        assert state_of(subscriber) == ("pro", "active", 2100)
        assert resync()["changed"] == []

    def test_a_payment_without_an_invoice_in_stripe_is_clawed_back(self, fake_stripe, subscriber):
        record_as_paid(subscriber, last_invoice(fake_stripe, subscriber), id="in_madeUp", payments=None)
        assert state_of(subscriber)[2] == 2100
        assert resync()["changed"][0]["returned"] == {"in_madeUp": -1000}
        assert state_of(subscriber)[2] == 1100
        assert resync()["changed"] == []

    def test_an_unpaid_payment_of_amount_zero_is_clawed_back(self, fake_stripe, subscriber):
        free = {"amount_paid": 0, "amount_due": 0, "total": 0, "payments": None}
        record_as_paid(subscriber, last_invoice(fake_stripe, subscriber), id="in_madeUp", **free)
        assert resync()["changed"][0]["returned"] == {"in_madeUp": -1000}
        assert resync()["changed"] == []

    @pytest.mark.parametrize("how", ["unpaid", "unknown"])
    def test_an_unpaid_pack_is_clawed_back(self, fake_stripe, user, how):
        create_pack()
        session_id = services.create_checkout_session(user=user, pack="pack").id
        fake_stripe.sandbox.pay(session_id, later=True)
        fake_stripe.sandbox.settle(session_id, succeeds=False)
        assert set(fake_stripe.deliver()) == {200}
        session = fake_stripe.api.v1.checkout.sessions.retrieve(session_id, {"expand": ["line_items"]})
        paid_session = {**session.to_dict(), "payment_status": "paid"}
        if how == "unknown":
            paid_session["id"] = "cs_madeUp"
        user.refresh_from_db()
        apply(user, purchases=(CheckoutSession.from_stripe(paid_session),))
        assert state_of(user)[2] == 600
        assert resync()["changed"][0]["returned"] == {paid_session["id"]: -500}
        assert state_of(user)[2] == 100
        assert resync()["changed"] == []

    def test_an_unpaid_payment_releases_no_instalment(self, fake_stripe, subscriber):
        Plan.objects.filter(slug="pro").update(instalments=4)
        wrong = record_as_paid(
            subscriber, last_invoice(fake_stripe, subscriber), id="in_madeUp", payments=None
        )
        resync()
        services.process_due(user=subscriber, at=wrong.period_end)
        assert state_of(subscriber)[2] == 1100
        assert resync()["changed"] == []


class TestKeptPayment:
    def test_a_payment_of_a_replaced_customer_is_kept(self, fake_stripe, subscriber):
        fake_stripe.api.v1.customers.delete(subscriber.stripe_customer_id)
        fake_stripe.deliver()
        subscriber.refresh_from_db()
        fake_stripe.subscribe(subscriber)
        assert state_of(subscriber) == ("pro", "active", 2100)
        assert resync()["changed"] == []
        assert state_of(subscriber) == ("pro", "active", 2100)

    def test_a_payment_of_another_stripe_account_is_kept(self, fake_stripe, subscriber):
        """After a move to another account, older payments are unknown to the new one."""
        before = {"paid_at": 1_600_000_000, "finalized_at": 1_600_000_000}
        record_as_paid(
            subscriber,
            last_invoice(fake_stripe, subscriber),
            id="in_ofAnotherAccount",
            payments=None,
            status_transitions=before,
        )
        assert resync()["changed"] == []
        assert state_of(subscriber)[2] == 2100

    def test_a_payment_of_a_customer_unknown_to_stripe_is_kept(self, fake_stripe, subscriber):
        User.objects.filter(pk=subscriber.pk).update(stripe_customer_id="cus_ofAnotherAccount")
        resync(customer="cus_ofAnotherAccount")
        assert state_of(subscriber)[2] == 1100

    def test_payments_are_kept_while_stripe_does_not_respond(self, fake_stripe, subscriber):
        record_as_paid(subscriber, last_invoice(fake_stripe, subscriber), id="in_madeUp", payments=None)
        fake_stripe.sandbox.fail(path="/v1/invoices/in_madeUp", status=400)
        with pytest.raises(CommandError, match="1 could not"):
            resync()
        assert state_of(subscriber)[2] == 2100

    def test_a_payment_is_kept_when_another_is_refunded(self, fake_stripe, subscriber):
        fake_stripe.sandbox.renew(subscriber.subscription_id)
        fake_stripe.deliver()
        first = Payment.objects.earliest("id")
        fake_stripe.sandbox.refund(first.stripe_id)
        (changed,) = resync()["changed"]
        assert changed["returned"] == {first.stripe_id: -1000}
        assert state_of(subscriber)[2] == 1100
