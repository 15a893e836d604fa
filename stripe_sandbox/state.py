"""The sandbox's state: Stripe's objects, its clock, and the events that every change leaves behind."""

from __future__ import annotations

import json
import time
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from stripe_sandbox.contract import API_VERSION, schema
from stripe_sandbox.contract.blank_objects import blank
from stripe_sandbox.contract.validation import validate
from stripe_sandbox.errors import missing, missing_param
from stripe_sandbox.ids import letters, new_id

if TYPE_CHECKING:
    from stripe_sandbox.settings import Settings
    from stripe_sandbox.store import Json, Store


STUBS = ("customer",)  # what can still be retrieved once it is deleted, as no more than its id


class State:
    """Reads and writes Stripe's objects. One request at a time uses it, inside one transaction."""

    def __init__(self, *, store: Store, settings: Settings) -> None:
        """Take an open store."""
        self.store = store
        self.settings = settings
        self.request: Json = {"id": None, "idempotency_key": None}
        self._frozen_at: int | None = None

    # The clock

    def now(self) -> int:
        """Return the sandbox's time in seconds since the epoch: the machine's, plus what it was advanced."""
        if self._frozen_at is not None:
            return self._frozen_at
        return int(time.time()) + int(self.store.meta("clock_offset", 0))

    def freeze_clock(self, moment: int | None) -> None:
        """Stop the clock at `moment` while due work is done; None lets it run again."""
        self._frozen_at = moment

    def set_clock(self, moment: int) -> None:
        """Let the clock run on from `moment`."""
        self.store.set_meta("clock_offset", moment - int(time.time()))

    # Objects

    def build(self, kind: str, **fields: Any) -> Json:
        """Return a new object that is not stored (a part of another one, say)."""
        body = blank(kind)
        body["id"] = new_id(kind)
        if "created" in body:
            body["created"] = self.now()
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
        """Return an object. Raises the 404 that Stripe answers; for a parameter other than id, the 400."""
        row = self.store.row(object_id)
        gone = row is not None and row["deleted"] and (param != "id" or kind not in STUBS)
        if row is None or row["kind"] != kind or gone:
            raise missing(kind, object_id) if param == "id" else missing_param(kind, object_id, param)
        if row["deleted"]:
            return {"id": object_id, "object": kind, "deleted": True}
        body: Json = json.loads(row["body"])
        return body

    def get_or_none(self, object_id: str | None) -> Json | None:
        """Return any object by its id alone, or None."""
        row = self.store.row(object_id) if object_id else None
        if row is None:
            return None
        if row["deleted"]:
            return {"id": object_id, "object": row["kind"], "deleted": True}
        body: Json = json.loads(row["body"])
        return body

    def get_including_deleted(self, object_id: str) -> Json:
        """Return an object as it was last stored, whether or not it was deleted since."""
        row = self.store.row(object_id)
        if row is None:
            raise LookupError(object_id)
        body: Json = json.loads(row["body"])
        return body

    def change(self, body: Json, event: str | None = None, **fields: Any) -> Json:
        """Set fields, store the object, and announce the event with what the fields were before."""
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
        """Record that something happened, and that each endpoint that listens is to hear of it."""
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


def list_object(data: list[Json], url: str, *, has_more: bool = False) -> Json:
    """Return objects as Stripe's list object."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}
