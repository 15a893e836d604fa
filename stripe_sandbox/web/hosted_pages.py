"""The pages that Stripe hosts: Checkout, the customer portal and invoices."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from stripe_sandbox.domain import (
    checkout_payments,
    checkout_sessions,
    customers,
    payment_methods,
    renewals,
    subscription_changes,
    subscriptions,
)
from stripe_sandbox.errors import StripeError
from stripe_sandbox.runtime import Runtime
from stripe_sandbox.store import Json
from stripe_sandbox.web.rendering import render

SEE_OTHER = 303


class HostedPages:
    """The hosted pages of one sandbox."""

    def __init__(self, runtime: Runtime) -> None:
        self.state = runtime.state

    def _find(self, request: Request, kind: str) -> Json | None:
        found = self.state.get_or_none(request.path_params["id"])
        return found if found and found["object"] == kind else None

    def _not_found(self) -> Response:
        text = "This page does not exist, or no longer does."
        return render("message.html", 404, title="Page not found", text=text)

    # Checkout

    async def show_checkout(self, request: Request) -> Response:
        """Show what is sold, with the ways to pay."""
        session = self._find(request, "checkout.session")
        return self._checkout(session) if session else self._not_found()

    async def submit_checkout(self, request: Request) -> Response:
        """Pay (also without a body), decline, cancel, or pay by a delayed method."""
        session = self._find(request, "checkout.session")
        if session is None:
            return self._not_found()
        form = await _form(request)
        action = form.get("action", "pay")
        if action == "cancel":
            return RedirectResponse(session["cancel_url"] or session["success_url"], SEE_OTHER)
        if session["status"] != "open":
            return self._checkout(session, status=409)
        if action == "decline":
            with self.state.store.transaction():
                checkout_payments.record_decline(self.state, session)
            return self._checkout(session, error="Your card was declined.", status=402)
        try:
            paid = checkout_payments.pay(
                self.state,
                session,
                card=form.get("card") or payment_methods.DEFAULT_CARD,
                email=form.get("email"),
                later=action == "later",
            )
        except StripeError as error:
            unpaid = self.state.get("checkout.session", session["id"])
            return self._checkout(unpaid, error=str(error), status=error.status)
        return RedirectResponse(checkout_payments.success_url(paid), SEE_OTHER)

    def _checkout(self, session: Json, *, error: str = "", status: int = 200) -> Response:
        private = self.state.store.private(session["id"])
        return render(
            "checkout.html",
            status,
            session=session,
            rows=checkout_sessions.line_items(self.state, session)["data"],
            error=error,
            trial=private["trial"],
            trial_days=private["subscription_data"].get("trial_period_days"),
        )

    # The customer portal

    async def show_portal(self, request: Request) -> Response:
        """Show a customer's subscriptions, card and invoices."""
        session = self._find(request, "billing_portal.session")
        return self._portal(session) if session else self._not_found()

    async def submit_portal(self, request: Request) -> Response:
        """Cancel or resume a subscription, or change the card."""
        session = self._find(request, "billing_portal.session")
        if session is None:
            return self._not_found()
        form = await _form(request)
        try:
            with self.state.store.transaction():
                note = self._act(session, form)
        except StripeError as error:
            return self._portal(session, error=str(error), status=error.status)
        return self._portal(session, note=note)

    def _portal(self, session: Json, *, note: str = "", error: str = "", status: int = 200) -> Response:
        state = self.state
        customer = state.get_or_none(session["customer"])
        if not customer or customer.get("deleted"):
            return self._not_found()
        own = state.store.find("subscription", customer=customer["id"])
        names = {
            item["id"]: (state.get_or_none(item["price"]["product"]) or {}).get("name", "")
            for subscription in own
            for item in subscription["items"]["data"]
        }
        return render(
            "customer_portal.html",
            status,
            session=session,
            customer=customer,
            subscriptions=own,
            names=names,
            methods=state.store.find("payment_method", customer=customer["id"]),
            invoices=state.store.find("invoice", customer=customer["id"]),
            ended=subscriptions.ENDED,
            note=note,
            error=error,
        )

    def _act(self, session: Json, form: Mapping[str, str]) -> str:
        """Do what a form of the portal asks for; return the message to show."""
        state, action = self.state, form.get("action", "")
        if action == "card":
            self._change_card(session["customer"], form.get("card") or payment_methods.DEFAULT_CARD)
            return "The new card is in use."
        subscription = state.get("subscription", form.get("subscription", ""))
        if subscription["customer"] != session["customer"]:
            raise StripeError("This subscription belongs to another customer.", status=403)
        if action == "cancel":
            subscriptions.set_cancel_at_period_end(state, subscription, cancels=True)
            return "The subscription ends with its current period."
        if action == "cancel_now":
            subscriptions.cancel(state, subscription)
            return "The subscription has ended."
        if action != "resume":
            raise StripeError("Unknown action.", param="action")
        if subscription["status"] == "paused":
            subscription_changes.resume(state, subscription)
        else:
            subscriptions.set_cancel_at_period_end(state, subscription, cancels=False)
        return "The subscription continues."

    def _change_card(self, customer_id: str, number: str) -> None:
        """Use a new card for the customer's subscriptions, and pay the open invoices with it."""
        state = self.state
        method = payment_methods.create_card(state, number=number)
        payment_methods.attach(state, method, customer_id)
        customers.set_default_method(state, state.get("customer", customer_id), method["id"])
        for subscription in state.store.find("subscription", customer=customer_id):
            if subscription["status"] not in subscriptions.ENDED:
                state.change(
                    subscription, "customer.subscription.updated", default_payment_method=method["id"]
                )
        for invoice in state.store.find("invoice", customer=customer_id, status="open"):
            if invoice["collection_method"] == "charge_automatically":
                renewals.retry(state, invoice)

    # Invoices

    async def show_invoice(self, request: Request) -> Response:
        """Show an invoice."""
        invoice = self._find(request, "invoice")
        return render("invoice.html", invoice=invoice) if invoice else self._not_found()


async def _form(request: Request) -> dict[str, str]:
    return {key: str(value) for key, value in (await request.form()).items()}


def routes(runtime: Runtime) -> list[BaseRoute]:
    """Return the routes of the hosted pages."""
    pages = HostedPages(runtime)
    return [
        Route("/c/pay/{id}", pages.show_checkout, methods=["GET"]),
        Route("/c/pay/{id}", pages.submit_checkout, methods=["POST"]),
        Route("/p/session/{id}", pages.show_portal, methods=["GET"]),
        Route("/p/session/{id}", pages.submit_portal, methods=["POST"]),
        Route("/i/{account}/{id}", pages.show_invoice, methods=["GET"]),
    ]
