"""`expand[]`: replacing ids in an answer with the objects that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_sandbox.contract import Schema, load, resolve, schema
from stripe_sandbox.errors import StripeError
from stripe_sandbox.state import list_object

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json

MAX_DEPTH = 4
PAGE = 10  # of a list within an object


def first_pages(value: Any, *, within: bool = False) -> Any:
    """Return an answer in which each list within an object holds its first ten, and says if there are more."""
    if isinstance(value, list):
        return [first_pages(item, within=within) for item in value]
    if not isinstance(value, dict):
        return value
    is_list = value.get("object") == "list"
    found = {name: first_pages(part, within=within or not is_list) for name, part in value.items()}
    if is_list and within and len(found["data"]) > PAGE:
        found.update(data=found["data"][:PAGE], has_more=True)
    return found


def expand(state: State, body: Json, paths: list[str]) -> Json:
    """Return the answer with what `paths` (such as `data.customer`) name put in place of the ids."""
    for path in paths:
        parts = path.split(".")
        if len([part for part in parts if part != "data"]) > MAX_DEPTH:
            raise StripeError("You cannot expand more than 4 levels of a property", param="expand")
        _walk(state, body, None, parts, path)
    return body


def _walk(state: State, value: Any, node: Schema | None, parts: list[str], path: str) -> None:
    if isinstance(value, list):
        for item in value:
            _walk(state, item, None, parts, path)
        return
    if not parts or not isinstance(value, dict) or value.get("deleted"):
        return
    name, rest = parts[0], parts[1:]
    if value.get("object") == "list" and name == "data":
        _walk(state, value["data"], None, rest, path)
        return
    child = _expandable(value, node, name, path)
    if name not in value:
        made = _included(state, value, name)
        if made is None:
            return
        value[name] = made
    if isinstance(value[name], str) and child.get("expands"):
        value[name] = state.get_or_none(value[name]) or value[name]
    elif isinstance(value[name], list):
        value[name] = [state.get_or_none(one) or one if isinstance(one, str) else one for one in value[name]]
    _walk(state, value[name], _object_branch(child), rest, path)


def _expandable(value: Json, node: Schema | None, name: str, path: str) -> Schema:
    """Return the schema of a field that may be expanded."""
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
    """Return what is only in an answer when it is asked for."""
    kind, object_id = body.get("object"), body.get("id", "")
    store = state.store
    match (kind, name):
        case ("customer", "sources"):
            return list_object([], f"/v1/customers/{object_id}/sources")
        case ("customer", "subscriptions"):
            live = "json_extract(body, '$.customer') = ? AND json_extract(body, '$.status') NOT IN ('canceled', 'incomplete_expired')"
            return list_object(
                store.select("subscription", live, (object_id,)), f"/v1/customers/{object_id}/subscriptions"
            )
        case ("charge", "refunds"):
            return list_object(store.find("refund", charge=object_id), f"/v1/charges/{object_id}/refunds")
        case ("invoice", "payments"):
            return list_object(
                store.find("invoice_payment", invoice=object_id), f"/v1/invoices/{object_id}/payments"
            )
        case ("checkout.session", "line_items"):
            rows = store.private(object_id).get("line_items", [])
            return list_object(rows, f"/v1/checkout/sessions/{object_id}/line_items")
        case (None, "breakdown"):
            return {"discounts": [], "taxes": []}
    return None
