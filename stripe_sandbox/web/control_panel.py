"""The control panel: the sandbox on one page, with plain forms that post to the control API."""

import time
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from stripe_sandbox.domain import payment_methods, subscriptions
from stripe_sandbox.domain.billing_periods import DAY
from stripe_sandbox.fault_injection import KINDS
from stripe_sandbox.runtime import Runtime
from stripe_sandbox.settings import ENDPOINT_ID
from stripe_sandbox.store import Json
from stripe_sandbox.web.rendering import render

SHOWN = 30  # objects of each kind, the newest


class ControlPanel:
    """The page at `/`."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.state = runtime.state

    async def show(self, request: Request) -> Response:
        """Show the sandbox and the result of the last command."""
        store, now = self.state.store, self.state.now()
        return render(
            "control_panel.html",
            note=request.query_params.get("note", ""),
            error=request.query_params.get("error", ""),
            now=datetime.fromtimestamp(now, UTC),
            ahead=round((now - time.time()) / DAY, 1),
            mode=self.runtime.dispatcher.mode,
            counts=self.runtime.dispatcher.counts(),
            webhook=(self.state.get_or_none(ENDPOINT_ID) or {}).get("url", ""),
            sessions=[self._named(one) for one in store.find("checkout.session", limit=SHOWN)],
            subscriptions=[self._subscription(one) for one in store.find("subscription", limit=SHOWN)],
            payments=[self._payment(one) for one in store.find("charge", limit=SHOWN)],
            open_invoices=[self._named(one) for one in store.find("invoice", status="open")],
            events=[self._event(one) for one in store.find("event", limit=SHOWN)],
            faults=self.runtime.faults.waiting,
            kinds=KINDS,
            ended=subscriptions.ENDED,
        )

    def _named(self, body: Json) -> Json:
        customer = self.state.get_or_none(body["customer"]) or {}
        name = customer.get("email") or customer.get("name") or body["customer"]
        return {**body, "customer_name": name or "not yet known"}

    def _subscription(self, body: Json) -> Json:
        item = body["items"]["data"][0]
        product = self.state.get_or_none(item["price"]["product"]) or {}
        return {
            **self._named(body),
            "item": item,
            "plan": product.get("name", ""),
            "card_fails": payment_methods.fails(self.state, body["customer"]),
        }

    def _payment(self, body: Json) -> Json:
        disputes = self.state.store.find("dispute", charge=body["id"])
        return {**self._named(body), "dispute": disputes[0] if disputes else None}

    def _event(self, body: Json) -> Json:
        deliveries = self.runtime.dispatcher.deliveries_of(body["id"])
        default = next((one for one in deliveries if one["endpoint"] == ENDPOINT_ID), None)
        attempts = default["attempts"] if default else []
        last = attempts[-1] if attempts else None
        return {
            **body,
            "state": default["state"] if default else "not sent",
            "attempts": len(attempts),
            "answer": str(last["status"] or last["answer"]) if last else "",
        }


def routes(runtime: Runtime) -> list[BaseRoute]:
    """Return the route of the panel."""
    return [Route("/", ControlPanel(runtime).show, methods=["GET"])]
