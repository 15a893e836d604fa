"""Queries of the catalog."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from billing.models import CreditPack, Plan, Price
from billing.rules.catalog import FREE, prices_on_sale


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A plan or pack on sale, with its prices on sale, the preferred one first."""

    item: Plan | CreditPack
    prices: list[Price]

    @property
    def price(self) -> Price:
        """The price of a checkout that names no interval or currency."""
        return self.prices[0]


def offers() -> dict[str, list[Offer]]:
    """Return the `plans` and `packs` on sale, smallest first. Without an active price, none is on sale."""
    offered = Q(plan__is_active=True) & ~Q(plan__slug=FREE) | Q(pack__is_active=True)
    prices: dict[Plan | CreditPack, list[Price]] = defaultdict(list)
    for price in Price.objects.filter(offered).select_related("plan", "pack"):
        prices[price.item].append(price)
    on_sale = {item: sold for item, known in prices.items() if (sold := prices_on_sale(known))}
    plans = [item for item in on_sale if isinstance(item, Plan)]
    packs = [item for item in on_sale if isinstance(item, CreditPack)]
    plans.sort(key=lambda plan: (plan.credits_per_period, plan.slug))
    packs.sort(key=lambda pack: (pack.credits, pack.slug))
    return {
        "plans": [Offer(item=plan, prices=on_sale[plan]) for plan in plans],
        "packs": [Offer(item=pack, prices=on_sale[pack]) for pack in packs],
    }
