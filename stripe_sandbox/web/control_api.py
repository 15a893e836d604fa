"""The control API under `/_sandbox/`: commands for tests and the control panel.

The methods of `stripe_sandbox.testing.Sandbox` describe the commands and their parameters.
"""

from stripe_sandbox.domain import (
    checkout_payments,
    customers,
    disputes,
    due_work,
    invoices,
    payment_methods,
    refunds,
    renewals,
    subscriptions,
)
from stripe_sandbox.domain.billing_periods import DAY
from stripe_sandbox.errors import StripeError
from stripe_sandbox.settings import ENDPOINT_ID
from stripe_sandbox.store import Clause, Json
from stripe_sandbox.web.control_commands import Command, command, routes
from stripe_sandbox.webhook_delivery import ensure_endpoint

__all__ = ["routes"]

MAX_ADVANCE = 5 * 366 * DAY
MAX_AHEAD = 20 * 366 * DAY

# The sandbox as a whole


@command("GET", "health")
def health(call: Command) -> Json:
    return {"status": "ok", "url": call.state.settings.base_url}


@command("POST", "reset")
def reset(call: Command) -> Json:
    settings = call.state.settings
    settings.delivery = call.body.get("delivery", settings.delivery)
    call.runtime.reset()
    return {"status": "ok"}


@command("POST", "webhook")
def set_webhook(call: Command) -> Json:
    state, settings = call.state, call.state.settings
    settings.webhook_url = call.body.get("url", settings.webhook_url)
    settings.webhook_secret = call.body.get("secret", settings.webhook_secret)
    ensure_endpoint(state, url=settings.webhook_url, secret=settings.webhook_secret)
    if call.body.get("enabled_events"):
        endpoint = state.get("webhook_endpoint", ENDPOINT_ID)
        state.change(endpoint, enabled_events=call.body["enabled_events"])
    return {"url": settings.webhook_url}


@command("POST", "settings")
def set_settings(call: Command) -> Json:
    outcome = call.body.get("after_retries", "canceled")
    if outcome not in ("canceled", "unpaid", "past_due"):
        raise StripeError("after_retries must be canceled, unpaid or past_due.", param="after_retries")
    call.state.store.set_meta("after_retries", outcome)
    call.state.store.set_meta("default_portal", bool(call.body.get("default_portal", True)))
    return {"after_retries": outcome}


# The clock


@command("GET", "clock")
def clock(call: Command) -> Json:
    return {"now": call.state.now(), "offset": call.state.store.meta("clock_offset", 0)}


@command("POST", "clock/advance")
def advance(call: Command) -> Json:
    state, body, now = call.state, call.body, call.state.now()
    target = body.get("to")
    if target is None:
        target = now + int(body.get("days", 0) * DAY + body.get("hours", 0) * 3600 + body.get("seconds", 0))
    if not now <= target <= now + MAX_ADVANCE:
        raise StripeError("The clock can go forward only, by five years at most.", param="to")
    done = due_work.run(state, target)
    state.set_clock(target)
    return {"now": state.now(), "done": done}


# Checkout sessions and customers


@command("POST", "checkout/{id}/pay")
async def pay(call: Command) -> Json:
    paid = checkout_payments.pay(
        call.state,
        call.target("checkout.session"),
        card=str(call.body.get("card") or payment_methods.DEFAULT_CARD),
        later=bool(call.body.get("later")),
        **{name: call.body[name] for name in ("quantity", "promotion_code", "country") if name in call.body},
    )
    return {**paid, "redirect_to": checkout_payments.success_url(paid)}


@command("POST", "checkout/{id}/decline")
def decline(call: Command) -> Json:
    code = call.body.get("decline_code", "generic_decline")
    return checkout_payments.record_decline(call.state, call.target("checkout.session"), decline_code=code)


@command("POST", "checkout/{id}/expire")
def expire(call: Command) -> Json:
    return checkout_payments.expire(call.state, call.target("checkout.session"))


@command("POST", "checkout/{id}/settle")
def settle(call: Command) -> Json:
    succeeds = call.body.get("succeeds", True)
    session = call.target("checkout.session")
    return checkout_payments.finish_delayed_payment(call.state, session, succeeds=succeeds)


@command("POST", "customers/{id}/card")
def set_decline(call: Command) -> Json:
    customer = call.target("customer")
    code = call.body.get("decline_code")
    return {"cards": payment_methods.set_decline(call.state, customer["id"], code)}


@command("POST", "customers/{id}/discount")
def add_discount(call: Command) -> Json:
    coupon = str(call.body.get("coupon"))
    return customers.add_discount(call.state, call.target("customer"), coupon)


@command("POST", "objects/{id}/forget")
def forget(call: Command) -> Json:
    return {"forgotten": call.state.store.forget(call.id)}


# Subscriptions and invoices


@command("POST", "subscriptions/{id}/renew")
def renew(call: Command) -> Json:
    subscription = call.target("subscription")
    if subscription["status"] in subscriptions.ENDED:
        raise StripeError(f"This subscription is {subscription['status']}: it cannot renew.")
    if subscription["items"]["data"][0]["current_period_end"] > call.state.now() + MAX_AHEAD:
        raise StripeError("This subscription is already paid for twenty years ahead.")
    renewals.renew(call.state, subscription)
    return call.target("subscription")


