"""The state of a sandbox: Stripe objects, the clock, and the events that changes emit."""

import json
import sqlite3
import time
from copy import deepcopy
from typing import Any

from stripe_sandbox.contract import API_VERSION, schema
from stripe_sandbox.contract.blank_objects import blank
from stripe_sandbox.contract.validation import validate
from stripe_sandbox.errors import not_found
from stripe_sandbox.ids import letters, new_id
from stripe_sandbox.settings import Settings
from stripe_sandbox.store import Json, Store

RETRIEVABLE_WHEN_DELETED = ("customer",)  # as a stub with its id


class State:
    """Reads and writes Stripe objects, one request at a time, inside the request's transaction."""

    def __init__(self, *, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.request: Json = {"id": None, "idempotency_key": None}
        self._frozen_at: int | None = None

    # The clock

    def now(self) -> int:
        """Return the sandbox's time, in seconds since the epoch: the machine's plus the advances."""
        if self._frozen_at is not None:
            return self._frozen_at
        return int(time.time()) + int(self.store.meta("clock_offset", 0))

    def freeze_clock(self, moment: int | None) -> None:
        """Stop the clock at `moment` (due work runs at its own time); None starts it again."""
        self._frozen_at = moment

    def set_clock(self, moment: int) -> None:
        """Set the clock to `moment`; it runs on from there."""
        self.store.set_meta("clock_offset", moment - int(time.time()))

    # Objects

    def build(self, kind: str, **fields: Any) -> Json:
        """Return a new object without storing it."""
        body = blank(kind)
        body["id"] = new_id(kind)
        if "created" in body:
            body["created"] = self.now()
        if "metadata" in schema(kind)["properties"]:
            body["metadata"] = {}
        if "livemode" in body:
            body["livemode"] = False
        body.update(fields)
        return body

    def add(self, kind: str, private: Json | None = None, **fields: Any) -> Json:
        """Store a new object and return it."""
        body = self.build(kind, **fields)
        self.store.put(body, private or {})
        return body

    def save(self, body: Json, private: Json | None = None) -> None:
        """Store a new version of an object."""
        self.store.put(body, private)

    def get(self, kind: str, object_id: str, *, param: str = "id") -> Json:
        """Return an object. Raises StripeError: 404, or 400 when a parameter other than the id names it."""
        row = self.store.row(object_id)
        gone = row is not None and row["deleted"] and (param != "id" or kind not in RETRIEVABLE_WHEN_DELETED)
        if row is None or row["kind"] != kind or gone:
            raise not_found(kind, object_id, param=param, status=404 if param == "id" else 400)
        return _body(row)

    def get_or_none(self, object_id: str | None) -> Json | None:
        """Return any object by its id, or None; a deleted one is a stub."""
        row = self.store.row(object_id) if object_id else None
        return _body(row) if row else None

    def get_including_deleted(self, object_id: str) -> Json:
        """Return an object as it was last stored, even if it was deleted since. Raises LookupError."""
        row = self.store.row(object_id)
        if row is None:
            raise LookupError(object_id)
        body: Json = json.loads(row["body"])
        return body

    def delete(self, body: Json, event: str | None) -> Json:
        """Delete an object, emit the event, and return the stub that Stripe responds with."""
        self.store.delete(body["id"])
        if event:
            self.emit(event, body)
        return deleted_stub(body)

    def change(self, body: Json, event: str | None = None, **fields: Any) -> Json:
        """Set fields, store the object, and emit the event with the previous values.

        An `….updated` event is emitted only if a field changed.
        """
        previous = {
            name: deepcopy(body.get(name)) for name, value in fields.items() if body.get(name) != value
        }
        body.update(fields)
        self.save(body)
        if event and (previous or not event.endswith(".updated")):
            self.emit(event, body, previous=previous if event.endswith(".updated") else None)
        return body

    # Events

    def emit(self, kind: str, body: Json, *, previous: Json | None = None) -> Json:
        """Store an event, and a pending delivery to each endpoint that is subscribed to it."""
        validate(schema(body["object"]), body)
        data: Json = {"object": deepcopy(body)}
        if previous:
            data["previous_attributes"] = previous
        event = self.build("event", id=f"evt_{letters(24)}", api_version=API_VERSION, type=kind, data=data)
        event["request"] = dict(self.request)
        endpoints = [
            endpoint["id"]
            for endpoint in reversed(self.store.find("webhook_endpoint", status="enabled"))
            if {"*", kind} & set(endpoint["enabled_events"])
        ]
        event["pending_webhooks"] = len(endpoints)
        self.save(event, {})
        self.store.db.executemany(
            "INSERT INTO deliveries (event, endpoint, state) VALUES (?, ?, 'pending')",
            [(event["id"], endpoint) for endpoint in endpoints],
        )
        return event


def without_none(fields: Json) -> Json:
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def deleted_stub(body: Json) -> Json:
    """Return Stripe's representation of a deleted object: its id only, except for a discount."""
    kept = {name for name in body if name != "end"} if body["object"] == "discount" else {"id", "object"}
    return {name: body[name] for name in body if name in kept} | {"deleted": True}


def _body(row: sqlite3.Row) -> Json:
    body: Json = json.loads(row["body"])
    return deleted_stub(body) if row["deleted"] else body


def list_object(data: list[Json], url: str, *, has_more: bool = False) -> Json:
    """Return a list object, as Stripe embeds it in another object."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}
