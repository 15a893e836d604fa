"""How a handler says which operation it serves, and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stripe_sandbox.errors import StripeError

if TYPE_CHECKING:
    from stripe_sandbox.store import Json
    from stripe_sandbox.world import World


@dataclass(slots=True)
class Call:
    """One API request: its typed parameters and the values in its path."""

    world: World
    params: Json
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


def merged_metadata(body: Json, given: Json | str | None) -> Json:
    """Return metadata after an update: an empty value removes its key, an empty string removes all."""
    if given is None:
        return dict(body.get("metadata") or {})
    if given == "":
        return {}
    merged = {**(body.get("metadata") or {}), **dict(given)}
    return {key: value for key, value in merged.items() if value != ""}


MAX_PAGE = 100


def page(call: Call, kind: str, where: str = "", values: tuple[Any, ...] = ()) -> Json:
    """Return one page of the live objects of a kind, newest first, as Stripe pages them."""
    store, params = call.world.store, call.params
    limit = params.get("limit", 10)
    if not 1 <= limit <= MAX_PAGE:
        raise StripeError(
            "Invalid integer: limit must be between 1 and 100.",
            code="parameter_invalid_integer",
            param="limit",
        )
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
