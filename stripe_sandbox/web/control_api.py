"""Control over HTTP: everything that a test, or the control panel, may ask of the sandbox."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.routing import Route

from stripe_sandbox.domain import checkout_payments, customers, due_work, refunds, renewals, subscriptions
from stripe_sandbox.errors import CardDeclined, StripeError
from stripe_sandbox.settings import ENDPOINT_ID
from stripe_sandbox.web.command_endpoint import Handler, as_endpoint
from stripe_sandbox.webhook_delivery import ensure_endpoint

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from stripe_sandbox.runtime import Runtime
    from stripe_sandbox.store import Json

DAY = 86400
MAX_ADVANCE = 5 * 366 * DAY
MAX_AHEAD = 20 * 366 * DAY


class ControlApi:
    """The JSON interface under `/_sandbox/`."""

    def __init__(self, runtime: Runtime) -> None:
        """Take the sandbox to control."""
        self.runtime = runtime
        self.state = runtime.state

    # The sandbox as a whole

    async def health(self, _request: Request, _body: Json) -> Json:
        """Say that the sandbox is up."""
        return {"status": "ok", "url": self.state.settings.base_url}

    async def reset(self, _request: Request, body: Json) -> Json:
        """Forget everything; keep the webhook address, unless the body names another."""
        settings = self.state.settings
        settings.delivery = body.get("delivery", settings.delivery)
        self.runtime.reset()
        return {"status": "ok"}

    async def webhook(self, _request: Request, body: Json) -> Json:
        """Change where events go, what signs them, and which are sent."""
        settings = self.state.settings
        settings.webhook_url = body.get("url", settings.webhook_url)
        settings.webhook_secret = body.get("secret", settings.webhook_secret)
        with self.state.store.transaction():
            ensure_endpoint(self.state, url=settings.webhook_url, secret=settings.webhook_secret)
            if body.get("enabled_events"):
                endpoint = self.state.get("webhook_endpoint", ENDPOINT_ID)
                self.state.change(endpoint, enabled_events=body["enabled_events"])
        return {"url": settings.webhook_url}

    async def settings(self, _request: Request, body: Json) -> Json:
        """Say what becomes of a subscription whose payment was retried to the end."""
        outcome = body.get("after_retries", "canceled")
        if outcome not in ("canceled", "unpaid", "past_due"):
            raise StripeError("after_retries must be canceled, unpaid or past_due.", param="after_retries")
        self.state.store.set_meta("after_retries", outcome)
        return {"after_retries": outcome}

    # The clock

    async def clock(self, _request: Request, _body: Json) -> Json:
        """Return the sandbox's time."""
        return {"now": self.state.now(), "offset": self.state.store.meta("clock_offset", 0)}

    async def advance(self, _request: Request, body: Json) -> Json:
        """Move the clock forward by days, hours and seconds, or to a moment; what falls due is done on the way."""
        state = self.state
        target = body.get("to")
        if target is None:
            target = state.now() + int(
                body.get("days", 0) * DAY + body.get("hours", 0) * 3600 + body.get("seconds", 0)
            )
        if not state.now() <= target <= state.now() + MAX_ADVANCE:
            raise StripeError("The clock can go forward only, by five years at most.", param="to")
        with state.store.transaction():
            done = due_work.run(state, target)
            state.set_clock(target)
        return {"now": state.now(), "done": done}

    # Customers do things

    async def pay(self, request: Request, body: Json) -> Json:
        """Pay a Checkout session; `card` picks a test card, `later` a delayed method."""
        session = self._get(request, "checkout.session")
        try:
            with self.state.store.transaction():
                paid = checkout_payments.pay(
                    self.state,
                    session,
                    card=body.get("card", "4242424242424242"),
                    later=bool(body.get("later")),
                )
        except CardDeclined as error:
            with self.state.store.transaction():
                fresh = self._get(request, "checkout.session")
                checkout_payments.record_decline(self.state, fresh, decline_code=error.decline_code)
            raise
        return {**paid, "redirect_to": checkout_payments.success_url(paid)}

    async def decline(self, request: Request, body: Json) -> Json:
        """Let the bank decline a payment on the Checkout page; the session stays open."""
        with self.state.store.transaction():
            code = body.get("decline_code", "generic_decline")
            return checkout_payments.record_decline(
                self.state, self._get(request, "checkout.session"), decline_code=code
            )

    async def expire(self, request: Request, _body: Json) -> Json:
        """Let a Checkout session expire now."""
        with self.state.store.transaction():
            return checkout_payments.expire(self.state, self._get(request, "checkout.session"))

    async def settle(self, request: Request, body: Json) -> Json:
        """End a delayed payment, well or badly."""
        with self.state.store.transaction():
            session = self._get(request, "checkout.session")
            return checkout_payments.finish_delayed_payment(
                self.state, session, succeeds=body.get("succeeds", True)
            )

    async def card(self, request: Request, body: Json) -> Json:
        """Make all cards of a customer decline from now on, or (without a decline code) work again."""
        customer = self._get(request, "customer")
        with self.state.store.transaction():
            changed = customers.set_decline(self.state, customer["id"], body.get("decline_code"))
        return {"cards": changed}

    async def discount(self, request: Request, body: Json) -> Json:
        """Give a customer a discount by coupon."""
        with self.state.store.transaction():
            return customers.add_discount(self.state, self._get(request, "customer"), str(body.get("coupon")))

    # Subscriptions, refunds, disputes

    async def renew(self, request: Request, _body: Json) -> Json:
        """Bill a subscription's next period now, without moving the clock; return the subscription."""
        subscription = self._get(request, "subscription")
        if subscription["status"] in subscriptions.ENDED:
            raise StripeError(f"This subscription is {subscription['status']}: it cannot renew.")
        if subscription["items"]["data"][0]["current_period_end"] > self.state.now() + MAX_AHEAD:
            raise StripeError("This subscription is paid for twenty years ahead; that is enough.")
        with self.state.store.transaction():
            renewals.renew(self.state, subscription)
        return self._get(request, "subscription")

    async def cancel(self, request: Request, body: Json) -> Json:
        """Cancel a subscription now, or with its period."""
        subscription = self._get(request, "subscription")
        with self.state.store.transaction():
            if body.get("at_period_end"):
                return subscriptions.set_cancel_at_period_end(self.state, subscription, cancels=True)
            return subscriptions.cancel(self.state, subscription)

    async def retry(self, request: Request, _body: Json) -> Json:
        """Try the payment of an open invoice again now; return the invoice."""
        invoice = self._get(request, "invoice")
        if invoice["status"] != "open":
            raise StripeError(f"This invoice is {invoice['status']}: there is nothing to pay.")
        with self.state.store.transaction():
            renewals.retry(self.state, invoice)
        return self._get(request, "invoice")

    async def refund(self, request: Request, body: Json) -> Json:
        """Refund a charge, in full or `amount` minor units of it."""
        with self.state.store.transaction():
            return refunds.refund(self.state, self._charge(request), amount=body.get("amount"))

    async def dispute(self, request: Request, body: Json) -> Json:
        """Let the customer's bank dispute a charge."""
        with self.state.store.transaction():
            return refunds.open_dispute(self.state, self._charge(request), amount=body.get("amount"))

    async def close_dispute(self, request: Request, body: Json) -> Json:
        """End a dispute, won or lost."""
        with self.state.store.transaction():
            return refunds.close_dispute(self.state, self._get(request, "dispute"), won=bool(body.get("won")))

    # Events

    async def events(self, request: Request, _body: Json) -> Json:
        """List events, oldest first, each with its deliveries and their attempts."""
        kind, state = request.query_params.get("type"), request.query_params.get("state")
        where, values = "1", []
        if kind:
            where += " AND json_extract(body, '$.type') GLOB ?"
            values.append(kind)
        if state:
            where += " AND id IN (SELECT event FROM deliveries WHERE state = ?)"
            values.append(state)
        found = self.state.store.select("event", where, tuple(values), order="seq ASC")
        return {"data": [self._with_deliveries(event) for event in found]}

    def _with_deliveries(self, event: Json) -> Json:
        db = self.state.store.db
        rows = db.execute("SELECT * FROM deliveries WHERE event = ? ORDER BY seq", (event["id"],))
        deliveries = [{"endpoint": row["endpoint"], "state": row["state"], "attempts": []} for row in rows]
        tried = db.execute("SELECT * FROM attempts WHERE event = ? ORDER BY seq", (event["id"],)).fetchall()
        for delivery in deliveries:
            delivery["attempts"] = [
                {"at": row["at"], "status": row["status"], "answer": row["answer"], "seconds": row["seconds"]}
                for row in tried
                if row["endpoint"] == delivery["endpoint"]
            ]
        return {**event, "deliveries": deliveries}

    async def deliver(self, request: Request, body: Json) -> Json:
        """Deliver an event `times` times, `concurrency` at once; return every answer."""
        event = self._get(request, "event")
        return {
            "answers": await self._deliver_all(
                [event["id"]] * body.get("times", 1), body.get("concurrency", 1)
            )
        }

    async def deliver_pending(self, _request: Request, body: Json) -> Json:
        """Deliver all that is pending; `order` (a list of event ids) and `concurrency` say how."""
        db = self.state.store.db
        rows = db.execute(
            "SELECT event FROM deliveries WHERE state = 'pending' AND endpoint = ? ORDER BY seq",
            (ENDPOINT_ID,),
        )
        pending = [row["event"] for row in rows]
        order = body.get("order")
        if order is not None:
            unknown = [one for one in order if self.state.get_or_none(one) is None]
            if unknown:
                raise StripeError(f"No such event: '{unknown[0]}'", status=404, code="resource_missing")
            pending = list(order)
        elif body.get("reverse"):
            pending.reverse()
        return {"answers": await self._deliver_all(pending, body.get("concurrency", 1))}

    async def _deliver_all(self, events: list[str], concurrency: int) -> list[Json]:
        gate = asyncio.Semaphore(max(1, concurrency))

        async def one(event: str) -> Json:
            async with gate:
                return await self.runtime.dispatcher.attempt(event)

        return list(await asyncio.gather(*(one(event) for event in events)))

    async def drop(self, _request: Request, body: Json) -> Json:
        """Drop pending deliveries for ever: those of `events`, or all."""
        db = self.state.store.db
        wanted = body.get("events")
        query = "UPDATE deliveries SET state = 'dropped' WHERE state = 'pending'"
        if wanted is None:
            return {"dropped": db.execute(query).rowcount}
        return {"dropped": sum(db.execute(f"{query} AND event = ?", (event,)).rowcount for event in wanted)}

    async def delivery(self, _request: Request, body: Json) -> Json:
        """Switch between `automatic` and `manual` delivery, or say which it is."""
        mode = body.get("mode")
        if mode not in (None, "automatic", "manual"):
            raise StripeError("mode must be automatic or manual.", param="mode")
        if mode:
            self.state.store.set_meta("delivery", mode)
        return {"mode": self.runtime.dispatcher.mode, **self.runtime.dispatcher.counts()}

    async def wait(self, _request: Request, body: Json) -> Json:
        """Wait until nothing is pending, for `timeout` seconds at most."""
        idle = await self.runtime.dispatcher.wait_idle(float(body.get("timeout", 10)))
        return {"idle": idle, **self.runtime.dispatcher.counts()}

    # Faults

    async def faults(self, _request: Request, _body: Json) -> Json:
        """List the failures that are waiting to happen."""
        return {"data": self.runtime.faults.as_json()}

    async def add_fault(self, _request: Request, body: Json) -> Json:
        """Let requests fail: see `Fault`."""
        try:
            return {"id": self.runtime.faults.add(**body).id}
        except (TypeError, ValueError) as error:
            raise StripeError(str(error)) from error

    async def clear_faults(self, _request: Request, _body: Json) -> Json:
        """Let requests succeed again."""
        self.runtime.faults.clear()
        return {"status": "ok"}

    # Helpers

    def _get(self, request: Request, kind: str) -> Json:
        return self.state.get(kind, request.path_params["id"])

    def _charge(self, request: Request) -> Json:
        """The charge that the path names: itself, or by its payment intent, invoice or Checkout session."""
        body = self.state.get_or_none(request.path_params["id"])
        for _ in range(3):
            kind = body["object"] if body else None
            if body is None or kind == "charge":
                break
            if kind == "payment_intent":
                body = self.state.get_or_none(body["latest_charge"])
            elif kind == "invoice":
                entry = next(iter(self.state.store.find("invoice_payment", invoice=body["id"])), None)
                body = self.state.get_or_none(entry["payment"]["payment_intent"]) if entry else None
            elif kind == "checkout.session":
                body = self.state.get_or_none(body["payment_intent"] or body["invoice"])
            else:
                body = None
        if body is None or body["object"] != "charge":
            raise StripeError(
                f"No charge belongs to '{request.path_params['id']}'", status=404, code="resource_missing"
            )
        return body


