"""The prices of plans and packs: check them in Stripe, store them, update them, and pick one to sell.

A price is stored when staff save it in the admin, by `setup_stripe`, or when STRIPE_PRICE_ID is first
needed. Events (`price.*`), `resync_customers` and `setup_stripe` update the rows.
"""

import logging
from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from billing.customer_lock import lock_customer, lock_customer_in_request
from billing.exceptions import BillingError, NotForSale, PriceRefused
from billing.models import CreditPack, Plan, Price
from billing.rules.catalog import prices_on_sale, refusal
from billing.stripe_api.client import deadline
from billing.stripe_api.prices import fetch_price
from billing.stripe_objects import Price as StripePrice
from common.transactions import outside_transaction

logger = logging.getLogger(__name__)

STAFF_FIELDS = ("is_default", "credits_per_period", "instalments")
STRIPE_FIELDS = ("product_id", "unit_amount", "currency", "interval", "interval_count", "is_active")
RETRY_SECONDS = 60  # until a listing asks Stripe again for a first price that could not be stored


def check_price(price_id: str, *, recurring: bool) -> StripePrice:
    """Return a price from Stripe at which a plan (`recurring`) or a pack can be sold.

    Call it outside transactions. Raises PriceRefused, StripeUnavailable, StripeFailed.
    """
    with outside_transaction():
        found = fetch_price(price_id)
    if found is None:
        mode = "live" if settings.STRIPE_LIVE_MODE else "test"
        raise PriceRefused(f"Stripe does not know the price {price_id} in {mode} mode.")
    if reason := refusal(found, recurring=recurring, livemode=settings.STRIPE_LIVE_MODE):
        raise PriceRefused(reason)
    return found


@transaction.atomic
def add_price(found: StripePrice, *, item: Plan | CreditPack) -> Price:
    """Store a checked price of a plan or a pack. The price of another item stays there."""
    _lock(item)
    owner = {"plan": item} if isinstance(item, Plan) else {"pack": item}
    price = Price.objects.filter(stripe_id=found.id).first() or Price(stripe_id=found.id, **owner)
    price.copy_from_stripe(found)
    price.save()
    _choose_default(price.item)
    price.refresh_from_db(fields=["is_default"])
    return price


@transaction.atomic
def save_prices(prices: Iterable[Price], *, item: Plan | CreditPack) -> None:
    """Save the prices of one item that staff edited. At most one of them is the default."""
    _lock(item)
    changed = sorted(prices, key=lambda price: price.is_default)
    if changed and changed[-1].is_default:
        item.prices.exclude(pk=changed[-1].pk).update(is_default=False)
    for price in changed:
        price.save(update_fields=STAFF_FIELDS if price.pk else None)
    _choose_default(item)


def _lock(item: Plan | CreditPack) -> None:
    """Lock the item's row, so that a price is stored once and one price becomes the default."""
    type(item).objects.select_for_update(no_key=True).get(pk=item.pk)


def _choose_default(item: Plan | CreditPack) -> None:
    """Make the preferred price the default, if no active one is."""
    on_sale = prices_on_sale(item.prices.all())
    if on_sale and not on_sale[0].is_default:
        item.prices.update(is_default=False)
        item.prices.filter(pk=on_sale[0].pk).update(is_default=True)


def apply_price(price_id: str, found: StripePrice | None) -> str | None:
    """Update the row of a price from Stripe, if it has one. Return the change in words, or None.

    `found` is None if Stripe does not know the price. Then it is no longer sold, but stays a price of its
    plan. The row of STRIPE_PRICE_ID is created.
    """
    price = Price.objects.filter(stripe_id=price_id).first()
    if price is None:
        if price_id != settings.STRIPE_PRICE_ID or found is None or not _add_first_price(found):
            return None
        return f"{price_id}: stored"
    was_active = price.is_active
    if found is None:
        price.is_active = False
    else:
        price.copy_from_stripe(found)
    price.save(update_fields=STRIPE_FIELDS)
    if price.is_active == was_active:
        return None
    return f"{price_id}: {'active' if price.is_active else 'archived'}"


