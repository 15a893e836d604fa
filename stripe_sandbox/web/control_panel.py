"""The control panel: the state of the sandbox on one page, with a button for everything that can happen.

Plain forms that post to the control interface; no script is needed.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.routing import Route

from stripe_sandbox.domain import subscriptions
from stripe_sandbox.fault_injection import KINDS
from stripe_sandbox.settings import ENDPOINT_ID
from stripe_sandbox.web.hosted_pages import every, page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from stripe_sandbox.runtime import Runtime
    from stripe_sandbox.store import Json

SHOWN = 30  # of each kind, the newest


class ControlPanel:
    """The page at `/`."""

    def __init__(self, runtime: Runtime) -> None:
        """Take the sandbox's runtime."""
        self.runtime = runtime
        self.state = runtime.state

    async def show(self, request: Request) -> Response:
        """Show the sandbox, and what the last command did."""
        store = self.state.store
        endpoint = self.state.get_or_none(ENDPOINT_ID) or {}
        now = self.state.now()
        return page(
            "control_panel.html",
            note=request.query_params.get("note", ""),
            error=request.query_params.get("error", ""),
            now=datetime.fromtimestamp(now, UTC),
            ahead=round((now - time.time()) / 86400, 1),
            mode=self.runtime.dispatcher.mode,
            counts=self.runtime.dispatcher.counts(),
            webhook=endpoint.get("url", ""),
            sessions=[self._named(one) for one in store.select("checkout.session", limit=SHOWN)],
            subscriptions=[self._subscription(one) for one in store.select("subscription", limit=SHOWN)],
            payments=[self._payment(one) for one in store.select("charge", limit=SHOWN)],
            open_invoices=[self._named(one) for one in store.find("invoice", status="open")],
            events=[self._event(one) for one in store.select("event", limit=SHOWN)],
            faults=self.runtime.faults.as_json(),
            kinds=KINDS,
            ended=subscriptions.ENDED,
            every=every,
        )

    def _named(self, body: Json) -> Json:
        customer = self.state.get_or_none(body["customer"]) or {}
        return {
            **body,
            "who": customer.get("email") or customer.get("name") or body["customer"] or "not yet known",
        }

    def _subscription(self, body: Json) -> Json:
        item = body["items"]["data"][0]
        product = self.state.get_or_none(item["price"]["product"]) or {}
        methods = self.state.store.find("payment_method", customer=body["customer"])
        private = [self.state.store.private(method["id"]) for method in methods]
        return {
            **self._named(body),
            "item": item,
            "plan": product.get("name", ""),
            "card_fails": any(one.get("decline") or one.get("decline_later") for one in private),
        }

    def _payment(self, body: Json) -> Json:
        disputes = self.state.store.find("dispute", charge=body["id"])
        return {**self._named(body), "dispute": disputes[0] if disputes else None}

    def _event(self, body: Json) -> Json:
        db = self.state.store.db
        delivery = db.execute(
            "SELECT state, attempts FROM deliveries WHERE event = ? AND endpoint = ?",
            (body["id"], ENDPOINT_ID),
        ).fetchone()
        last = db.execute(
            "SELECT status, answer FROM attempts WHERE event = ? ORDER BY seq DESC LIMIT 1", (body["id"],)
        ).fetchone()
        answer = "" if last is None else str(last["status"] or last["answer"])
        state, attempts = (delivery["state"], delivery["attempts"]) if delivery else ("not sent", 0)
        return {**body, "state": state, "attempts": attempts, "answer": answer}


def routes(runtime: Runtime) -> list[BaseRoute]:
    """Return the panel's route."""
    return [Route("/", ControlPanel(runtime).show, methods=["GET"])]
