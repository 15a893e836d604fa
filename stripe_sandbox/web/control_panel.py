"""The control panel: the sandbox on one page, with plain forms that post to the control API."""

import time
from datetime import UTC, datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from stripe_sandbox.domain import payment_methods, subscriptions
from stripe_sandbox.domain.billing_periods import DAY
from stripe_sandbox.fault_injection import KINDS
from stripe_sandbox.runtime import Runtime
from stripe_sandbox.settings import ENDPOINT_ID
from stripe_sandbox.state import State
from stripe_sandbox.store import Json
from stripe_sandbox.web.rendering import render
from stripe_sandbox.webhook_delivery import WebhookDispatcher

SHOWN = 30  # objects of each kind, the newest


async def show(runtime: Runtime, request: Request) -> Response:
    """Show the sandbox and the result of the last command."""
    state, store, dispatcher = runtime.state, runtime.store, runtime.dispatcher
    now = state.now()
    return render(
        "control_panel.html",
        note=request.query_params.get("note", ""),
        error=request.query_params.get("error", ""),
        now=datetime.fromtimestamp(now, UTC),
        ahead=round((now - time.time()) / DAY, 1),
        mode=dispatcher.mode,
        counts=dispatcher.counts(),
        webhook=(state.get_or_none(ENDPOINT_ID) or {}).get("url", ""),
        sessions=[_named(state, session) for session in store.find("checkout.session", limit=SHOWN)],
        subscriptions=[
            _subscription(state, subscription) for subscription in store.find("subscription", limit=SHOWN)
        ],
        payments=[_payment(state, charge) for charge in store.find("charge", limit=SHOWN)],
        open_invoices=[_named(state, invoice) for invoice in store.find("invoice", status="open")],
        events=[_event(dispatcher, event) for event in store.find("event", limit=SHOWN)],
        faults=runtime.faults.waiting,
        kinds=KINDS,
        ended=subscriptions.ENDED,
    )


def _named(state: State, body: Json) -> Json:
    customer = state.get_or_none(body["customer"]) or {}
    name = customer.get("email") or customer.get("name") or body["customer"]
    return {**body, "customer_name": name or "not yet known"}


def _subscription(state: State, body: Json) -> Json:
    item = body["items"]["data"][0]
    product = state.get_or_none(item["price"]["product"]) or {}
    return {
        **_named(state, body),
        "item": item,
        "plan": product.get("name", ""),
        "card_fails": payment_methods.fails(state, body["customer"]),
    }


def _payment(state: State, body: Json) -> Json:
    disputes = state.store.find("dispute", charge=body["id"])
    return {**_named(state, body), "dispute": disputes[0] if disputes else None}


def _event(dispatcher: WebhookDispatcher, body: Json) -> Json:
    deliveries = dispatcher.deliveries_of(body["id"])
    default = next((delivery for delivery in deliveries if delivery["endpoint"] == ENDPOINT_ID), None)
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
    return [Route("/", partial(show, runtime), methods=["GET"])]