def sync_prices(*, dry_run: bool = False) -> list[str]:
    """Update every price from Stripe. Return the changes in words. Raises StripeUnavailable, StripeFailed."""
    known = Price.objects.order_by("id").values_list("stripe_id", flat=True)
    price_ids = dict.fromkeys([*known, *filter(None, [settings.STRIPE_PRICE_ID])])
    changes = [_sync_price(price_id, dry_run=dry_run) for price_id in price_ids]
    return [change for change in changes if change]


@transaction.atomic
def _sync_price(price_id: str, *, dry_run: bool, lock: Callable[[str], None] = lock_customer) -> str | None:
    lock(price_id)  # so that no older state is stored after a newer one, as with customers
    change = apply_price(price_id, fetch_price(price_id))
    if dry_run:
        transaction.set_rollback(True)
    return change


def is_on_sale(price: Price) -> bool:
    """Update a price from Stripe, and return whether Stripe still sells it. Call it outside transactions.

    Raises StripeUnavailable, StripeFailed, and StripeBusy while the price is being updated elsewhere.
    """
    with outside_transaction():
        _sync_price(price.stripe_id, dry_run=False, lock=lock_customer_in_request)
    price.refresh_from_db(fields=["is_active"])
    if not price.is_active:
        logger.error("Stripe no longer sells %s, a price of %r.", price.stripe_id, price.item.slug)
    return price.is_active


def load_first_price() -> None:
    """Store STRIPE_PRICE_ID as a price of `pro`, unless it is stored. Call it outside transactions.

    A new installation needs it once: at its first checkout or listing. Raises StripeUnavailable,
    StripeFailed.
    """
    price_id = settings.STRIPE_PRICE_ID
    if not price_id or not settings.STRIPE_SECRET_KEY or Price.objects.filter(stripe_id=price_id).exists():
        return
    with outside_transaction():
        found = fetch_price(price_id)
    if found is None:
        logger.error("STRIPE_PRICE_ID: Stripe does not know the price %s.", price_id)
    else:
        _add_first_price(found)


def load_first_price_to_list() -> None:
    """Call `load_first_price`, but raise no exception. After a failure, ask Stripe again after a minute."""
    price_id = settings.STRIPE_PRICE_ID
    if not price_id or Price.objects.filter(stripe_id=price_id).exists():
        return
    key = f"billing.first_price:{price_id}"
    if not cache.add(key, value=True, timeout=RETRY_SECONDS):
        return
    try:
        with deadline():
            load_first_price()
    except BillingError as error:
        logger.warning("STRIPE_PRICE_ID cannot be stored yet: %s", error)


def _add_first_price(found: StripePrice) -> Price | None:
    pro = Plan.objects.filter(slug=Plan.DEFAULT).first()
    if pro is None:
        return None
    if reason := refusal(found, recurring=True, livemode=settings.STRIPE_LIVE_MODE):
        logger.error("STRIPE_PRICE_ID: %s", reason)
        return None
    return add_price(found, item=pro)


def find_price(
    *,
    plan: str = "",
    pack: str = "",
    currency: str = "",
    interval: str = "",
    interval_count: int | None = None,
) -> Price:
    """Return the preferred price on sale of a plan or a pack, among those with the given terms.

    Raises NotForSale.
    """
    items = CreditPack.objects.offered() if pack else Plan.objects.offered()
    item = items.filter(slug=pack or plan).first()
    on_sale = prices_on_sale(item.prices.all()) if item else []
    if not on_sale:
        raise NotForSale(plan=plan, pack=pack)
    for price in on_sale:
        if (
            currency in {"", price.currency}
            and interval in {"", price.interval}
            and interval_count in {None, price.interval_count}
        ):
            return price
    wanted = {"currency": currency, "interval": interval, "intervalCount": interval_count}
    raise NotForSale(plan=plan, pack=pack, terms=[name for name, value in wanted.items() if value])


def items_without_price() -> list[Plan | CreditPack]:
    """Return the plans and packs that staff offer but that cannot be sold for lack of an active price."""
    active = Price.objects.filter(is_active=True)
    return [
        *Plan.objects.offered().exclude(prices__in=active),
        *CreditPack.objects.offered().exclude(prices__in=active),
    ]
