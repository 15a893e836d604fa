"""Queries over several rows."""

from dataclasses import dataclass
from typing import Any

from djstripe import models as mirror

from billing.models import CreditPack, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOffer:
    """A plan on sale. `amount` is in minor units; the last three are null until Stripe's price is mirrored."""

    plan: str
    name: str
    credits_per_period: int
    amount: int | None
    currency: str | None
    interval: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOffer:
    """A pack on sale. `amount` is in minor units; null, like the currency, until Stripe's price is mirrored."""

    pack: str
    name: str
    credits: int
    amount: int | None
    currency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """The plans and packs on sale, smallest first."""

    plans: list[PlanOffer]
    packs: list[PackOffer]


def offers() -> Offers:
    """Return the plans and packs on sale, without a request to Stripe."""
    plans = [plan for plan in Plan.objects.on_sale() if plan.price_id]
    packs = list(CreditPack.objects.filter(is_active=True))
    ids = [plan.price_id for plan in plans] + [pack.stripe_price_id for pack in packs]
    prices: dict[str, dict[str, Any]] = dict(
        mirror.Price.objects.filter(id__in=ids).values_list("id", "stripe_data")
    )

    def price(price_id: str) -> dict[str, Any]:
        data = prices.get(price_id, {})
        return {"amount": data.get("unit_amount"), "currency": data.get("currency")}

    return Offers(
        plans=[
            PlanOffer(
                plan=plan.slug,
                name=plan.name,
                credits_per_period=plan.credits_per_period,
                interval=(prices.get(plan.price_id, {}).get("recurring") or {}).get("interval"),
                **price(plan.price_id),
            )
            for plan in plans
        ],
        packs=[
            PackOffer(pack=pack.slug, name=pack.name, credits=pack.credits, **price(pack.stripe_price_id))
            for pack in packs
        ],
    )
