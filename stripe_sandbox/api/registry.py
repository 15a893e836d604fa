"""How a handler says which operation it serves, and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stripe_sandbox.errors import StripeError

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json


# Asked for by a shop, visible in the real Stripe only: accepted, and without effect here.
WITHOUT_EFFECT = frozenset(
    {
        "adaptive_pricing", "billing_address_collection", "billing_mode", "branding_settings", "business_profile",
        "consent_collection", "custom_text", "customer_update", "expand", "flow_data", "locale", "off_session",
        "payment_method_options", "payment_settings", "phone_number_collection", "saved_payment_method_options",
        "submit_type", "tax_id_collection", "wallet_options",
    }
)  # fmt: skip


class Given(dict[str, Any]):
    """Parameters that remember which of them a handler looked at."""

    def __init__(self, values: Json) -> None:
        """Take typed parameters."""
        super().__init__(values)
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        """Return a parameter."""
        self.seen.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        """Tell whether a parameter was given."""
        self.seen.add(str(name))
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a parameter, or the default."""
        self.seen.add(name)
        return super().get(name, default)

    def require_all_seen(self) -> None:
        """Refuse what Stripe knows and the sandbox does not play: to ignore it would falsify a test."""
        for name in self:
            if name not in self.seen | WITHOUT_EFFECT and not _switched_off(self[name]):
                raise StripeError(
                    f"The sandbox does not play the parameter `{name}` of this operation.", param=name
                )


def _switched_off(value: Any) -> bool:
    return value in (False, "", [], {}) or (isinstance(value, dict) and value == {"enabled": False})


@dataclass(slots=True)
class Call:
    """One API request: its typed parameters and the values in its path."""

    state: State
    params: Given
    path: dict[str, str]
    url: str

    def given(self, *names: str) -> Json:
        """Return those of the named parameters that were given; an empty string unsets, so it is None."""
        return {
            name: None if self.params[name] == "" else self.params[name]
            for name in names
            if name in self.params
        }


Handler = Callable[[Call], dict[str, Any]]
OPERATIONS: dict[str, Handler] = {}


def operation(name: str) -> Callable[[Handler], Handler]:
    """Register the handler of an operation such as `GET /v1/customers/{customer}`."""

    def register(handler: Handler) -> Handler:
        OPERATIONS[name] = handler
        return handler

    return register


def merged_metadata(body: Json, given: Any) -> Json:
    """Return metadata after an update: an empty value removes its key, an empty string removes all."""
    if given is None:
        return dict(body.get("metadata") or {})
    if given == "":
        return {}
    merged = {**(body.get("metadata") or {}), **given}
    return {key: value for key, value in merged.items() if value != ""}


MAX_PAGE = 100


def page(call: Call, kind: str, where: str = "", values: tuple[Any, ...] = ()) -> Json:
    """Return one page of the live objects of a kind, newest first, as Stripe pages them."""
    store, params = call.state.store, call.params
    limit = _limit(call)
    clauses, bound = ([where] if where else []), list(values)
    created = params.get("created")
    for sign, moment in _range(created):
        clauses.append(f"json_extract(body, '$.created') {sign} ?")
        bound.append(moment)
    backwards = params.get("ending_before")
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if params.get(name):
            row = store.row(params[name])
            if row is None or row["kind"] != kind:
                raise StripeError(f"No such {kind}: '{params[name]}'", code="resource_missing", param=name)
            clauses.append(f"seq {sign} ?")
            bound.append(row["seq"])
    order = "seq ASC" if backwards else "seq DESC"
    found = store.select(kind, " AND ".join(clauses), tuple(bound), order=order, limit=limit + 1)
    has_more, data = len(found) > limit, found[:limit]
    if backwards:
        data.reverse()
    return {"object": "list", "data": data, "has_more": has_more, "url": call.url}


def page_of(call: Call, data: list[Json]) -> Json:
    """Return one page of objects that are part of another one, in their own order."""
    limit = _limit(call)
    ids = [one["id"] for one in data]
    first, last = call.params.get("starting_after"), call.params.get("ending_before")
    for name, cursor in (("starting_after", first), ("ending_before", last)):
        if cursor and cursor not in ids:
            raise StripeError(f"No such object: '{cursor}'", code="resource_missing", param=name)
    if last:
        before = data[: ids.index(last)]
        found, has_more = before[-limit:], len(before) > limit
    else:
        rest = data[ids.index(first) + 1 :] if first else data
        found, has_more = rest[:limit], len(rest) > limit
    return {"object": "list", "data": found, "has_more": has_more, "url": call.url}


def _limit(call: Call) -> int:
    limit = int(call.params.get("limit", 10))
    if not 1 <= limit <= MAX_PAGE:
        raise StripeError(
            "Invalid integer: limit must be between 1 and 100.",
            code="parameter_invalid_integer",
            param="limit",
        )
    return limit


COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def _range(created: Any) -> list[tuple[str, int]]:
    if created is None:
        return []
    if isinstance(created, dict):
        return [(COMPARISONS[name], moment) for name, moment in created.items()]
    return [("=", created)]


def filters(call: Call, *names: str) -> tuple[str, tuple[Any, ...]]:
    """Return SQL and values for parameters that filter on the field of the same name."""
    chosen = [(name, call.params[name]) for name in names if call.params.get(name) not in (None, "")]
    where = " AND ".join(f"json_extract(body, '$.{name}') = ?" for name, _ in chosen)
    return where, tuple(value for _, value in chosen)
