"""Parameters: a form-encoded body becomes typed values, or the error that Stripe returns."""

import re
from typing import Any

from stripe_sandbox.contract import Schema, resolve
from stripe_sandbox.errors import StripeError, missing_parameter

BRACKETS = re.compile(r"\[([^\]]*)\]")
INTEGER = re.compile(r"-?\d{1,18}")
MAX_LENGTH = 5000
MAX_METADATA_KEYS, MAX_METADATA_KEY, MAX_METADATA = 50, 40, 500


def nest(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return `a[b][0]=c` as `{"a": {"b": ["c"]}}`; values stay strings."""
    tree: dict[str, Any] = {}
    for key, value in pairs:
        head, *_ = key.split("[", 1)
        path = [head, *BRACKETS.findall(key[len(head) :])]
        node = tree
        for position, part in enumerate(path):
            name = str(len(node)) if part == "" and position else part
            if position == len(path) - 1:
                node[name] = value
                break
            child = node.setdefault(name, {})
            if not isinstance(child, dict):
                raise StripeError(f"Invalid parameter: {key}", param=head)
            node = child
    return {name: _lists(child) for name, child in tree.items()}


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(name.isdecimal() for name in node):
        return [_lists(node[name]) for name in sorted(node, key=int)]
    return {name: _lists(child) for name, child in node.items()}


def coerce(node: Schema, raw: Any, name: str = "") -> Any:
    """Return `raw` with the types of the schema. Raises StripeError with Stripe's message."""
    node = resolve(node)
    if "anyOf" in node:
        return _coerce_any(node["anyOf"], raw, name)
    kind = node.get("type")
    if kind == "object":
        return _coerce_object(node, raw, name)
    if kind == "array":
        if raw == "":
            return []
        if not isinstance(raw, list):
            raise StripeError("Invalid array", param=name)
        return [coerce(node["items"], item, f"{name}[{index}]") for index, item in enumerate(raw)]
    if isinstance(raw, (dict, list)):
        raise StripeError(f"Invalid {kind or 'string'}: {raw}", param=name)
    return _coerce_scalar(node, str(raw), name)


def _coerce_any(branches: list[Schema], raw: Any, name: str) -> Any:
    wanted = "object" if isinstance(raw, dict) else "array" if isinstance(raw, list) else None
    failure: StripeError | None = None
    for branch in branches:
        try:
            return coerce(branch, raw, name)
        except StripeError as error:
            # The branch with the same shape has the most useful message.
            if failure is None or resolve(branch).get("type") == wanted:
                failure = error
    raise failure or StripeError("Invalid value", param=name)


def _coerce_object(node: Schema, raw: Any, name: str) -> Any:
    if isinstance(raw, list):  # metadata[0]=… looks like a list
        raw = {str(index): item for index, item in enumerate(raw)}
    if not isinstance(raw, dict):
        raise StripeError("Invalid object", param=name)
    properties = node.get("properties", {})
    others = node.get("additionalProperties", not properties)
    values: dict[str, Any] = {}
    for key, value in raw.items():
        full = f"{name}[{key}]" if name else key
        if key in properties:
            values[key] = coerce(properties[key], value, full)
        elif isinstance(others, dict):
            values[key] = coerce(others, value, full)
        elif others:
            values[key] = value
        else:
            raise StripeError(f"Received unknown parameter: {full}", code="parameter_unknown", param=full)
    if name.rpartition("[")[2].strip("]") == "metadata":
        _check_metadata(values, name)
    _require(node, values, name)
    return values


def _require(node: Schema, values: dict[str, Any], name: str) -> None:
    properties = node.get("properties", {})
    for key in node.get("required", ()):
        full = f"{name}[{key}]" if name else key
        if key not in values:
            raise missing_parameter(full)
        if values[key] == "" and "" not in _choices(properties.get(key, {})):
            raise StripeError(
                f"You passed an empty string for '{full}'. We assume empty values are an attempt to unset a "
                f"parameter; however '{full}' cannot be unset. You should remove '{full}' from your request or "
                "supply a non-empty value.",
                code="parameter_invalid_empty",
                param=full,
            )


def _check_metadata(values: dict[str, Any], name: str) -> None:
    """Raise StripeError above the limits of https://docs.stripe.com/metadata#data."""
    if len(values) > MAX_METADATA_KEYS:
        raise StripeError(f"Metadata can have at most {MAX_METADATA_KEYS} keys.", param=name)
    for key, value in values.items():
        for what, text, limit in (
            ("Metadata keys", key, MAX_METADATA_KEY),
            ("Metadata values", value, MAX_METADATA),
        ):
            if len(text) > limit:
                raise StripeError(
                    f"{what} can have up to {limit} characters, but you passed one with {len(text)}: {text[:20]}...",
                    param=f"{name}[{key}]",
                )


def _choices(node: Schema) -> list[Any]:
    branches = node.get("anyOf", [node])
    return [choice for branch in branches for choice in branch.get("enum", [])]


def _coerce_scalar(node: Schema, raw: str, name: str) -> Any:
    kind = node.get("type")
    if kind == "integer":
        if not INTEGER.fullmatch(raw):
            raise StripeError(f"Invalid integer: {raw}", code="parameter_invalid_integer", param=name)
        return int(raw)
    if kind == "number":
        try:
            return float(raw)
        except ValueError:
            raise StripeError(f"Invalid decimal: {raw}", param=name) from None
    if kind == "boolean":
        if raw not in {"true", "false"}:
            raise StripeError(f"Invalid boolean: {raw}", param=name)
        return raw == "true"
    if "enum" in node and raw not in node["enum"]:
        raise StripeError(f"Invalid {name}: must be one of {_or(node['enum'])}", param=name)
    limit = node.get("maxLength", MAX_LENGTH)
    if len(raw) > limit:
        raise StripeError(
            f"Invalid string: {raw[:10]}...{raw[-4:]}; must be at most {limit} characters",
            code="parameter_invalid_string",
            param=name,
        )
    return raw


def _or(choices: list[str]) -> str:
    *head, last = [choice for choice in choices if choice] or [""]
    return f"{', '.join(head)}, or {last}" if head else last
