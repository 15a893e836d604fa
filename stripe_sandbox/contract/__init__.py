"""Stripe's OpenAPI description, reduced to the operations that the sandbox serves.

`python -m stripe_sandbox.trim_contract` writes the data file; LICENSE names its source.
"""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

API_VERSION = "2026-05-27.dahlia"
DATA = Path(__file__).with_name(f"stripe-{API_VERSION}.json.gz")

Schema = dict[str, Any]


@cache
def load() -> dict[str, Any]:
    """Return `{"operations": {"GET /v1/…": {"params", "response"}}, "schemas": {name: schema}}`."""
    with gzip.open(DATA, "rt") as file:
        contract: dict[str, Any] = json.load(file)
    return contract


def operation(name: str) -> dict[str, Schema]:
    """Return the parameters and the response of an operation such as `GET /v1/customers`."""
    found: dict[str, Schema] = load()["operations"][name]
    return found


def schema(name: str) -> Schema:
    """Return the schema of an object such as `customer`."""
    found: Schema = load()["schemas"][name]
    return found


def resolve(node: Schema) -> Schema:
    """Return the schema that `node` refers to, or `node` itself."""
    return schema(node["$ref"]) if "$ref" in node else node
