"""Events of the webhook as frozen dataclasses. A body that is not an event is refused here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing.stripe_objects import Json, object_id

MAX_DEPTH = 64  # of an event; Stripe's have about ten levels
MAX_TIME = 253_402_300_799  # the end of the year 9999
# The lengths of dj-stripe's columns.
MAX_ID = 255
MAX_API_VERSION = 64
MAX_REQUEST_ID = 50
EVENT_STRINGS = {"id": MAX_ID, "type": 250}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event from a webhook. `data` is its object.

    `defect` describes an error in the object's ids. An event with a defect is recorded, but not processed.
    """

    id: str
    type: str
    livemode: bool
    data: Json
    defect: str = ""

    @classmethod
    def from_payload(cls, payload: str) -> "Event":
        """Parse a webhook's body. Raises ValueError, TypeError, KeyError or RecursionError if it is not an event."""
        event = json.loads(payload)
        _check_depth(event, MAX_DEPTH)
        # PostgreSQL cannot store NaN, an infinity, a lone surrogate or NUL. Stripe sends none of them.
        json.dumps(event, ensure_ascii=False, allow_nan=False).encode()
        if "\\u0000" in payload.replace("\\\\", ""):
            raise ValueError("The event contains a NUL.")
        data = event["data"]["object"]
        for name, length in EVENT_STRINGS.items():
            if not (isinstance(event[name], str) and 0 < len(event[name]) <= length):
                raise TypeError(f"The event's {name} is not a string of a usual length.")
        if not isinstance(data, dict):
            raise TypeError("The event lacks an object.")
        _check_envelope(event)
        return cls(
            id=event["id"],
            type=event["type"],
            livemode=event.get("livemode"),
            data=data,
            defect=_find_defect(data),
        )


def _check_depth(value: Any, depth: int) -> None:
    """Raise ValueError if lists and objects are nested too deeply for the parsers that follow."""
    nested = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not depth:
        raise ValueError("The event is nested too deeply.")
    for inner in nested:
        if isinstance(inner, dict | list):
            _check_depth(inner, depth - 1)


def _check_envelope(event: Json) -> None:
    """Raise TypeError for fields of an event, besides its object, that dj-stripe cannot store."""
    if event.get("object") != "event":
        raise TypeError("The body is not an event.")
    created, version, request = event.get("created"), event.get("api_version"), event.get("request")
    request_id = request.get("id") if isinstance(request, Mapping) else request
    key = request.get("idempotency_key") if isinstance(request, Mapping) else None
    if created is not None and not (type(created) is int and 0 <= created <= MAX_TIME):
        raise TypeError("The event's time is not a timestamp.")
    if not (version is None or (isinstance(version, str) and len(version) <= MAX_API_VERSION)):
        raise TypeError("The event's API version is not a string.")
    if not (request_id is None or (isinstance(request_id, str) and len(request_id) <= MAX_REQUEST_ID)):
        raise TypeError("The event's request has the wrong type.")
    if not (key is None or isinstance(key, str)) or event.get("account") is not None:
        # Events of connected accounts come only to an endpoint for Connect, which this one is not.
        raise TypeError("The event's idempotency key or account is not ours.")


def _find_defect(data: Json) -> str:
    """Describe a defect in an event's object, or return an empty string. Stripe's objects have no defects."""
    if not isinstance(data.get("object"), str):
        return "its type is not a string"
    for name in ("id", "customer", "charge", "payment_intent"):
        value = data.get(name)
        found = object_id(value)
        if value is not None and (found is None or len(found) > MAX_ID or not found.isprintable()):
            return f"its {name} is not an id"
    if data["object"] == "customer" and not isinstance(data.get("metadata", {}), dict):
        return "its metadata is not an object"
    return ""
