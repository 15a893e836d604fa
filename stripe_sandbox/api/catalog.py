"""Products, prices, coupons and tax rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_sandbox.api.registry import Call, filters, merged_metadata, operation, page, page_of
from stripe_sandbox.domain import catalog, discounts
from stripe_sandbox.errors import StripeError

if TYPE_CHECKING:
    from stripe_sandbox.store import Json

PRODUCT_FIELDS = (
    "active", "default_price", "description", "images", "marketing_features", "name", "package_dimensions",
    "shippable", "statement_descriptor", "tax_code", "unit_label", "url",
)  # fmt: skip


@operation("POST /v1/products")
def create_product(call: Call) -> Json:
    if call.params.get("id") and call.state.get_or_none(call.params["id"]):
        raise StripeError("Product already exists.", code="resource_already_exists", param="id")
    fields = call.given("id", "metadata", *PRODUCT_FIELDS)
    product = catalog.add_product(call.state, **fields)
    if call.params.get("default_price_data"):
        data = dict(call.params["default_price_data"])
        price = catalog.add_price(call.state, product=product["id"], **data)
        call.state.change(product, None, default_price=price["id"])
    return product


@operation("GET /v1/products/{id}")
def retrieve_product(call: Call) -> Json:
    return call.state.get("product", call.path["id"])


@operation("POST /v1/products/{id}")
def update_product(call: Call) -> Json:
    product = call.state.get("product", call.path["id"])
    fields = call.given(*PRODUCT_FIELDS)
    metadata = merged_metadata(product, call.params.get("metadata"))
    return call.state.change(
        product, "product.updated", **fields, metadata=metadata, updated=call.state.now()
    )


@operation("DELETE /v1/products/{id}")
def delete_product(call: Call) -> Json:
    product = call.state.get("product", call.path["id"])
    if call.state.store.find("price", product=product["id"]):
        raise StripeError(
            "This product cannot be deleted because it has one or more user-created prices.", param="id"
        )
    call.state.store.delete(product["id"])
    call.state.emit("product.deleted", product)
    return {"id": product["id"], "object": "product", "deleted": True}


@operation("GET /v1/products")
def list_products(call: Call) -> Json:
    where, values = filters(call, "active", "shippable", "url")
    if call.params.get("ids"):
        marks = ",".join("?" * len(call.params["ids"]))
        where = f"{where and where + ' AND '}id IN ({marks})"
        values = (*values, *call.params["ids"])
    return page(call, "product", where, values)


@operation("GET /v1/products/{product}/features")
def list_features(call: Call) -> Json:
    call.state.get("product", call.path["product"])
    return page_of(call, [])


def _free_lookup_key(call: Call) -> None:
    """Take a lookup key from the price that has it, if that was asked for; a key names one price only."""
    key = call.params.get("lookup_key")
    transfers = call.params.get("transfer_lookup_key")
    for holder in call.state.store.find("price", lookup_key=key) if key else ():
        if not transfers:
            raise StripeError(f"A price (`{holder['id']}`) already uses that lookup key.", param="lookup_key")
        call.state.change(holder, "price.updated", lookup_key=None)


@operation("POST /v1/prices")
def create_price(call: Call) -> Json:
    fields = call.given(
        "active", "billing_scheme", "currency", "lookup_key", "metadata", "nickname", "product", "recurring",
        "tax_behavior", "unit_amount", "unit_amount_decimal",
    )  # fmt: skip
    if call.params.get("product_data"):
        data = dict(call.params["product_data"])
        fields["product"] = catalog.add_product(call.state, **data)["id"]
    if not fields.get("product"):
        raise StripeError("Missing required param: product.", code="parameter_missing", param="product")
    call.state.get("product", fields["product"], param="product")
    _free_lookup_key(call)
    return catalog.add_price(call.state, **fields)


@operation("GET /v1/prices/{price}")
def retrieve_price(call: Call) -> Json:
    return call.state.get("price", call.path["price"])


@operation("POST /v1/prices/{price}")
def update_price(call: Call) -> Json:
    price = call.state.get("price", call.path["price"])
    fields = call.given("active", "lookup_key", "nickname", "tax_behavior")
    if fields.get("lookup_key") != price["lookup_key"]:
        _free_lookup_key(call)
    return call.state.change(
        price, "price.updated", **fields, metadata=merged_metadata(price, call.params.get("metadata"))
    )


@operation("GET /v1/prices")
def list_prices(call: Call) -> Json:
    where, values = filters(call, "active", "currency", "product", "type")
    keys = call.params.get("lookup_keys")
    if keys:
        marks = ",".join("?" * len(keys))
        where = f"{where and where + ' AND '}json_extract(body, '$.lookup_key') IN ({marks})"
        values = (*values, *keys)
    interval = (call.params.get("recurring") or {}).get("interval")
    if interval:
        where = f"{where and where + ' AND '}json_extract(body, '$.recurring.interval') = ?"
        values = (*values, interval)
    return page(call, "price", where, values)


@operation("POST /v1/coupons")
def create_coupon(call: Call) -> Json:
    fields = call.given(
        "amount_off", "currency", "duration", "duration_in_months", "id", "max_redemptions", "metadata", "name",
        "percent_off", "redeem_by",
    )  # fmt: skip
    return discounts.add_coupon(call.state, **fields)


@operation("GET /v1/coupons/{coupon}")
def retrieve_coupon(call: Call) -> Json:
    return call.state.get("coupon", call.path["coupon"])


@operation("DELETE /v1/coupons/{coupon}")
def delete_coupon(call: Call) -> Json:
    coupon = call.state.get("coupon", call.path["coupon"])
    call.state.store.delete(coupon["id"])
    call.state.emit("coupon.deleted", coupon)
    return {"id": coupon["id"], "object": "coupon", "deleted": True}


@operation("GET /v1/coupons")
def list_coupons(call: Call) -> Json:
    return page(call, "coupon")


@operation("POST /v1/tax_rates")
def create_tax_rate(call: Call) -> Json:
    fields = call.given(
        "country", "description", "display_name", "inclusive", "jurisdiction", "metadata", "percentage", "state",
        "tax_type",
    )  # fmt: skip
    values = {"active": True, "metadata": {}, "effective_percentage": fields["percentage"], **fields}
    rate = call.state.add("tax_rate", **values, rate_type="percentage")
    call.state.emit("tax_rate.created", rate)
    return rate


@operation("GET /v1/tax_rates/{tax_rate}")
def retrieve_tax_rate(call: Call) -> Json:
    return call.state.get("tax_rate", call.path["tax_rate"])
