"""A customer of the histories: a user, a customer in Stripe, and their comparable state."""

from hypothesis import note

from accounts.tests.factories import UserFactory
from billing import services
from billing.models import CreditPack, Payment, Plan, Price
from billing.tests.catalog import PACK_PRICE, sell_at
from billing.webhooks.handlers import HANDLED_EVENTS
from credits import services as ledger
from credits.claims import CreditClaim
from credits.models import AiCreditLog, CreditGrant
from tests.convergence.stripe_history import StripeHistory

DELIVERED_EVENTS = [kind for kind in HANDLED_EVENTS if not kind.startswith(("price.", "product."))]

# slug, cents, credits per period
PLANS = (("a-mini", 300, 100), ("b-pro", 1000, 1000), ("c-max", 5000, 8000))


class Customer:
    """A user, its history in Stripe, and the pending events."""

    def __init__(self, fake_stripe, spent, *, prices):
        self.fake_stripe = fake_stripe
        self.user = UserFactory()
        self.id = services.ensure_customer(user=self.user)
        api = fake_stripe.api.v1
        api.payment_methods.attach("pm_card_visa", {"customer": self.id})
        self.stripe_history = StripeHistory(
            sandbox=fake_stripe.sandbox,
            api=api,
            customer_id=self.id,
            plans=list(prices),
            pack=PACK_PRICE,
            sell=self.sell,
        )
        if spent:
            ledger.spend(user_id=self.user.pk, amount=spent, action_type="work", key="before")
        self.pending = []

    def sell(self, before, price_id):
        """Sell the plan that has the price `before` at another one, too."""
        sell_at(Price.objects.get(stripe_id=before).plan, price_id, is_default=True)

    def full_state(self):
        """Return everything that must not depend on the deliveries if nothing is spent meanwhile."""
        ledger.process_due(user_id=self.user.pk)  # so that spends are consumed from their grants
        grants = CreditGrant.objects.filter(user=self.user).select_related("entry")
        return self.delivery_independent_state() | {
            "credits": self.user.ai_credits,
            "returned payments": sorted(
                (
                    {**payment_terms(payment), "written off": payment.written_off}
                    for payment in self.payments()
                ),
                key=repr,
            ),
            "grants": sorted(
                (grant.entry.action_type, grant.amount, grant.remaining, grant.expires_at is None)
                for grant in grants
            ),
        }

    def delivery_independent_state(self):
        """Return everything that must not depend on the deliveries, whatever is spent meanwhile."""
        user = self.user
        user.refresh_from_db()
        grants = CreditGrant.objects.filter(user=user, entry__kind="grant").select_related("entry")
        return {
            "plan": user.plan,
            "status": user.subscription_status,
            "cancels": user.cancel_at_period_end,
            "payments": sorted((payment_terms(payment) for payment in self.payments()), key=repr),
            "granted": sorted(
                (grant.entry.action_type, grant.amount, grant.expires_at is None) for grant in grants
            ),
        }

    def payments(self):
        found = Payment.objects.filter(user=self.user)
        return found.select_related("plan", "pack").prefetch_related("parts")

    def assert_no_payment_yields_more_than_it_paid_for(self):
        for payment in self.payments():
            entries = AiCreditLog.objects.filter(
                user=self.user, reference_type="payment", reference_id=payment.stripe_id
            )
            moved = {
                kind: sum(entries.filter(kind=kind).values_list("amount", flat=True))
                for kind in ("grant", "clawback")
            }
            claims = CreditClaim.objects.filter(entry__in=entries)
            claimed = sum(claims.values_list("open_amount", flat=True))
            assert moved["grant"] == payment.credits_granted <= (payment.credits or 0)
            assert claimed - moved["clawback"] == payment.credits_clawed_back
            assert 0 <= moved["grant"] + moved["clawback"] <= payment.credits_granted
            if payment.amount_returned >= payment.amount_paid > 0:
                assert payment.credits_clawed_back + payment.written_off == payment.credits_granted

    def assert_unused_time_buys_nothing(self, history):
        """Without other credit on the balance, a payment that the balance covers grants no credits."""
        if {operation.name for operation in history} & {"credit_balance", "raise_price"}:
            return  # a goodwill credit counts as money, as does the difference to a cheaper price of the plan
        covered = self.payments().filter(total__gt=0, amount_paid=0)
        assert [payment_terms(payment) for payment in covered if payment.credits] == []


def payment_terms(payment):
    """Return what depends on Stripe's history alone. Spent credits of a returned payment are written off."""
    return {
        "parts": sorted(
            (part.amount, part.amount_refunded, part.amount_disputed) for part in payment.parts.all()
        ),
        "amounts": (payment.subtotal, payment.tax, payment.total),
        "has an invoice": payment.invoice_id is not None,
        "plan": payment.plan and payment.plan.slug,
        "pack": payment.pack and payment.pack.slug,
        "credits": payment.credits,
        "action": payment.action_type,
        "paid": payment.amount_paid,
        "returned": payment.amount_returned,
        "clawback target": payment.credits_clawed_back + payment.written_off,
    }


def create_catalog(fake_stripe, policy):
    """Create plans at several rates and one pack, with new prices for each history. Return those of the plans.

    Every history pays for it, so it takes few statements.
    """
    plans = [
        Plan(
            slug=slug,
            name=slug,
            credits_per_period=credits_per_period,
            trial_credits=credits_per_period // 10,
            upgrade_credits=policy,
            unspent_credits="expire" if slug == "b-pro" else "rollover",
            instalments=2 if slug == "a-mini" else 1,
        )
        for slug, _, credits_per_period in PLANS
    ]
    Plan.objects.bulk_create(
        plans, update_conflicts=True, unique_fields=["slug"], update_fields=["upgrade_credits"]
    )
    pack, _ = CreditPack.objects.get_or_create(slug="pack", defaults={"name": "Pack", "credits": 500})
    prices = [fake_stripe.create_price(cents=cents) for _, cents, _ in PLANS]
    terms = {"currency": "usd", "is_default": True}
    Price.objects.exclude(plan__slug="pro").delete()
    Price.objects.bulk_create(
        [
            Price(stripe_id=PACK_PRICE, pack=pack, unit_amount=499, **terms),
            *(
                Price(stripe_id=price, plan=plan, unit_amount=cents, interval="month", **terms)
                for plan, price, (_, cents, _) in zip(plans, prices, PLANS, strict=True)
            ),
        ]
    )
    return prices


def play_for_both(fake_stripe, operation, orderly, other):
    """Play an operation for both customers. The first one's events are delivered at once and in order."""
    fake_stripe.sandbox.advance(seconds=5)  # two subscriptions created in one second have no defined order
    outcomes = []
    for customer in (orderly, other):
        outcomes.append(customer.stripe_history.play(operation))
        customer.pending += fake_stripe.new_events(DELIVERED_EVENTS)
    note(f"{operation}: {outcomes}")
    assert outcomes[0] == outcomes[1]
    answers = [(event["type"], fake_stripe.post(event).status_code) for event in orderly.pending]
    assert {status for _, status in answers} <= {200}, answers
    orderly.pending = []
