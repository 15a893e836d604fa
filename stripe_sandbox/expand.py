"""`expand[]`: ids in a response are replaced with the objects that they name."""

from typing import Any

from stripe_sandbox.contract import Schema, load, resolve, schema
from stripe_sandbox.domain import checkout_sessions, subscriptions
from stripe_sandbox.errors import StripeError
from stripe_sandbox.state import State, list_object
from stripe_sandbox.store import Json, equals

MAX_DEPTH = 4
EMBEDDED_PAGE = 10  # objects of a list within an object


def truncate_embedded_lists(value: Any, *, within: bool = False) -> Any:
    """Return a response in which lists within objects are truncated to ten, with `has_more`."""
    if isinstance(value, list):
        return [truncate_embedded_lists(item, within=within) for item in value]
    if not isinstance(value, dict):
        return value
    is_list = value.get("object") == "list"
    found = {
        name: truncate_embedded_lists(part, within=within or not is_list) for name, part in value.items()
    }
    if is_list and within and len(found["data"]) > EMBEDDED_PAGE:
        found.update(data=found["data"][:EMBEDDED_PAGE], has_more=True)
    return found


def expand(state: State, body: Json, paths: list[str]) -> Json:
    """Return the response with the ids on `paths` (such as `data.customer`) replaced with objects."""
    for path in paths:
        names = path.split(".")
        if len([name for name in names if name != "data"]) > MAX_DEPTH:
            raise StripeError("You cannot expand more than 4 levels of a property", param="expand")
        _expand(state, body, None, names, path)
    return body


def _expand(state: State, value: Any, node: Schema | None, names: list[str], path: str) -> None:
    if isinstance(value, list):
        for item in value:
            _expand(state, item, None, names, path)
        return
    if not names or not isinstance(value, dict) or value.get("deleted"):
        return
    name, rest = names[0], names[1:]
    if value.get("object") == "list" and name == "data":
        _expand(state, value["data"], None, rest, path)
        return
    child = _expandable(value, node, name, path)
    if name not in value:
        included = _included(state, value, name)
        if included is None:
            return
        value[name] = included
    value[name] = _replace_ids(state, value[name], child)
    _expand(state, value[name], _object_branch(child), rest, path)


def _replace_ids(state: State, value: Any, node: Schema) -> Any:
    if isinstance(value, list):
        return [(state.get_or_none(item) or item) if isinstance(item, str) else item for item in value]
    if isinstance(value, str) and node.get("expands"):
        return state.get_or_none(value) or value
    return value


def _expandable(value: Json, node: Schema | None, name: str, path: str) -> Schema:
    """Return the schema of a field. Raises StripeError if it cannot be expanded."""
    kind = value.get("object")
    known = schema(kind) if isinstance(kind, str) and kind in load()["schemas"] else resolve(node or {})
    if name not in known.get("properties", {}) or name not in known.get("expandable", [name]):
        raise StripeError(f"This property cannot be expanded ({path}).", param="expand")
    found: Schema = known["properties"][name]
    return found


def _object_branch(node: Schema) -> Schema:
    for branch in (node, *node.get("anyOf", [])):
        resolved = resolve(branch)
        if resolved.get("type") == "object":
            return resolved
    return {}


def _included(state: State, body: Json, name: str) -> Json | None:
    """Return the value of a field that a response contains only on request."""
    kind, object_id = body.get("object"), body.get("id", "")
    store = state.store
    match (kind, name):
        case ("customer", "sources"):
            return list_object([], f"/v1/customers/{object_id}/sources")
        case ("customer", "subscriptions"):
            own = store.select("subscription", equals("customer", object_id), subscriptions.NOT_ENDED)
            return list_object(own, f"/v1/customers/{object_id}/subscriptions")
        case ("charge", "refunds"):
            return list_object(store.find("refund", charge=object_id), f"/v1/charges/{object_id}/refunds")
        case ("invoice", "payments"):
            own = store.find("invoice_payment", invoice=object_id)
            return list_object(own, f"/v1/invoices/{object_id}/payments")
        case ("checkout.session", "line_items"):
            return checkout_sessions.line_items(state, body)
        case (None, "breakdown"):
            return {"discounts": [], "taxes": []}
    return None
