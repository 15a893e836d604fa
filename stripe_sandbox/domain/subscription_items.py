"""The items of subscriptions: their prices, and the invoice lines that bill them."""

from stripe_sandbox.domain import catalog
from stripe_sandbox.domain.invoice_lines import LineDraft
from stripe_sandbox.errors import StripeError, missing_parameter
from stripe_sandbox.state import State
from stripe_sandbox.store import Json

MAX_ITEMS = 20
ENDED = ("canceled", "incomplete_expired")


def price_of_item(state: State, item: Json, param: str) -> Json:
    """Return the price that an item of a request names, or describes in `price_data`."""
    if item.get("price_data"):
        data = dict(item["price_data"])
        product, product_data = data.pop("product", None), data.pop("product_data", None)
        if product is None and product_data is None:
            raise missing_parameter(f"{param.removesuffix(']')}_data][product]")
        if product is None:
            product = catalog.add_product(state, **product_data)["id"]
        return catalog.add_price(state, product=product, emits=False, **data)
    if not item.get("price"):
        raise missing_parameter(param)
    price = state.get("price", item["price"], param=param)
    if not price["active"]:
        raise StripeError(
            f"The price specified is inactive. This field only accepts active prices: {price['id']}.",
            param=param,
        )
    return price


def check_prices(prices: list[Json]) -> None:
    """Raise StripeError for prices that one subscription cannot bill together."""
    if not prices:
        raise missing_parameter("items")
    if len(prices) > MAX_ITEMS:
        raise StripeError("A subscription can have at most 20 items.", param="items")
    if len({price["id"] for price in prices}) < len(prices):
        raise StripeError("Cannot add multiple subscription items with the same price.", param="items")
    for price in prices:
        if not price["recurring"]:
            raise StripeError(
                f"The price specified is set to `type=one_time` but this field only accepts prices with "
                f"`type=recurring`. Price: {price['id']}.",
                param="items[0][price]",
            )
    if len({price["currency"] for price in prices}) > 1:
        raise StripeError("All prices on a subscription must have the same currency.", param="items")
    if len({interval_of(price) for price in prices}) > 1:
        raise StripeError("All prices on a subscription must have the same interval here.", param="items")


def check_currency(state: State, customer: str, prices: list[Json]) -> None:
    """Raise StripeError if the customer has a subscription that has not ended, in another currency."""
    for subscription in state.store.find("subscription", customer=customer):
        used, wanted = subscription["currency"], prices[0]["currency"]
        if subscription["status"] not in ENDED and used != wanted:
            raise StripeError(
                "You cannot combine currencies on a single customer. This customer has an active subscription, "
                f"subscription schedule, discount, quote, or invoice item with currency {used}."
            )


def interval_of(price: Json) -> tuple[str, int]:
    """Return the billing interval of a recurring price, such as `("month", 3)`."""
    return price["recurring"]["interval"], price["recurring"]["interval_count"]


def build_item(state: State, given: Json, price: Json, *, subscription_id: str, start: int, end: int) -> Json:
    """Return a new item of a subscription without storing it."""
    return state.build(
        "subscription_item",
        current_period_end=end,
        current_period_start=start,
        metadata=given.get("metadata") or {},
        price=price,
        quantity=1 if given.get("quantity") is None else given["quantity"],
        subscription=subscription_id,
        tax_rates=[],
    )


def period_line_drafts(state: State, subscription: Json, *, trial: bool = False) -> list[LineDraft]:
    """Return the lines that bill each item's current period; in a trial they cost nothing."""
    drafts = []
    for item in subscription["items"]["data"]:
        name = (state.get_or_none(item["price"]["product"]) or {}).get("name", "")
        drafts.append(
            LineDraft(
                price=item["price"],
                quantity=item["quantity"],
                start=item["current_period_start"],
                end=item["current_period_end"],
                amount=0 if trial else None,
                item=item["id"],
                description=f"Trial period for {name}" if trial else "",
            )
        )
    return drafts
