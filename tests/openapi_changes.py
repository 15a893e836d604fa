"""Changes of the OpenAPI document that break clients."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Node:
    """What a document says of one field."""

    types: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)  # of an enum
    required: bool = False


def breaking_changes(old: dict, new: dict) -> list[str]:
    """Return one line for each removed or narrowed part of `old`, sorted."""
    return sorted(set(_changes(old, new)))


def _changes(old: dict, new: dict) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            name = f"{method.upper()} {path}"
            after = new["paths"].get(path, {}).get(method)
            if after is None:
                yield f"{name}: removed"
                continue
            yield from (f"{name}: {change}" for change in _parameters(before, after))
            requests = (
                _fields(old, _body(before.get("requestBody"))),
                _fields(new, _body(after.get("requestBody"))),
            )
            yield from (f"{name}: request {change}" for change in _of_requests(*requests))
            for status, response in before["responses"].items():
                if status not in after["responses"]:
                    yield f"{name}: status {status} removed"
                    continue
                said = _resolve(old, response), _resolve(new, after["responses"][status])
                yield from (f"{name}: {status} {change}" for change in _headers(*said))
                responses = _fields(old, _body(said[0])), _fields(new, _body(said[1]))
                yield from (f"{name}: {status} {change}" for change in _of_responses(*responses))


def _parameters(before: dict, after: dict) -> Iterator[str]:
    old, new = (
        {(one["in"], one["name"]): one for one in operation.get("parameters", ())}
        for operation in (before, after)
    )
    for (place, name), one in new.items():
        known = old.get((place, name))
        if one.get("required") and not (known and known.get("required")):
            yield f"{place} parameter {name} is now required"
        if known and (known["schema"].get("type") != one["schema"].get("type")):
            yield f"{place} parameter {name} has another type"
        if known and set(known["schema"].get("enum", ())) - set(one["schema"].get("enum", ())):
            yield f"{place} parameter {name} accepts fewer values"
    for place, name in old.keys() - new.keys():
        yield f"{place} parameter {name} removed"


def _headers(before: dict, after: dict) -> Iterator[str]:
    for name in before.get("headers", {}).keys() - after.get("headers", {}).keys():
        yield f"header {name} removed"


def _of_requests(old: dict[str, Node], new: dict[str, Node]) -> Iterator[str]:
    for name, node in new.items():
        if node.required and not (name in old and old[name].required):
            yield f"field {name} is now required"
    for name, node in old.items():
        if name not in new:
            yield f"field {name} removed"
        elif node.types - new[name].types:
            yield f"field {name} has another type"
        elif new[name].values and (not node.values or node.values - new[name].values):
            yield f"field {name} accepts fewer values"


def _of_responses(old: dict[str, Node], new: dict[str, Node]) -> Iterator[str]:
    for name, node in old.items():
        if name not in new:
            yield f"field {name} removed"
        elif new[name].types - node.types:
            yield f"field {name} has another type"
        elif node.required and not new[name].required:
            yield f"field {name} may now be missing"


def _body(message: dict | None) -> dict:
    contents = list((message or {}).get("content", {}).values())
    return contents[0]["schema"] if contents else {}


def _resolve(document: dict, part: dict) -> dict:
    while "$ref" in part:
        found = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def _fields(
    document: dict, schema: dict, at: str = "", found: dict[str, Node] | None = None
) -> dict[str, Node]:
    """Return the fields of a schema by their paths, such as `results[].id`."""
    found = {} if found is None else found
    schema = _resolve(document, schema)
    node = found.setdefault(at, Node())
    kind = schema.get("type", [])
    node.types |= {kind} if isinstance(kind, str) else set(kind)
    node.values |= {str(value) for value in schema.get("enum", ())}
    for part in schema.get("allOf", ()):
        _fields(document, part, at, found)
    alternatives = [
        _fields(document, part, at, {}) for part in (*schema.get("oneOf", ()), *schema.get("anyOf", ()))
    ]
    for alternative in alternatives:
        for name, other in alternative.items():
            merged = found.setdefault(name, Node(required=all(name in one for one in alternatives)))
            merged.types |= other.types
            merged.values |= other.values
            merged.required &= other.required
    for name, part in schema.get("properties", {}).items():
        path = f"{at}.{name}" if at else name
        _fields(document, part, path, found)
        found[path].required |= name in schema.get("required", ())
    if "items" in schema:
        _fields(document, schema["items"], f"{at}[]", found)
    return found
