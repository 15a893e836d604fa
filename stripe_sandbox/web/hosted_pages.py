"""The pages that Stripe hosts: Checkout, the customer portal and invoices."""

from collections.abc import Callable

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
Form = dict[str, str]  # of a GET request: empty


class HostedPages:
    """The hosted pages of one sandbox."""

    def __init__(self, runtime: Runtime) -> None:
        self.state = runtime.state

    def route(
        self, method: str, path: str, kind: str, serve: Callable[[Json, Form], Response | None]
    ) -> BaseRoute:
        """Return a route that serves the object with the id in the path, or 404 if there is none."""

        async def endpoint(request: Request) -> Response:
            found = self.state.get_or_none(request.path_params["id"])
            form = {key: str(value) for key, value in (await request.form()).items()}
            response = serve(found, form) if found and found["object"] == kind else None
            text = "This page does not exist, or no longer does."
            return response or render("message.html", 404, title="Page not found", text=text)

        return Route(path, endpoint, methods=[method])

    # Checkout

    def submit_checkout(self, session: Json, form: Form) -> Response:
        """Pay (also without a body), decline, cancel, or pay by a delayed method."""
        action = form.get("action", "pay")
        if action == "cancel":
            return RedirectResponse(session["cancel_url"] or session["success_url"], SEE_OTHER)
        if session["status"] != "open":
            return self.show_checkout(session, status=409)
        if action == "decline":
            with self.state.store.transaction():
                checkout_payments.record_decline(self.state, session)
            return self.show_checkout(session, error="Your card was declined.", status=402)
        try:
            paid = checkout_payments.pay(
                self.state,
                session,
                card=form.get("card") or payment_methods.DEFAULT_CARD,
                email=form.get("email"),
                later=action == "later",
                quantity=form.get("quantity") or None,
                promotion_code=form.get("promotion_code"),
                country=form.get("country"),
            )
        except StripeError as error:
            unpaid = self.state.get("checkout.session", session["id"])
            return self.show_checkout(unpaid, error=str(error), status=error.status)
        return RedirectResponse(checkout_payments.success_url(paid), SEE_OTHER)

    def show_checkout(
        self, session: Json, _form: Form | None = None, *, error: str = "", status: int = 200
    ) -> Response:
        """Show the session's items and payment methods."""
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

    def submit_portal(self, session: Json, form: Form) -> Response | None:
        """Cancel, resume or change a subscription, or change the card."""
        try:
            with self.state.store.transaction():
                note = self._act(session, form)
        except StripeError as error:
            return self.show_portal(session, error=str(error), status=error.status)
        return self.show_portal(session, note=note)

    def show_portal(
        self, session: Json, _form: Form | None = None, *, note: str = "", error: str = "", status: int = 200
    ) -> Response | None:
        """Show a customer's subscriptions, card and invoices."""
        state = self.state
        customer = state.get_or_none(session["customer"])
        if not customer or customer.get("deleted"):
            return None
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
            choices=self._prices_to_change_to(session),
            methods=state.store.find("payment_method", customer=customer["id"]),
            invoices=state.store.find("invoice", customer=customer["id"]),
            ended=subscriptions.ENDED,
            note=note,
            error=error,
        )

    def _act(self, session: Json, form: Form) -> str:
        """Run the action of a portal form; return the message to show."""
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
        if action == "change":
            self._change_price(session, subscription, form.get("price", ""))
            return "The plan was changed."
        if action != "resume":
            raise StripeError("Unknown action.", param="action")
        if subscription["status"] == "paused":
            subscription_changes.resume(state, subscription)
        else:
            subscriptions.set_cancel_at_period_end(state, subscription, cancels=False)
        return "The subscription continues."

    def _prices_to_change_to(self, session: Json) -> list[tuple[str, Json]]:
        """Return the prices, with their products' names, that the portal's configuration offers."""
        configuration = self.state.get("billing_portal.configuration", session["configuration"])
        update = configuration["features"]["subscription_update"]
        if not update["enabled"] or "price" not in update["default_allowed_updates"]:
            return []
        prices = [
            self.state.get("price", price_id)
            for product in update["products"]
            for price_id in product["prices"]
        ]
        return [
            (self.state.get("product", price["product"])["name"], price)
            for price in prices
            if price["active"]
        ]

    def _change_price(self, session: Json, subscription: Json, price_id: str) -> None:
        """Change the subscription to a price, as the configuration prorates."""
        if price_id not in [price["id"] for _, price in self._prices_to_change_to(session)]:
            raise StripeError("The portal does not offer this price.", param="price")
        configuration = self.state.get("billing_portal.configuration", session["configuration"])
        subscription_changes.change_items(
            self.state,
            subscription,
            [{"id": subscription["items"]["data"][0]["id"], "price": price_id}],
            proration_behavior=configuration["features"]["subscription_update"]["proration_behavior"],
        )

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

    def show_invoice(self, invoice: Json, _form: Form) -> Response:
        """Show an invoice."""
        return render("invoice.html", invoice=invoice)


def routes(runtime: Runtime) -> list[BaseRoute]:
    """Return the routes of the hosted pages."""
    pages = HostedPages(runtime)
    return [
        pages.route("GET", "/c/pay/{id}", "checkout.session", pages.show_checkout),
        pages.route("POST", "/c/pay/{id}", "checkout.session", pages.submit_checkout),
        pages.route("GET", "/p/session/{id}", "billing_portal.session", pages.show_portal),
        pages.route("POST", "/p/session/{id}", "billing_portal.session", pages.submit_portal),
        pages.route("GET", "/i/{account}/{id}", "invoice", pages.show_invoice),
    ]