def routes(runtime: Runtime) -> list[BaseRoute]:
    """Return the routes of the control interface."""
    control = ControlApi(runtime)
    table: list[tuple[str, str, Handler]] = [
        ("GET", "health", control.health),
        ("POST", "reset", control.reset),
        ("POST", "webhook", control.webhook),
        ("POST", "settings", control.settings),
        ("GET", "clock", control.clock),
        ("POST", "clock/advance", control.advance),
        ("POST", "checkout/{id}/pay", control.pay),
        ("POST", "checkout/{id}/decline", control.decline),
        ("POST", "checkout/{id}/expire", control.expire),
        ("POST", "checkout/{id}/settle", control.settle),
        ("POST", "customers/{id}/card", control.card),
        ("POST", "customers/{id}/discount", control.discount),
        ("POST", "subscriptions/{id}/renew", control.renew),
        ("POST", "subscriptions/{id}/cancel", control.cancel),
        ("POST", "invoices/{id}/retry", control.retry),
        ("POST", "refund/{id}", control.refund),
        ("POST", "dispute/{id}", control.dispute),
        ("POST", "disputes/{id}/close", control.close_dispute),
        ("GET", "events", control.events),
        ("POST", "events/{id}/deliver", control.deliver),
        ("POST", "deliver", control.deliver_pending),
        ("POST", "drop", control.drop),
        ("GET", "delivery", control.delivery),
        ("POST", "delivery", control.delivery),
        ("POST", "wait", control.wait),
        ("GET", "faults", control.faults),
        ("POST", "faults", control.add_fault),
        ("POST", "faults/clear", control.clear_faults),
    ]
    return [
        Route(f"/_sandbox/{path}", as_endpoint(handler), methods=[method]) for method, path, handler in table
    ]
