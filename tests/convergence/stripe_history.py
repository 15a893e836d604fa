"""Operations on a customer in Stripe that can be played for two customers alike.

An operation names its object by position ("the second charge"), not by id. Stripe refuses an operation
for both customers or for neither.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import stripe
from hypothesis import strategies as st

from stripe_sandbox.testing import Sandbox, SandboxRefused


@dataclass(frozen=True)
class Operation:
    """The name of an operation, the position of its object, and a choice."""

    name: str
    index: int = 0
    choice: int = 0

    def __repr__(self) -> str:
        return f"{self.name}({self.index}, {self.choice})"


class StripeHistory:
    """The operations on one customer."""

    def __init__(
        self,
        *,
        sandbox: Sandbox,
        api: Any,
        customer_id: str,
        plans: list[str],
        pack: str,
        sell: Callable[[str, str], None],
    ) -> None:
        self.sandbox, self.api, self.customer_id = sandbox, api, customer_id
        self.plans, self.pack_price = plans, pack  # price ids
        self.sell = sell  # the plan of the first price, also at the second one

    def play(self, operation: Operation) -> str:
        """Play an operation and return its outcome, which does not depend on ids."""
        action: Callable[[Operation], None] = getattr(self, operation.name)
        try:
            action(operation)
        except (stripe.InvalidRequestError, stripe.CardError, SandboxRefused) as refused:
            return type(refused).__name__
        except IndexError:
            return "nothing there"
        return "done"

    # Purchases

    def subscribe(self, operation: Operation) -> None:
        """Subscribe through Checkout, at times with quantity 2, with a trial or with a tax added to the price."""
        more: dict[str, Any] = {}
        if operation.index == 2:
            more["subscription_data"] = {"trial_period_days": 14}
        if operation.choice % 4:
            more |= {"automatic_tax": {"enabled": True}, "customer_update": {"address": "auto"}}
        self._checkout(
            "subscription", self._plan(operation), quantity=2 if operation.index == 3 else 1, **more
        )

    def subscribe_in_dashboard(self, operation: Operation) -> None:
        card = self.api.payment_methods.list({"customer": self.customer_id}).data[0]
        self.api.subscriptions.create(
            {
                "customer": self.customer_id,
                "items": [{"price": self._plan(operation), "quantity": 1 + operation.index % 2}],
                "default_payment_method": card.id,
            }
        )

    def buy_pack(self, operation: Operation) -> None:
        """Buy a pack, at times with a delayed payment or with an invoice."""
        more = {"invoice_creation": {"enabled": True}} if operation.index % 2 else {}
        session = self._checkout("payment", self.pack_price, later=operation.choice % 3 == 0, **more)
        if operation.choice % 3 == 0:
            self.sandbox.settle(session, succeeds=operation.choice % 2 == 0)

    def _checkout(self, mode: str, price: str, *, quantity: int = 1, later: bool = False, **more: Any) -> str:
        session = self.api.checkout.sessions.create(
            {
                "mode": mode,
                "customer": self.customer_id,
                "line_items": [{"price": price, "quantity": quantity}],
                "success_url": "https://client.example/thanks",
                **more,
            }
        )
        self.sandbox.pay(session.id, later=later)
        return str(session.id)

    # Subscriptions

    def renew(self, operation: Operation) -> None:
        self.sandbox.renew(self._subscription(operation).id)

    def fail(self, operation: Operation) -> None:
        self.sandbox.decline_cards(self.customer_id)
        self.sandbox.renew(self._subscription(operation).id)
        if operation.choice % 2:
            self.sandbox.restore_cards(self.customer_id)

    def recover(self, operation: Operation) -> None:
        self.sandbox.restore_cards(self.customer_id)
        self.sandbox.retry(self._subscription(operation).latest_invoice)

    def pay_in_parts(self, operation: Operation) -> None:
        """Bill a renewal and pay a part of it. Then pay the rest, refund the part, or leave it."""
        subscription = self._subscription(operation)
        self.sandbox.decline_cards(self.customer_id)
        try:
            self.sandbox.renew(subscription.id)
        finally:
            self.sandbox.restore_cards(self.customer_id)
        invoice = self.api.subscriptions.retrieve(subscription.id).latest_invoice
        remaining = self.api.invoices.retrieve(invoice).amount_remaining
        self.sandbox.pay_part(invoice, amount=remaining * (operation.choice % 9 + 1) // 10)
        if operation.index == 1:
            self.sandbox.refund(self._all(self.api.charges)[-1].id, amount=1 + operation.choice)
        if operation.choice % 3 == 0:
            self.sandbox.pay_part(invoice, amount=self.api.invoices.retrieve(invoice).amount_remaining)
        elif operation.choice % 3 == 1:
            self.api.invoices.pay(invoice, {"paid_out_of_band": operation.index == 2})

    def change(self, operation: Operation) -> None:
        behavior = ("always_invoice", "create_prorations", "none")[operation.choice % 3]
        self._change(operation, self._plan(operation), behavior)

    def change_and_back(self, operation: Operation) -> None:
        """Change to another plan and back, twice, each billed at once, as in the portal."""
        before = self._subscription(operation).to_dict()["items"]["data"][0]["price"]["id"]
        other = [price for price in self.plans if price != before][operation.choice % 2]
        for price in (other, before) * 2:
            self._change(operation, price, "always_invoice")

    def _change(self, operation: Operation, price: str, behavior: str) -> None:
        subscription = self._subscription(operation).to_dict()
        item = subscription["items"]["data"][0]["id"]
        self.api.subscriptions.update(
            subscription["id"], {"items": [{"id": item, "price": price}], "proration_behavior": behavior}
        )

    def end_trial(self, operation: Operation) -> None:
        self.api.subscriptions.update(self._subscription(operation).id, {"trial_end": "now"})

    def extend_trial(self, operation: Operation) -> None:
        """Extend a trial, which makes another invoice of 0."""
        later = self.sandbox.now() + (1 + operation.choice) * 86_400
        self.api.subscriptions.update(self._subscription(operation).id, {"trial_end": later})

    def cancel(self, operation: Operation) -> None:
        self.api.subscriptions.cancel(self._subscription(operation).id)

    def cancel_at_period_end(self, operation: Operation) -> None:
        self.api.subscriptions.update(
            self._subscription(operation).id, {"cancel_at_period_end": operation.choice % 2 == 0}
        )

    def pause(self, operation: Operation) -> None:
        behavior = "" if operation.choice % 2 else {"behavior": "void"}
        self.api.subscriptions.update(self._subscription(operation).id, {"pause_collection": behavior})

    # Prices

    def raise_price(self, operation: Operation) -> None:
        """Raise or lower a plan's price, and archive the old one, or keep selling at both."""
        before = self._plan(operation)
        cents = self.api.prices.retrieve(before).unit_amount
        product, recurring = {"name": "Dearer or cheaper"}, {"interval": "month"}
        wanted = {"currency": "usd", "unit_amount": cents * 3 // 2 if operation.index % 2 else cents * 2 // 3}
        after = self.api.prices.create({**wanted, "product_data": product, "recurring": recurring}).id
        self.sell(before, after)
        if operation.index < 2:
            self.api.prices.update(before, {"active": False})
            self.plans[self.plans.index(before)] = after
        else:
            self.plans.append(after)

    # Refunds and disputes

    def refund(self, operation: Operation) -> None:
        charge = self._nth(self.api.charges, operation)
        part = (
            None if operation.choice % 3 == 0 else max(1, charge.amount * (operation.choice % 90 + 5) // 100)
        )
        self.sandbox.refund(charge.id, amount=part)

    def fail_refund(self, operation: Operation) -> None:
        charges = [one.id for one in self._all(self.api.charges)]
        refunds = [one for charge in charges for one in self.api.refunds.list({"charge": charge}).data]
        status = ("failed", "canceled")[operation.choice % 2]
        self.sandbox.fail_refund(refunds[operation.index % len(refunds or "-")].id, status=status)

    def dispute(self, operation: Operation) -> None:
        self.sandbox.dispute(self._nth(self.api.charges, operation).id)

    def close_dispute(self, operation: Operation) -> None:
        charges = [one.id for one in self._all(self.api.charges)]
        disputes = [one for charge in charges for one in self.api.disputes.list({"charge": charge}).data]
        self.sandbox.close_dispute(
            disputes[operation.index % len(disputes or "-")].id, won=operation.choice % 2 == 0
        )

    def void(self, operation: Operation) -> None:
        found = self.api.invoices.list({"customer": self.customer_id, "status": "open"}).data
        self.api.invoices.void_invoice(found[operation.index % len(found or "-")].id)

    # The customer

    def credit_balance(self, operation: Operation) -> None:
        """Credit the customer's balance, which pays the next invoices before the card."""
        self.api.customers.update(self.customer_id, {"balance": -70 * operation.choice})

    def delete_customer(self, operation: Operation) -> None:
        if operation.choice % 2 == 0:
            self.api.customers.delete(self.customer_id)

    def discount_customer(self, operation: Operation) -> None:
        if self.api.customers.retrieve(self.customer_id).to_dict().get("deleted"):
            raise IndexError
        percent = (20, 50, 100)[operation.choice % 3]
        coupon = self.api.coupons.create({"percent_off": percent, "duration": "forever"})
        self.sandbox.discount_customer(self.customer_id, coupon=coupon.id)

    def _plan(self, operation: Operation) -> str:
        return self.plans[operation.choice % len(self.plans)]

    def _subscription(self, operation: Operation) -> Any:
        found = self.api.subscriptions.list({"customer": self.customer_id, "status": "all"}).data
        return found[::-1][operation.index % len(found or "-")]

    def _nth(self, service: Any, operation: Operation) -> Any:
        found = self._all(service)
        return found[operation.index % len(found or "-")]

    def _all(self, service: Any) -> list[Any]:
        return list(service.list({"customer": self.customer_id}).data)[::-1]


OPERATIONS = [
    *("subscribe", "renew", "renew", "change", "change", "change_and_back", "buy_pack"),
    *("refund", "refund", "fail_refund", "dispute", "close_dispute", "discount_customer"),
    *("cancel", "cancel_at_period_end", "fail", "recover", "pause", "delete_customer"),
    *("subscribe_in_dashboard", "end_trial", "extend_trial", "void", "credit_balance", "pay_in_parts"),
    *("raise_price", "raise_price"),
]
PLAN_CHANGES = ["change", "change_and_back", "change_and_back", "renew", "end_trial", "discount_customer"]


def _histories(names: list[str]) -> st.SearchStrategy[list[Operation]]:
    operation = st.builds(Operation, st.sampled_from(names), st.integers(0, 3), st.integers(0, 30))
    return st.lists(operation, min_size=1, max_size=7).map(
        lambda operations: [Operation("subscribe", operations[-1].index, operations[0].choice), *operations]
    )


# A third of them are about the credit for unused time, which needs several changes of one subscription.
histories = st.one_of(_histories(OPERATIONS), _histories(OPERATIONS), _histories(PLAN_CHANGES))
