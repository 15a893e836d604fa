"""A shop that has been open for a month, made the way it happens: through services, the API and Stripe."""

import random
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from billing import services as billing
from billing.models import CreditPack, Plan
from credits import services as ledger
from credits.services import holds

SOURCE = (
    "The Roman aqueduct of Segovia was built in the first century. It carried water from the Rio Frio, "
    "seventeen kilometres away, to the city. Its arches are made of granite blocks that are held together "
    "without mortar. Engineers still admire how evenly the channel falls towards the city walls. "
)


def open_shop(*, users: int, clerk: User, seed: int = 7) -> list[User]:
    """Users with every kind of entry in their ledgers, and work in progress."""
    dice = random.Random(seed)
    now = timezone.now()
    made = [UserFactory() for _ in range(users)]
    for user in made:
        for days in sorted((dice.uniform(0, 29) for _ in range(dice.randint(1, 6))), reverse=True):
            at = now - timedelta(days=days)
            hold = holds.hold(
                user_id=user.pk,
                amount=dice.randint(2, 12),
                action_type=dice.choice(["generate_from_source", "evaluate_answer"]),
                at=at,
            )
            holds.capture(hold=hold, at=at + timedelta(seconds=2))
    first = made[0]
    spent = ledger.spend(user_id=first.pk, amount=3, action_type="evaluate_answer", key="shop:spend")
    ledger.refund(entry_id=spent.entry_id, actor_id=clerk.pk, reason="The answer was graded wrongly.")
    ledger.adjust(
        user_id=first.pk,
        amount=250,
        actor_id=clerk.pk,
        reason="Goodwill after last week's outage.",
        key="shop:adjust",
    )
    ledger.clawback(user_id=first.pk, amount=-20, action_type="payment_refunded", key="shop:clawback")
    holds.hold(user_id=first.pk, amount=9, action_type="generate_from_source")
    return made


def subscribe(user: User, stripe) -> None:
    """Pay for the pro plan at the sandbox, and let it tell us."""
    session = billing.create_checkout_session(user=user)
    stripe.pay(session.id)
    stripe.deliver_pending()
    user.refresh_from_db()


def buy_a_pack(user: User, stripe) -> None:
    CreditPack.objects.get_or_create(
        slug="pack-500",
        defaults={"name": "500 credits", "stripe_price_id": "price_sandbox_pack_500", "credits": 500},
    )
    session = billing.create_checkout_session(user=user, pack="pack-500")
    stripe.pay(session.id)
    stripe.deliver_pending()
    user.refresh_from_db()


def subscribe_at_unknown_price(user: User, stripe) -> None:
    """Pay a price that no plan knows by the time Stripe tells us."""
    session = billing.create_checkout_session(user=user)
    Plan.objects.filter(slug="pro").update(stripe_price_id="price_of_another_plan")
    stripe.pay(session.id)
    stripe.deliver_pending()
    Plan.objects.filter(slug="pro").update(stripe_price_id=None)
    user.refresh_from_db()