@command("POST", "subscriptions/{id}/cancel")
def cancel(call: Command) -> Json:
    subscription = call.target("subscription")
    if call.body.get("at_period_end"):
        return subscriptions.set_cancel_at_period_end(call.state, subscription, cancels=True)
    return subscriptions.cancel(call.state, subscription)


@command("POST", "invoices/{id}/retry")
def retry(call: Command) -> Json:
    invoice = call.target("invoice")
    if invoice["status"] != "open":
        raise StripeError(f"This invoice is {invoice['status']}: there is nothing to pay.")
    renewals.retry(call.state, invoice)
    return call.target("invoice")


@command("POST", "invoices/{id}/pay_part")
def pay_part(call: Command) -> Json:
    state, invoice = call.state, call.target("invoice")
    method = call.body.get("payment_method") or invoices.method_for(state, invoice)
    invoices.pay_part(state, invoice, amount=int(call.body.get("amount", 0)), method=method)
    return _paid(call, invoice)


@command("POST", "invoices/{id}/attach/{intent}")
def attach_payment(call: Command) -> Json:
    state, invoice = call.state, call.target("invoice")
    intent = state.get("payment_intent", str(call.request.path_params["intent"]))
    invoices.attach_payment(state, invoice, intent)
    return _paid(call, invoice)


def _paid(call: Command, invoice: Json) -> Json:
    """Update the subscription if the invoice is paid now; return the invoice."""
    if invoice["status"] == "paid":
        subscriptions.after_payment_attempt(call.state, invoice)
    return invoice


# Refunds and disputes


@command("POST", "refunds/{id}/fail")
def fail_refund(call: Command) -> Json:
    refund = call.target("refund")
    return refunds.fail(call.state, refund, status=str(call.body.get("status", "failed")))


@command("POST", "refund/{id}")
def refund(call: Command) -> Json:
    return refunds.create(call.state, _charge(call), amount=call.body.get("amount"))


@command("POST", "dispute/{id}")
def dispute(call: Command) -> Json:
    return disputes.create(call.state, _charge(call), amount=call.body.get("amount"))


@command("POST", "disputes/{id}/close")
def close_dispute(call: Command) -> Json:
    return disputes.close(call.state, call.target("dispute"), won=bool(call.body.get("won")))


def _charge(call: Command) -> Json:
    """Return the charge that the path names, by its own id or that of an object that it paid."""
    body = call.state.get_or_none(call.id)
    if body and body["object"] == "checkout.session":
        body = call.state.get_or_none(body["payment_intent"] or body["invoice"])
    if body and body["object"] == "invoice":
        body = invoices.payment_intent_of(call.state, body)
    if body and body["object"] == "payment_intent":
        body = call.state.get_or_none(body["latest_charge"])
    if body is None or body["object"] != "charge":
        raise StripeError(f"No charge belongs to '{call.id}'", status=404, code="resource_missing")
    return body


# Events


@command("GET", "events")
def events(call: Command) -> Json:
    kind, state = call.request.query_params.get("type"), call.request.query_params.get("state")
    clauses: list[Clause] = []
    if kind:
        clauses.append(("json_extract(body, '$.type') GLOB ?", (kind,)))
    if state:
        clauses.append(("id IN (SELECT event FROM deliveries WHERE state = ?)", (state,)))
    found = call.state.store.select("event", *clauses, order="seq ASC")
    dispatcher = call.runtime.dispatcher
    return {"data": [{**event, "deliveries": dispatcher.deliveries_of(event["id"])} for event in found]}


@command("POST", "events/{id}/deliver")
async def deliver(call: Command) -> Json:
    return await _deliver(call, [call.target("event")["id"]] * call.body.get("times", 1))


@command("POST", "deliver")
async def deliver_pending(call: Command) -> Json:
    pending = call.runtime.dispatcher.pending_events()
    if call.body.get("reverse"):
        pending.reverse()
    order = call.body.get("order")
    for event_id in order or ():
        call.state.get("event", event_id)
    return await _deliver(call, pending if order is None else order)


async def _deliver(call: Command, event_ids: list[str]) -> Json:
    concurrency = call.body.get("concurrency", 1)
    return {"answers": await call.runtime.dispatcher.attempt_all(event_ids, concurrency=concurrency)}


@command("POST", "drop")
def drop(call: Command) -> Json:
    return {"dropped": call.runtime.dispatcher.drop(call.body.get("events"))}


@command("POST", "delivery")
def delivery(call: Command) -> Json:
    mode = call.body.get("mode")
    if mode not in (None, "automatic", "manual"):
        raise StripeError("mode must be automatic or manual.", param="mode")
    if mode:
        call.state.store.set_meta("delivery", mode)
    return {"mode": call.runtime.dispatcher.mode, **call.runtime.dispatcher.counts()}


@command("POST", "wait")
async def wait(call: Command) -> Json:
    idle = await call.runtime.dispatcher.wait_idle(float(call.body.get("timeout", 10)))
    return {"idle": idle, **call.runtime.dispatcher.counts()}


# Faults


@command("POST", "faults")
def add_fault(call: Command) -> Json:
    try:
        call.runtime.faults.add(**call.body)
    except (TypeError, ValueError) as error:
        raise StripeError(str(error)) from error
    return {"status": "ok"}


@command("POST", "faults/clear")
def clear_faults(call: Command) -> Json:
    call.runtime.faults.clear()
    return {"status": "ok"}
