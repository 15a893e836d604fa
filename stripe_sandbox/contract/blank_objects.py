"""Blank objects: every field that Stripe always sends, with an empty value."""

from typing import Any

from stripe_sandbox.contract import Schema, resolve, schema


def blank(name: str) -> dict[str, Any]:
    """Return an object of this schema: nullable fields are null, required ones are empty."""
    return _blank_object(schema(name))


def _blank_object(node: Schema) -> dict[str, Any]:
    required = node.get("required", ())
    return {
        name: _blank(child)
        for name, child in node.get("properties", {}).items()
        if child.get("nullable") or name in required
    }


def _blank(node: Schema) -> Any:
    if node.get("nullable"):
        return None
    node = resolve(node)
    if "anyOf" in node:
        return _blank(node["anyOf"][0])
    if "enum" in node:
        return node["enum"][0]
    match node.get("type"):
        case "object":
            return _blank_object(node)
        case "array":
            return []
        case "boolean":
            return False
        case "integer" | "number":
            return 0
        case _:
            return ""
