"""Lists as Stripe pages them. Source: https://docs.stripe.com/api/pagination."""

from stripe_sandbox.api.registry import OPERATIONS, Call
from stripe_sandbox.errors import StripeError
from stripe_sandbox.store import Clause, Json, equals

MAX_PAGE = 100
COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def list_operation(name: str, kind: str, *filter_names: str) -> None:
    """Register an operation that lists the objects of a kind, filtered by the named parameters."""
    OPERATIONS[name] = lambda call: page(call, kind, *filters(call, *filter_names))


def filters(call: Call, *names: str) -> list[Clause]:
    """Return the clauses of the parameters that filter on the field of the same name."""
    return [equals(name, call.params[name]) for name in names if call.params.get(name) not in (None, "")]


def page(call: Call, kind: str, *clauses: Clause) -> Json:
    """Return one page of the objects of a kind, newest first."""
    limit, backwards = _limit(call), call.params.get("ending_before")
    found = call.state.store.select(
        kind,
        *clauses,
        *_created_clauses(call),
        *_cursor_clauses(call, kind),
        order="seq ASC" if backwards else "seq DESC",
        limit=limit + 1,
    )
    data = found[:limit]
    if backwards:
        data.reverse()
    return {"object": "list", "data": data, "has_more": len(found) > limit, "url": call.url}


def _created_clauses(call: Call) -> list[Clause]:
    created = call.params.get("created")
    if created is None:
        return []
    if not isinstance(created, dict):
        return [equals("created", created)]
    return [
        (f"json_extract(body, '$.created') {COMPARISONS[name]} ?", (moment,))
        for name, moment in created.items()
    ]


def _cursor_clauses(call: Call, kind: str) -> list[Clause]:
    clauses: list[Clause] = []
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        cursor = call.params.get(name)
        if cursor:
            row = call.state.store.row(cursor)
            if row is None or row["kind"] != kind:
                raise StripeError(f"No such {kind}: '{cursor}'", code="resource_missing", param=name)
            clauses.append((f"seq {sign} ?", (row["seq"],)))
    return clauses


def page_of_embedded(call: Call, data: list[Json]) -> Json:
    """Return one page of objects that are embedded in another one, in their order there."""
    limit = _limit(call)
    ids = [body["id"] for body in data]
    first, last = call.params.get("starting_after"), call.params.get("ending_before")
    for name, cursor in (("starting_after", first), ("ending_before", last)):
        if cursor and cursor not in ids:
            raise StripeError(f"No such object: '{cursor}'", code="resource_missing", param=name)
    if last:
        rest = data[: ids.index(last)]
        found = rest[-limit:]
    else:
        rest = data[ids.index(first) + 1 :] if first else data
        found = rest[:limit]
    return {"object": "list", "data": found, "has_more": len(rest) > limit, "url": call.url}


def _limit(call: Call) -> int:
    limit = int(call.params.get("limit", 10))
    if not 1 <= limit <= MAX_PAGE:
        raise StripeError(
            "Invalid integer: limit must be between 1 and 100.",
            code="parameter_invalid_integer",
            param="limit",
        )
    return limit
