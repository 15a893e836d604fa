"""Products, prices, coupons and tax rates."""

from stripe_sandbox.api.pagination import filters, list_operation, page, page_of_embedded
from stripe_sandbox.api.registry import Call, operation, retrieve_operation
from stripe_sandbox.domain import catalog, discounts
from stripe_sandbox.errors import StripeError, missing_parameter
from stripe_sandbox.store import Json, equals, one_of

PRODUCT_FIELDS = (
    "active", "default_price", "description", "images", "marketing_features", "name", "package_dimensions",
    "shippable", "statement_descriptor", "tax_code", "unit_label", "url",
)  # fmt: skip

retrieve_operation("GET /v1/products/{id}", "product")
retrieve_operation("GET /v1/prices/{price}", "price")
retrieve_operation("GET /v1/coupons/{coupon}", "coupon")
retrieve_operation("GET /v1/tax_rates/{tax_rate}", "tax_rate")
list_operation("GET /v1/coupons", "coupon")


@operation("POST /v1/products")
def create_product(call: Call) -> Json:
    if call.params.get("id") and call.state.get_or_none(call.params["id"]):
        raise StripeError("Product already exists.", code="resource_already_exists", param="id")
    return catalog.add_product(call.state, **call.given("id", "metadata", *PRODUCT_FIELDS))


@operation("POST /v1/products/{id}")
def update_product(call: Call) -> Json:
    product = call.target("product")
    return call.update(product, "product.updated", *PRODUCT_FIELDS, updated=call.state.now())


@operation("DELETE /v1/products/{id}")
def delete_product(call: Call) -> Json:
    product = call.target("product")
    if call.state.store.find("price", product=product["id"]):
        raise StripeError(
            "This product cannot be deleted because it has one or more user-created prices.", param="id"
        )
    return call.state.delete(product, "product.deleted")


@operation("GET /v1/products")
def list_products(call: Call) -> Json:
    clauses = filters(call, "active", "shippable", "url")
    if call.params.get("ids"):
        clauses.append(one_of("id", call.params["ids"]))
    return page(call, "product", *clauses)


@operation("GET /v1/products/{product}/features")
def list_features(call: Call) -> Json:
    call.target("product")
    return page_of_embedded(call, [])


def _check_lookup_key(call: Call) -> None:
    """Raise StripeError if another price, active or not, has the lookup key, or take the key from it."""
    key, transfer = call.params.get("lookup_key"), call.params.get("transfer_lookup_key")
    for other in call.state.store.find("price", lookup_key=key) if key else ():
        if transfer:
            call.state.change(other, "price.updated", lookup_key=None)
            continue
        raise StripeError(f"A price (`{other['id']}`) already uses that lookup key.", param="lookup_key")


@operation("POST /v1/prices")
def create_price(call: Call) -> Json:
    fields = call.given(
        "active", "billing_scheme", "currency", "lookup_key", "metadata", "nickname", "product", "recurring",
        "tax_behavior", "unit_amount", "unit_amount_decimal",
    )  # fmt: skip
    if call.params.get("product_data"):
        fields["product"] = catalog.add_product(call.state, **call.params["product_data"])["id"]
    if not fields.get("product"):
        raise missing_parameter("product")
    call.state.get("product", fields["product"], param="product")
    _check_lookup_key(call)
    return catalog.add_price(call.state, **fields)


@operation("POST /v1/prices/{price}")
def update_price(call: Call) -> Json:
    price = call.target("price")
    if call.given("lookup_key").get("lookup_key") != price["lookup_key"]:
        _check_lookup_key(call)
    return call.update(price, "price.updated", "active", "lookup_key", "nickname", "tax_behavior")


@operation("GET /v1/prices")
def list_prices(call: Call) -> Json:
    clauses = filters(call, "active", "currency", "product", "type")
    if call.params.get("lookup_keys"):
        clauses.append(one_of("lookup_key", call.params["lookup_keys"]))
    interval = (call.params.get("recurring") or {}).get("interval")
    if interval:
        clauses.append(equals("recurring.interval", interval))
    return page(call, "price", *clauses)


@operation("POST /v1/coupons")
def create_coupon(call: Call) -> Json:
    fields = call.given(
        "amount_off", "currency", "duration", "duration_in_months", "id", "max_redemptions", "metadata", "name",
        "percent_off", "redeem_by",
    )  # fmt: skip
    return discounts.add_coupon(call.state, **fields)


@operation("DELETE /v1/coupons/{coupon}")
def delete_coupon(call: Call) -> Json:
    return call.state.delete(call.target("coupon"), "coupon.deleted")


@operation("POST /v1/tax_rates")
def create_tax_rate(call: Call) -> Json:
    fields = call.given(
        "country", "description", "display_name", "inclusive", "jurisdiction", "metadata", "percentage", "state",
        "tax_type",
    )  # fmt: skip
    values = {"active": True, "effective_percentage": fields["percentage"], **fields}
    rate = call.state.add("tax_rate", **values, rate_type="percentage")
    call.state.emit("tax_rate.created", rate)
    return rate
