"""Reads that cross rows."""

from dataclasses import dataclass

from djstripe import models as mirror

from billing.models import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A plan on sale. `amount` is in minor units; the last three are null until Stripe's price is mirrored."""

    plan: str
    name: str
    credits_per_period: int
    amount: int | None
    currency: str | None
    interval: str | None


def offers() -> list[Offer]:
    """What is on sale, cheapest first."""
    plans = [plan for plan in Plan.objects.on_sale() if plan.price_id]
    prices = {
        price.id: price.stripe_data
        for price in mirror.Price.objects.filter(id__in=[plan.price_id for plan in plans])
    }
    return [
        Offer(
            plan=plan.slug,
            name=plan.name,
            credits_per_period=plan.credits_per_period,
            amount=prices.get(plan.price_id, {}).get("unit_amount"),
            currency=prices.get(plan.price_id, {}).get("currency"),
            interval=(prices.get(plan.price_id, {}).get("recurring") or {}).get("interval"),
        )
        for plan in plans
    ]
