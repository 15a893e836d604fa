"""Reduce Stripe's OpenAPI description to the operations and schemas that the sandbox serves.

    python -m stripe_sandbox.trim_contract spec3.json

`spec3.json` is published at https://github.com/stripe/openapi (MIT) in `openapi/spec3.json`, at the tag of the
version that `API_VERSION` names. Descriptions are left out, and so are expandable objects that the sandbox
does not have. To serve another operation, write its handler and run this again.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from stripe_sandbox.api import OPERATIONS
from stripe_sandbox.contract import API_VERSION, DATA

KEPT = {
    "additionalProperties", "anyOf", "enum", "items", "maxLength", "nullable", "properties", "required", "type",
}  # fmt: skip
# Reachable by expand, although no operation returns them directly.
ALSO = ("discount", "notification_event_data")


class Trimmer:
    """Collects the schemas that the served operations refer to."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.schemas: dict[str, Any] = {}
        self.served: set[str] = set()

    def run(self, names: list[str]) -> dict[str, Any]:
        """Return the description of the named operations."""
        raw = {name: self._raw(name) for name in names}
        for _, response in raw.values():
            self._find_served(response)
        self.served.update(ALSO)
        operations = {
            name: {"params": self._clean(params), "response": self._clean(response)}
            for name, (params, response) in raw.items()
        }
        for name in ALSO:
            self._clean({"$ref": f"#/{name}"})
        return {"version": API_VERSION, "operations": operations, "schemas": self.schemas}

    def _raw(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        method, path = name.split(" ")
        operation = self.spec["paths"][path][method.lower()]
        properties: dict[str, Any] = {}
        required: list[str] = []
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                properties[parameter["name"]] = parameter["schema"]
                if parameter.get("required"):
                    required.append(parameter["name"])
        for content in operation.get("requestBody", {}).get("content", {}).values():
            properties.update(content["schema"].get("properties", {}))
            required.extend(content["schema"].get("required", []))
        params = {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
        return params, operation["responses"]["200"]["content"]["application/json"]["schema"]

    def _find_served(self, node: Any) -> None:
        """Collect the objects that an operation returns, alone or in a list."""
        if "$ref" in node:
            self.served.add(_name(node))
            return
        for branch in node.get("anyOf", []):
            self._find_served(branch)
        data = node.get("properties", {}).get("data")
        if data:
            self._find_served(data["items"])

    def _clean(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._clean(child) for child in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            name = _name(node)
            if name not in self.schemas:
                self.schemas[name] = {}  # set first, because schemas refer to each other
                self.schemas[name] = self._clean(self.spec["components"]["schemas"][name])
            return {"$ref": name}
        kept = {key: self._clean(value) for key, value in node.items() if key in KEPT - {"properties"}}
        if "properties" in node:
            kept["properties"] = {name: self._clean(child) for name, child in node["properties"].items()}
        if "x-expandableFields" in node:
            kept["expandable"] = node["x-expandableFields"]
        if "x-expansionResources" in node:
            kept["expands"] = True
            kept["anyOf"] = [
                self._clean(branch)
                for branch in node["anyOf"]
                if "$ref" not in branch or _name(branch) in self.served
            ]
        return kept


def _name(node: dict[str, Any]) -> str:
    """Return the name of the schema that a reference names."""
    return str(node["$ref"].rsplit("/", 1)[-1])


def main() -> None:
    """Write the data file."""
    spec = json.loads(Path(sys.argv[1]).read_text())
    if spec["info"]["version"] != API_VERSION:
        raise SystemExit(f"This describes {spec['info']['version']}, not {API_VERSION}.")
    contract = Trimmer(spec).run(sorted(OPERATIONS))
    data = json.dumps(contract, separators=(",", ":"), sort_keys=True).encode()
    DATA.write_bytes(gzip.compress(data, mtime=0))
    sys.stdout.write(
        f"{len(contract['operations'])} operations, {len(contract['schemas'])} schemas, "
        f"{len(data) // 1024} KiB, {DATA.stat().st_size // 1024} KiB compressed\n"
    )


if __name__ == "__main__":
    main()
