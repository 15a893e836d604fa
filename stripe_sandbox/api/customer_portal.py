"""Customer portal sessions and configurations."""

from copy import deepcopy

from stripe_sandbox.api.pagination import filters, page
from stripe_sandbox.api.registry import Call, operation, retrieve_operation
from stripe_sandbox.contract.blank_objects import blank
from stripe_sandbox.errors import StripeError, missing_parameter
from stripe_sandbox.state import State, without_none
from stripe_sandbox.store import Json

MAX_PRODUCTS = 10
DEFAULT_CONFIGURATION = "bpc_1SandboxDefaultPortal00"

retrieve_operation("GET /v1/billing_portal/configurations/{configuration}", "billing_portal.configuration")


def default_configuration(state: State) -> Json | None:
    """Return the default portal configuration; create it on first use.

    Return None if the account has none: `settings(default_portal=False)`.
    """
    if not state.store.meta("default_portal", True):
        return None
    for found in state.store.find("billing_portal.configuration", is_default=1):
        return found
    return add_configuration(state, id=DEFAULT_CONFIGURATION, is_default=True)


def add_configuration(state: State, *, features: Json | None = None, **fields: object) -> Json:
    """Return a new portal configuration; features that are not given are off."""
    base = blank("billing_portal.configuration")["features"]
    base["subscription_cancel"]["proration_behavior"] = "none"
    if features is None:
        features = {
            name: {"enabled": True}
            for name in ("invoice_history", "payment_method_update", "subscription_cancel")
        }
    _set_features(state, base, features)
    return state.add(
        "billing_portal.configuration",
        **{"active": True, "features": base, "updated": state.now(), **without_none(fields)},
    )


def _merge(into: Json, given: Json) -> None:
    for key, value in given.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = None if value == "" else value


def _set_features(state: State, features: Json, given: Json) -> Json:
    _merge(features, given)
    update = features["subscription_update"]
    _check_products(state, update)
    adjustable = {"enabled": False, "maximum": None, "minimum": 1}
    update["products"] = [
        {**product, "adjustable_quantity": {**adjustable, **product.get("adjustable_quantity", {})}}
        for product in update["products"] or []
    ]
    return features


def _check_products(state: State, update: Json) -> None:
    """Raise StripeError for products and prices between which a portal cannot change subscriptions."""
    param = "features[subscription_update]"
    products = update["products"] or []
    if update["enabled"] and not (products and update["default_allowed_updates"]):
        missing = "products" if not products else "default_allowed_updates"
        raise missing_parameter(f"{param}[{missing}]")
    if len(products) > MAX_PRODUCTS:
        raise StripeError("A portal can have at most 10 products.", param=f"{param}[products]")
    for index, product in enumerate(products):
        where = f"{param}[products][{index}]"
        state.get("product", product["product"], param=f"{where}[product]")
        for price_id in product["prices"]:
            price = state.get("price", price_id, param=f"{where}[prices]")
            if price["product"] != product["product"]:
                raise StripeError(f"The price {price_id} is of another product.", param=f"{where}[prices]")
            if not price["active"] or not price["recurring"]:
                raise StripeError(
                    f"The price {price_id} must be active and recurring.", param=f"{where}[prices]"
                )


@operation("POST /v1/billing_portal/sessions")
def create_session(call: Call) -> Json:
    state, params = call.state, call.params
    customer = state.get("customer", call.required("customer"), param="customer")
    if params.get("configuration"):
        configuration = state.get(
            "billing_portal.configuration", params["configuration"], param="configuration"
        )
    elif (default := default_configuration(state)) is not None:
        configuration = default
    else:
        raise StripeError(
            "No configuration provided and your test mode default configuration has not been created. Provide a "
            "configuration or create your default by saving your customer portal settings in test mode at "
            "https://dashboard.stripe.com/test/settings/billing/portal."
        )
    session = state.build(
        "billing_portal.session",
        configuration=configuration["id"],
        customer=customer["id"],
        locale=params.get("locale"),
        return_url=params.get("return_url") or configuration["default_return_url"],
    )
    session["url"] = f"{state.settings.base_url}/p/session/{session['id']}"
    state.save(session, {})
    return session


@operation("POST /v1/billing_portal/configurations")
def create_configuration(call: Call) -> Json:
    fields = call.given("business_profile", "default_return_url", "metadata", "name")
    profile = {"headline": None, "privacy_policy_url": None, "terms_of_service_url": None}
    fields["business_profile"] = {**profile, **(fields.get("business_profile") or {})}
    return add_configuration(call.state, features=call.params["features"], **fields)


@operation("POST /v1/billing_portal/configurations/{configuration}")
def update_configuration(call: Call) -> Json:
    configuration = call.target("billing_portal.configuration")
    fields: Json = {"updated": call.state.now()}
    if call.params.get("features"):
        fields["features"] = _set_features(
            call.state, deepcopy(configuration["features"]), call.params["features"]
        )
    return call.update(configuration, None, "active", "default_return_url", "name", **fields)


@operation("GET /v1/billing_portal/configurations")
def list_configurations(call: Call) -> Json:
    default_configuration(call.state)
    return page(call, "billing_portal.configuration", *filters(call, "active", "is_default"))
