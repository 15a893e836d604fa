"""Queries of the catalog."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from djstripe import models as mirror

from billing.models import CreditPack, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A plan or pack on sale, with Stripe's price object, which is empty until the price is mirrored."""

    item: Plan | CreditPack
    price: Mapping[str, Any]


def offers() -> dict[str, list[Offer]]:
    """Return the `plans` and `packs` on sale, smallest first, without a request to Stripe."""
    plans = [plan for plan in Plan.objects.on_sale() if plan.price_id]
    packs = list(CreditPack.objects.filter(is_active=True))
    ids = [plan.price_id for plan in plans] + [pack.stripe_price_id for pack in packs]
    prices: dict[str, dict[str, Any]] = dict(
        mirror.Price.objects.filter(id__in=ids).values_list("id", "stripe_data")
    )
    return {
        "plans": [Offer(item=plan, price=prices.get(plan.price_id, {})) for plan in plans],
        "packs": [Offer(item=pack, price=prices.get(pack.stripe_price_id, {})) for pack in packs],
    }
