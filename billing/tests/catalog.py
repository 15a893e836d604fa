"""Plans and packs with prices, stored as staff store them."""

from typing import Any

from billing.models import CreditPack, Plan, Price
from billing.services import catalog
from billing.stripe_api.prices import fetch_price

PACK_PRICE = "price_sandbox_pack_500"


def sell_at(item: Plan | CreditPack, price_id: str, **fields: Any) -> Price:
    """Store a price of the sandbox for a plan or a pack. `fields` override its columns."""
    found = fetch_price(price_id)
    assert found
    price = catalog.add_price(found, item=item)
    for name, value in fields.items():
        setattr(price, name, value)
    catalog.save_prices([price], item=item)
    return price


def create_plan(slug: str, price_id: str, **fields: Any) -> Plan:
    """Create a plan that is sold at a price of the sandbox."""
    plan = Plan.objects.create(**{"slug": slug, "name": slug.title(), **fields})
    sell_at(plan, price_id)
    return plan


def create_pack(price_id: str = PACK_PRICE, **fields: Any) -> CreditPack:
    """Create a pack of 500 credits that is sold at a price of the sandbox."""
    pack = CreditPack.objects.create(**{"slug": "pack", "name": "Pack", "credits": 500, **fields})
    sell_at(pack, price_id)
    return pack


def price_id_of(slug: str) -> str:
    """Return the default price of a plan."""
    return Price.objects.get(plan__slug=slug, is_default=True).stripe_id


def forget_prices(slug: str) -> list[Price]:
    """Delete the rows of a plan's prices, so that they are unmapped, and return them."""
    prices = list(Price.objects.filter(plan__slug=slug))
    Price.objects.filter(plan__slug=slug).delete()
    return prices
