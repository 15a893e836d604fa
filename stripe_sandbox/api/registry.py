"""Registration of the handlers of Stripe's operations, and the call that a handler receives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stripe_sandbox.errors import StripeError, missing_parameter
from stripe_sandbox.state import State
from stripe_sandbox.store import Json

# Visible only on Stripe's own pages: accepted without effect.
WITHOUT_EFFECT = frozenset(
    {
        "adaptive_pricing", "billing_address_collection", "billing_mode", "branding_settings", "business_profile",
        "consent_collection", "custom_text", "customer_update", "expand", "flow_data", "locale", "off_session",
        "payment_method_options", "payment_settings", "phone_number_collection", "saved_payment_method_options",
        "submit_type", "tax_id_collection", "wallet_options",
    }
)  # fmt: skip


class TrackedParams(dict[str, Any]):
    """Parameters that record which of them a handler has read."""

    def __init__(self, values: Json) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.read.add(str(name))
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a parameter, or the default."""
        self.read.add(name)
        return super().get(name, default)

    def refuse_unread(self) -> None:
        """Reject parameters that the handler did not read. Ignoring them could hide a bug from a test."""
        for name in self:
            if name not in self.read | WITHOUT_EFFECT and not _is_off(self[name]):
                raise StripeError(
                    f"The sandbox does not support the parameter `{name}` of this operation.", param=name
                )


def _is_off(value: Any) -> bool:
    return value in (False, "", [], {}, {"enabled": False})


@dataclass(slots=True)
class Call:
    """One API request: its typed parameters and the values in its path."""

    state: State
    params: TrackedParams
    path: dict[str, str]
    url: str

    def target(self, kind: str) -> Json:
        """Return the object that the path names."""
        return self.state.get(kind, next(iter(self.path.values())))

    def given(self, *names: str) -> Json:
        """Return the named parameters that were sent. An empty string, which unsets a field, becomes None."""
        return {
            name: None if self.params[name] == "" else self.params[name]
            for name in names
            if name in self.params
        }

    def required(self, name: str) -> Any:
        """Return a parameter. Raises StripeError if it is missing or empty."""
        value = self.params.get(name)
        if not value:
            raise missing_parameter(name)
        return value

    def update(self, body: Json, event: str | None, *names: str, **fields: Any) -> Json:
        """Set the named parameters, the metadata and `fields` on an object; emit the event."""
        fields = {**self.given(*names), **fields}
        metadata = merged_metadata(body, self.params.get("metadata"))
        return self.state.change(body, event, **fields, metadata=metadata)


Handler = Callable[[Call], dict[str, Any]]
OPERATIONS: dict[str, Handler] = {}


def operation(name: str) -> Callable[[Handler], Handler]:
    """Register the handler of an operation such as `GET /v1/customers/{customer}`."""

    def register(handler: Handler) -> Handler:
        OPERATIONS[name] = handler
        return handler

    return register


def retrieve_operation(name: str, kind: str) -> None:
    """Register an operation that returns the object that its path names."""
    OPERATIONS[name] = lambda call: call.target(kind)


def action_operation(name: str, kind: str, action: Callable[[State, Json], Json]) -> None:
    """Register an operation that applies `action` to the object in its path and returns the result."""
    OPERATIONS[name] = lambda call: action(call.state, call.target(kind))


def update_operation(name: str, kind: str, event: str | None, *names: str) -> None:
    """Register an operation that sets the named parameters and the metadata on the object of its path."""
    OPERATIONS[name] = lambda call: call.update(call.target(kind), event, *names)


def merged_metadata(body: Json, given: Any) -> Json:
    """Return metadata after an update: an empty value removes its key, an empty string removes all."""
    if given == "":
        return {}
    merged = {**(body.get("metadata") or {}), **(given or {})}
    return merged if given is None else {key: value for key, value in merged.items() if value != ""}
