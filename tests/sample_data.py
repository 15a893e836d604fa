"""Sample data of a month, created through the services and the sandbox."""

import random
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from ai.engines.base import ModelCall, Tokens
from ai.models import ModelCallRecord
from ai.services import record_calls
from billing import services as billing
from billing.models import CreditPack, Plan
from billing.tests.catalog import create_pack, sell_at
from billing.tests.fake_stripe import stripe_api
from credits import services as ledger
from credits.services import holds
from stripe_sandbox.testing import Sandbox

SOURCE_TEXT = (
    "The Roman aqueduct of Segovia was built in the first century. It carried water from the Rio Frio, "
    "seventeen kilometres away, to the city. Its arches are made of granite blocks that are held together "
    "without mortar. Engineers still admire how evenly the channel falls towards the city walls. "
)


def create_sample_history(*, users: int, staff: User, seed: int = 7) -> list[User]:
    """Create users whose ledgers have entries of every kind, and an open hold."""
    rng = random.Random(seed)
    now = timezone.now()
    made = [UserFactory() for _ in range(users)]
    for user in made:
        for days in sorted((rng.uniform(0, 29) for _ in range(rng.randint(1, 6))), reverse=True):
            at = now - timedelta(days=days)
            hold = holds.hold(
                user_id=user.pk,
                amount=rng.randint(2, 12),
                action_type=rng.choice(["generate_from_source", "evaluate_answer"]),
                at=at,
            )
            holds.capture(hold=hold, at=at + timedelta(seconds=2))
    first = made[0]
    spent = ledger.spend(user_id=first.pk, amount=3, action_type="evaluate_answer", key="sample:spend")
    ledger.refund(entry_id=spent.entry_id, actor_id=staff.pk, reason="The answer was graded wrongly.")
    ledger.adjust(
        user_id=first.pk,
        amount=250,
        actor_id=staff.pk,
        reason="Goodwill after last week's outage.",
        key="sample:adjust",
    )
    ledger.clawback(user_id=first.pk, amount=-20, action_type="payment_refunded", key="sample:clawback")
    holds.hold(user_id=first.pk, amount=9, action_type="generate_from_source")
    return made


def create_model_calls(*, user: User, seed: int = 7) -> None:
    """Charge for work that two models did: some calls failed, and of one model the cost is not known."""
    rng = random.Random(seed)
    now = timezone.now()
    for number in reversed(range(24)):  # the oldest first, as in a real ledger
        action = ("generate_from_source", "evaluate_answer")[number % 2]
        model = ("openai:gpt-5-mini", "anthropic:claude-haiku-4-5", "openai-compatible:llama")[number % 3]
        at = now - timedelta(days=number)
        hold = holds.hold(user_id=user.pk, amount=1 + number % 2, action_type=action, at=at)
        fails = number % 8 == 3
        tokens = Tokens(input=rng.randint(400, 3000), output=rng.randint(80, 900))
        outcomes = ("model_timeout", "ok") if number % 8 == 5 else ("model_timeout",) if fails else ("ok",)
        record_calls(
            tuple(
                ModelCall(
                    model=model,
                    prompt_version="1",
                    outcome=outcome,
                    tokens=tokens,
                    latency_ms=rng.randint(700, 9000),
                    cost=None if "llama" in model else Decimal(tokens.input + 4 * tokens.output) / 10**7 * 25,
                )
                for outcome in outcomes
            ),
            hold=hold,
        )
        ModelCallRecord.objects.filter(hold_id=hold.id).update(created_at=at)
        if fails:
            holds.release(hold=hold, at=at)
        else:
            holds.capture(hold=hold, at=at + timedelta(seconds=4))


def create_prices(*, staff: User) -> None:
    """Add a past, a current and a scheduled price."""
    now = timezone.now()
    asked = {"action": "generate_from_source", "actor_id": staff.pk, "unit": "question"}
    before = now - timedelta(days=40)
    ledger.set_price(**asked, base=6, per_unit=2, at=before, note="The models of then.")
    ledger.set_price(**asked, base=5, per_unit=1, at=now)
    ledger.set_price(
        action="evaluate_answer",
        actor_id=staff.pk,
        base=1,
        per_million_input_tokens=200,
        per_million_output_tokens=800,
        minimum=2,
        effective_from=now + timedelta(days=14),
        note="Long answers cost what they take.",
    )


def subscribe(user: User, sandbox: Sandbox) -> None:
    """Pay for the pro plan in the sandbox and deliver its events."""
    session = billing.create_checkout_session(user=user)
    sandbox.pay(session.id)
    sandbox.deliver_pending()
    user.refresh_from_db()


def buy_credit_pack(user: User, sandbox: Sandbox) -> None:
    """Pay for a credit pack in the sandbox and deliver its events."""
    if not CreditPack.objects.filter(slug="pack-500").exists():
        create_pack(slug="pack-500", name="500 credits")
    session = billing.create_checkout_session(user=user, pack="pack-500")
    sandbox.pay(session.id)
    sandbox.deliver_pending()
    user.refresh_from_db()


def subscribe_at_unmapped_price(user: User, sandbox: Sandbox) -> None:
    """Pay a price that is mapped to no plan when its events are delivered."""
    product = {"currency": "usd", "unit_amount": 1499, "product_data": {"name": "Pro, soon dearer"}}
    created = stripe_api().v1.prices.create({**product, "recurring": {"interval": "month"}})  # type: ignore[typeddict-item]  # built at runtime
    price = sell_at(Plan.objects.get(slug="pro"), created.id, is_default=True)
    session = billing.create_checkout_session(user=user)
    price.delete()
    sandbox.pay(session.id)
    sandbox.deliver_pending()
    user.refresh_from_db()
