"""The customer portal."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from stripe_sandbox.api.registry import Call, filters, merged_metadata, operation, page
from stripe_sandbox.contract.blank_objects import blank
from stripe_sandbox.errors import StripeError

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json

DEFAULT_CONFIGURATION = "bpc_1SandboxDefaultPortal00"


def default_configuration(state: State) -> Json:
    """Return the portal configuration that is used when none is named; made on first use."""
    for found in state.store.find("billing_portal.configuration", is_default=1):
        return found
    return add_configuration(state, id=DEFAULT_CONFIGURATION, is_default=True)


def add_configuration(state: State, *, features: Json | None = None, **fields: object) -> Json:
    """Return a new portal configuration; features that are not named are off."""
    base = blank("billing_portal.configuration")["features"]
    base["subscription_cancel"].update(mode="at_period_end", proration_behavior="none")
    base["subscription_update"]["products"] = None
    if features is None:
        features = {
            name: {"enabled": True}
            for name in ("invoice_history", "payment_method_update", "subscription_cancel")
        }
    _set_features(base, features)
    return state.add(
        "billing_portal.configuration",
        **{
            "active": True,
            "features": base,
            "login_page": {"enabled": False, "url": None},
            "metadata": {},
            "updated": state.now(),
            **{key: value for key, value in fields.items() if value is not None},
        },
    )


def _merge(into: Json, given: Json) -> None:
    for key, value in given.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = None if value == "" else value


def _set_features(features: Json, given: Json) -> Json:
    _merge(features, given)
    update = features["subscription_update"]
    adjustable = {"enabled": False, "maximum": None, "minimum": 1}
    update["products"] = [
        {**product, "adjustable_quantity": {**adjustable, **product.get("adjustable_quantity", {})}}
        for product in update["products"] or []
    ]
    return features


@operation("POST /v1/billing_portal/sessions")
def create(call: Call) -> Json:
    state, params = call.state, call.params
    if not params.get("customer"):
        raise StripeError("Missing required param: customer.", code="parameter_missing", param="customer")
    customer = state.get("customer", params["customer"], param="customer")
    if params.get("configuration"):
        configuration = state.get(
            "billing_portal.configuration", params["configuration"], param="configuration"
        )
    else:
        configuration = default_configuration(state)
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


@operation("GET /v1/billing_portal/configurations/{configuration}")
def retrieve_configuration(call: Call) -> Json:
    return call.state.get("billing_portal.configuration", call.path["configuration"])


@operation("POST /v1/billing_portal/configurations/{configuration}")
def update_configuration(call: Call) -> Json:
    state = call.state
    configuration = state.get("billing_portal.configuration", call.path["configuration"])
    fields = call.given("active", "default_return_url", "name")
    if call.params.get("features"):
        fields["features"] = _set_features(deepcopy(configuration["features"]), call.params["features"])
    metadata = merged_metadata(configuration, call.params.get("metadata"))
    return state.change(configuration, **fields, metadata=metadata, updated=state.now())


@operation("GET /v1/billing_portal/configurations")
def list_configurations(call: Call) -> Json:
    default_configuration(call.state)
    where, values = filters(call, "active", "is_default")
    return page(call, "billing_portal.configuration", where, values)
