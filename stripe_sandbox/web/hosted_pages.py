"""The pages that Stripe hosts: Checkout and the customer portal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from stripe_sandbox.domain import (
    checkout_payments,
    customers,
    invoices,
    renewals,
    subscription_changes,
    subscriptions,
)
from stripe_sandbox.domain.invoice_lines import currency_text
from stripe_sandbox.errors import CardDeclined, StripeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from stripe_sandbox.runtime import Runtime
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json

SEE_OTHER = 303
GOOD_CARD = "4242424242424242"
templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.filters["money"] = currency_text
templates.filters["day"] = lambda moment: f"{datetime.fromtimestamp(moment, UTC):%-d %B %Y}"
templates.filters["moment"] = lambda moment: f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M:%S}"


def page(name: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a rendered page that may load nothing from elsewhere."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return HTMLResponse(templates.get_template(name).render(**context), status, headers)


def every(price: Json) -> str:
    """Return how often a price is paid: `per month`, `every 3 months`, or nothing."""
    recurring = price["recurring"]
    if not recurring:
        return ""
    count = recurring["interval_count"]
    return f"per {recurring['interval']}" if count == 1 else f"every {count} {recurring['interval']}s"


class HostedPages:
    """The hosted pages of one sandbox."""

    def __init__(self, runtime: Runtime) -> None:
        """Take the sandbox's runtime."""
        self.state: State = runtime.state

    def _session(self, request: Request) -> Json | None:
        found = self.state.get_or_none(request.path_params["session"])
        return found if found and found["object"] == "checkout.session" else None

    # Checkout

    async def show_checkout(self, request: Request) -> Response:
        """Show what is sold, and how it may be paid."""
        session = self._session(request)
        return self._checkout(session, "") if session else self._missing()

    async def submit_checkout(self, request: Request) -> Response:
        """Pay (the default, also without a body), be declined, cancel, or pay later."""
        session = self._session(request)
        if session is None:
            return self._missing()
        form = {key: str(value) for key, value in (await request.form()).items()}
        action = form.get("action", "pay")
        if action == "cancel":
            return RedirectResponse(session["cancel_url"] or session["success_url"], SEE_OTHER)
        if session["status"] != "open":
            return self._checkout(session, "", status=409)
        try:
            with self.state.store.transaction():
                if action == "decline":
                    raise CardDeclined(decline_code="generic_decline")  # noqa: TRY301  # as if the bank had
                paid = checkout_payments.pay(
                    self.state,
                    session,
                    card=form.get("card") or GOOD_CARD,
                    email=form.get("email"),
                    later=action == "later",
                )
        except CardDeclined as error:
            with self.state.store.transaction():
                fresh = self.state.get("checkout.session", session["id"])
                checkout_payments.record_decline(self.state, fresh, decline_code=error.decline_code)
            return self._checkout(fresh, str(error), status=402)
        except StripeError as error:
            return self._checkout(
                self.state.get("checkout.session", session["id"]), str(error), status=error.status
            )
        return RedirectResponse(checkout_payments.success_url(paid), SEE_OTHER)

    def _checkout(self, session: Json, error: str, status: int = 200) -> Response:
        rows = checkout_payments.line_items(self.state, session)["data"]
        private = self.state.store.private(session["id"])
        return page(
            "checkout.html", status, session=session, rows=rows, error=error, every=every, trial=private.get("trial"),
            trial_days=(private.get("subscription_data") or {}).get("trial_period_days"),
        )  # fmt: skip

    def _missing(self) -> Response:
        return page(
            "message.html", 404, title="No such page", text="This session does not exist, or no longer does."
        )

    # The customer portal

    async def show_portal(self, request: Request) -> Response:
        """Show a customer's subscriptions, card and invoices."""
        session = self.state.get_or_none(request.path_params["session"])
        if not session or session["object"] != "billing_portal.session":
            return self._missing()
        return self._portal(session, "")

    def _portal(self, session: Json, note: str, *, error: str = "", status: int = 200) -> Response:
        state = self.state
        customer = state.get_or_none(session["customer"])
        if not customer or customer.get("deleted"):
            return self._missing()
        own = state.store.find("subscription", customer=customer["id"])
        methods = state.store.find("payment_method", customer=customer["id"])
        names = {
            item["id"]: (state.get_or_none(item["price"]["product"]) or {}).get("name", "")
            for one in own
            for item in one["items"]["data"]
        }
        return page(
            "customer_portal.html", status, session=session, customer=customer, subscriptions=own, methods=methods, names=names,
            invoices=state.store.find("invoice", customer=customer["id"]), every=every, note=note, error=error,
            ended=subscriptions.ENDED,
        )  # fmt: skip

    async def submit_portal(self, request: Request) -> Response:
        """Cancel, resume, or change the card."""
        session = self.state.get_or_none(request.path_params["session"])
        if not session or session["object"] != "billing_portal.session":
            return self._missing()
        form = {key: str(value) for key, value in (await request.form()).items()}
        try:
            with self.state.store.transaction():
                note = self._act(session, form)
        except StripeError as error:
            return self._portal(session, "", error=str(error), status=error.status)
        return self._portal(session, note)

    def _act(self, session: Json, form: Mapping[str, str]) -> str:
        state, action = self.state, form.get("action", "")
        if action == "card":
            return self._new_card(session["customer"], form.get("card") or GOOD_CARD)
        subscription = state.get("subscription", form.get("subscription", ""))
        if subscription["customer"] != session["customer"]:
            raise StripeError("This subscription is another customer's.", status=403)
        if action == "cancel":
            subscriptions.set_cancel_at_period_end(state, subscription, cancels=True)
            return "The subscription ends with its current period."
        if action == "cancel_now":
            subscriptions.cancel(state, subscription)
            return "The subscription has ended."
        if action == "resume":
            if subscription["status"] == "paused":
                subscription_changes.resume(state, subscription)
            else:
                subscriptions.set_cancel_at_period_end(state, subscription, cancels=False)
            return "The subscription goes on."
        raise StripeError("Unknown action.", param="action")

    def _new_card(self, customer_id: str, number: str) -> str:
        state = self.state
        method = customers.add_card(state, number=number, customer=customer_id)
        customers.set_default_method(state, state.get("customer", customer_id), method["id"])
        for subscription in state.store.find("subscription", customer=customer_id):
            if subscription["status"] not in subscriptions.ENDED:
                state.change(
                    subscription, "customer.subscription.updated", default_payment_method=method["id"]
                )
        for invoice in state.store.find("invoice", customer=customer_id, status="open"):
            if invoice["collection_method"] == "charge_automatically":
                renewals.retry(state, invoice)
        return "The new card is in use."

    # Invoices

    async def show_invoice(self, request: Request) -> Response:
        """Show an invoice as its customer sees it."""
        invoice = self.state.get_or_none(request.path_params["invoice"])
        if not invoice or invoice["object"] != "invoice":
            return self._missing()
        return page("invoice.html", invoice=invoice, subscription=invoices.subscription_id_of(invoice))


def routes(runtime: Runtime) -> list[BaseRoute]:
    """Return the routes of the hosted pages."""
    pages = HostedPages(runtime)
    return [
        Route("/c/pay/{session}", pages.show_checkout, methods=["GET"]),
        Route("/c/pay/{session}", pages.submit_checkout, methods=["POST"]),
        Route("/p/session/{session}", pages.show_portal, methods=["GET"]),
        Route("/p/session/{session}", pages.submit_portal, methods=["POST"]),
        Route("/i/{account}/{invoice}", pages.show_invoice, methods=["GET"]),
    ]
