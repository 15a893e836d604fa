"""Validation of objects against Stripe's schemas, on every response and event."""

from collections.abc import Iterator
from typing import Any

from stripe_sandbox.contract import Schema, resolve


class SchemaViolation(AssertionError):
    """The sandbox built an object that Stripe would not send: a bug of the sandbox."""


def validate(node: Schema, value: Any) -> None:
    """Raise SchemaViolation with the first violations, unless `value` conforms."""
    found = list(violations(node, value))
    if found:
        raise SchemaViolation("; ".join(found[:5]))


def violations(node: Schema, value: Any, path: str = "$") -> Iterator[str]:
    """Yield each violation of the schema with its path.

    A field that the schema does not list is a violation too: Stripe does not send it.
    """
    nullable = node.get("nullable")
    node = resolve(node)
    if value is None:
        if not (nullable or node.get("nullable")):
            yield f"{path} is null"
    elif "anyOf" in node:
        yield from _any(node["anyOf"], value, path)
    elif node.get("type") == "object":
        yield from _object(node, value, path)
    elif node.get("type") == "array":
        yield from _array(node, value, path)
    else:
        yield from _scalar(node, value, path)


TYPES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
}


def _scalar(node: Schema, value: Any, path: str) -> Iterator[str]:
    kind = node.get("type", "")
    if kind and (not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        yield f"{path} is {value!r}, not of type {kind}"
    elif "enum" in node and value not in node["enum"]:
        yield f"{path} is {value!r}, not one of {node['enum']}"


def _array(node: Schema, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path} is not a list"
        return
    for index, item in enumerate(value):
        yield from violations(node["items"], item, f"{path}[{index}]")


def _object(node: Schema, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is not an object"
        return
    properties = node.get("properties", {})
    for name in node.get("required", ()):
        if name not in value:
            yield f"{path}.{name} is missing"
    others = node.get("additionalProperties")
    for name, child in value.items():
        if name in properties:
            yield from violations(properties[name], child, f"{path}.{name}")
        elif isinstance(others, dict):
            yield from violations(others, child, f"{path}.{name}")
        elif properties:
            yield f"{path}.{name} is not in the schema"


def _any(branches: list[Schema], value: Any, path: str) -> Iterator[str]:
    best: list[str] | None = None
    for branch in branches:
        found = list(violations(branch, value, path))
        if not found:
            return
        if best is None or len(found) < len(best) or _same_object(branch, value):
            best = found
            if _same_object(branch, value):
                break
    yield from best or ()


def _same_object(branch: Schema, value: Any) -> bool:
    """Tell whether the branch is the schema of this object, so that its violations are the relevant ones."""
    kinds = resolve(branch).get("properties", {}).get("object", {}).get("enum", ())
    return isinstance(value, dict) and value.get("object") in kinds and "deleted" not in value
