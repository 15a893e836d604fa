"""Subscriptions: renewal, end, failed payments, trials and changes."""

from datetime import UTC, datetime

import pytest
import stripe

from stripe_sandbox.domain import billing_periods
from stripe_sandbox.testing import SandboxRefused

MONTHLY, YEARLY = "price_sandbox_pro_monthly", "price_sandbox_pro_yearly"
DAY = 86400


def end_of(subscription):
    return subscription["items"].data[0].current_period_end


def reasons(api, subscription):
    return [one.billing_reason for one in api.invoices.list({"subscription": subscription.id}).data][::-1]


class TestRenewal:
    def test_a_renewal_bills_the_next_period(self, api, sandbox, subscription):
        sandbox.renew(subscription.id)
        renewed = api.subscriptions.retrieve(subscription.id)
        item, invoice = renewed["items"].data[0], api.invoices.retrieve(renewed.latest_invoice)
        assert item.current_period_start == end_of(subscription)
        assert (invoice.status, invoice.billing_reason, invoice.amount_paid) == (
            "paid",
            "subscription_cycle",
            999,
        )
        assert invoice.lines.data[0].period.start == item.current_period_start

    def test_the_clock_renews_each_period_on_its_own_day(self, api, sandbox, subscription):
        sandbox.advance(days=100)
        assert reasons(api, subscription) == ["subscription_create", *["subscription_cycle"] * 3]
        invoices = api.invoices.list({"subscription": subscription.id}).data
        assert [one.created for one in invoices[:-1]] == [
            one.lines.data[0].period.start for one in invoices[:-1]
        ]

    def test_a_customer_may_have_two(self, api, sandbox, buy, customer):
        first, second = buy().subscription, buy().subscription
        sandbox.advance(days=32)
        assert len(api.invoices.list({"customer": customer.id}).data) == 4
        assert {one.id for one in api.subscriptions.list({"customer": customer.id}).data} == {first, second}

    def test_an_ended_one_does_not_renew(self, api, sandbox, subscription):
        api.subscriptions.cancel(subscription.id)
        with pytest.raises(SandboxRefused):
            sandbox.renew(subscription.id)
        sandbox.advance(days=70)
        assert reasons(api, subscription) == ["subscription_create"]

    @pytest.mark.parametrize(
        ("start", "ends"),
        [
            ("2027-01-31", ["2027-02-28", "2027-03-31", "2027-04-30"]),
            ("2027-12-15", ["2028-01-15", "2028-02-15"]),
            ("2028-01-30", ["2028-02-29", "2028-03-30"]),
        ],
    )
    def test_months_keep_the_day_of_the_anchor(self, start, ends):
        anchor = moment = int(datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp())
        found = []
        for _ in ends:
            moment = billing_periods.after(moment, interval="month", anchor=anchor)
            found.append(f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d}")
        assert found == ends
        assert billing_periods.after(anchor, interval="week", count=2) == anchor + 14 * DAY


class TestEnd:
    def test_cancel_at_period_end_and_resume(self, api, sandbox, subscription):
        changed = api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
        assert (changed.status, changed.cancel_at) == ("active", end_of(subscription))
        resumed = api.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
        assert (resumed.cancel_at, resumed.canceled_at) == (None, None)
        sandbox.advance(days=32)
        assert api.subscriptions.retrieve(subscription.id).status == "active"

    def test_it_ends_with_the_period_and_says_so(self, api, sandbox, subscription):
        api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
        sandbox.advance(days=32)
        ended = api.subscriptions.retrieve(subscription.id)
        assert (ended.status, ended.ended_at) == ("canceled", end_of(subscription))
        assert len(sandbox.events(type="customer.subscription.deleted")) == 1
        assert reasons(api, subscription) == ["subscription_create"]

    def test_cancel_now(self, api, customer, subscription):
        assert api.subscriptions.cancel(subscription.id).status == "canceled"
        assert api.subscriptions.list({"customer": customer.id}).data == []
        assert len(api.subscriptions.list({"customer": customer.id, "status": "all"}).data) == 1
        assert len(api.subscriptions.list({"customer": customer.id, "status": "ended"}).data) == 1
        with pytest.raises(stripe.InvalidRequestError):
            api.subscriptions.cancel(subscription.id)
        with pytest.raises(stripe.InvalidRequestError):
            api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})

    def test_a_chosen_day(self, api, sandbox, subscription):
        api.subscriptions.update(subscription.id, {"cancel_at": sandbox.now() + 5 * DAY})
        sandbox.advance(days=6)
        assert api.subscriptions.retrieve(subscription.id).status == "canceled"

    def test_deleting_the_customer_ends_it(self, api, sandbox, customer, subscription):
        api.customers.delete(customer.id)
        assert api.subscriptions.retrieve(subscription.id).status == "canceled"
        assert [event["type"] for event in sandbox.events(type="customer.*deleted")] == [
            "customer.subscription.deleted",
            "customer.deleted",
        ]


class TestFailure:
    def test_past_due_is_retried_and_recovers(self, api, sandbox, customer, subscription):
        sandbox.decline_cards(customer.id)
        sandbox.renew(subscription.id)
        late = api.subscriptions.retrieve(subscription.id)
        invoice = api.invoices.retrieve(late.latest_invoice)
        assert (late.status, invoice.status, invoice.attempt_count) == ("past_due", "open", 1)
        assert invoice.next_payment_attempt
        sandbox.restore_cards(customer.id)
        sandbox.advance(days=3.1)
        assert api.subscriptions.retrieve(subscription.id).status == "active"
        assert api.invoices.retrieve(invoice.id).status == "paid"

    @pytest.mark.parametrize("outcome", ["canceled", "unpaid", "past_due"])
    def test_retries_end(self, api, sandbox, customer, subscription, outcome):
        sandbox.settings(after_retries=outcome)
        sandbox.decline_cards(customer.id)
        sandbox.renew(subscription.id)
        sandbox.advance(days=16)
        assert api.subscriptions.retrieve(subscription.id).status == outcome
        assert len(sandbox.events(type="invoice.payment_failed")) == 4

    def test_an_invoice_can_be_paid_with_another_card(self, api, sandbox, customer, subscription):
        sandbox.decline_cards(customer.id)
        sandbox.renew(subscription.id)
        invoice = api.subscriptions.retrieve(subscription.id).latest_invoice
        with pytest.raises(stripe.CardError) as declined:
            api.invoices.pay(invoice)
        assert declined.value.code == "card_declined"
        assert api.invoices.retrieve(invoice).attempt_count == 2
        sandbox.restore_cards(customer.id)
        assert sandbox.retry(invoice)["status"] == "paid"
        assert api.subscriptions.retrieve(subscription.id).status == "active"
        with pytest.raises(stripe.InvalidRequestError):
            api.invoices.pay(invoice)

    def test_a_card_that_fails_later(self, api, sandbox, buy):
        session = buy(card="4000000000000341")
        sandbox.advance(days=32)
        assert api.subscriptions.retrieve(session.subscription).status == "past_due"

    def test_incomplete_and_expired(self, api, sandbox, customer):
        made = api.subscriptions.create(
            {"customer": customer.id, "items": [{"price": MONTHLY}], "payment_behavior": "default_incomplete"}
        )
        assert made.status == "incomplete"
        sandbox.advance(hours=24)
        assert api.subscriptions.retrieve(made.id).status == "incomplete_expired"
        assert api.invoices.retrieve(made.latest_invoice).status == "void"

    def test_incomplete_and_paid_in_time(self, api, sandbox, customer):
        made = api.subscriptions.create(
            {"customer": customer.id, "items": [{"price": MONTHLY}], "payment_behavior": "default_incomplete"}
        )
        method = api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        api.invoices.pay(made.latest_invoice, {"payment_method": method.id})
        assert api.subscriptions.retrieve(made.id).status == "active"


class TestMadeInTheDashboard:
    def with_card(self, api, customer, card="pm_card_visa"):
        method = api.payment_methods.attach(card, {"customer": customer.id})
        api.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})
        return method

    def test_without_checkout(self, api, customer):
        self.with_card(api, customer)
        made = api.subscriptions.create(
            {"customer": customer.id, "items": [{"price": MONTHLY, "quantity": 2}]}
        )
        assert made.status == "active"
        assert api.invoices.retrieve(made.latest_invoice).amount_paid == 1998

    def test_needs_a_card(self, api, customer):
        with pytest.raises(stripe.InvalidRequestError, match="no attached payment source"):
            api.subscriptions.create({"customer": customer.id, "items": [{"price": MONTHLY}]})

    def test_error_if_incomplete(self, api, customer):
        self.with_card(api, customer, "pm_card_chargeCustomerFail")
        params = {"customer": customer.id, "items": [{"price": MONTHLY}]}
        with pytest.raises(stripe.CardError):
            api.subscriptions.create({**params, "payment_behavior": "error_if_incomplete"})
        assert api.subscriptions.list({"customer": customer.id, "status": "all"}).data == []
        assert api.subscriptions.create(params).status == "incomplete"

    def test_a_card_that_is_always_declined_cannot_be_attached(self, api, customer):
        with pytest.raises(stripe.CardError):
            api.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer.id})

    @pytest.mark.parametrize(
        "items", [[], [{"price": "price_sandbox_pack_500"}], [{"price": MONTHLY}, {"price": MONTHLY}]]
    )
    def test_items_that_cannot_be_billed(self, api, customer, items):
        with pytest.raises(stripe.InvalidRequestError):
            api.subscriptions.create({"customer": customer.id, "items": items, "trial_period_days": 1})


class TestTrial:
    def test_it_ends_in_a_paid_period(self, api, sandbox, buy):
        session = buy(subscription_data={"trial_period_days": 7})
        sandbox.advance(days=4.5)
        assert len(sandbox.events(type="customer.subscription.trial_will_end")) == 1
        sandbox.advance(days=3)
        subscription = api.subscriptions.retrieve(session.subscription)
        assert subscription.status == "active"
        invoice = api.invoices.retrieve(subscription.latest_invoice)
        assert (invoice.amount_paid, invoice.billing_reason) == (999, "subscription_cycle")

    def test_it_can_end_early(self, api, buy):
        session = buy(subscription_data={"trial_period_days": 7})
        ended = api.subscriptions.update(session.subscription, {"trial_end": "now"})
        assert ended.status == "active"
        assert api.invoices.retrieve(ended.latest_invoice).amount_paid == 999

    def test_it_can_be_extended_with_another_invoice_of_0(self, api, sandbox, buy):
        session = buy(subscription_data={"trial_period_days": 7})
        later = sandbox.now() + 20 * DAY
        extended = api.subscriptions.update(session.subscription, {"trial_end": later})
        assert (extended.status, extended.trial_end, end_of(extended)) == ("trialing", later, later)
        invoice = api.invoices.retrieve(extended.latest_invoice)
        assert (invoice.billing_reason, invoice.status, invoice.total) == ("subscription_update", "paid", 0)
        sandbox.advance(days=21)
        ended = api.subscriptions.retrieve(session.subscription)
        assert (ended.status, api.invoices.retrieve(ended.latest_invoice).amount_paid) == ("active", 999)

    def test_it_cannot_be_extended_into_the_past(self, api, sandbox, buy):
        session = buy(subscription_data={"trial_period_days": 7})
        with pytest.raises(stripe.InvalidRequestError):
            api.subscriptions.update(session.subscription, {"trial_end": sandbox.now() - 1})

    @pytest.mark.parametrize(
        ("behavior", "status"), [("cancel", "canceled"), ("pause", "paused"), ("create_invoice", "past_due")]
    )
    def test_it_ends_without_a_card(self, api, sandbox, customer, behavior, status):
        made = api.subscriptions.create(
            {
                "customer": customer.id,
                "items": [{"price": MONTHLY}],
                "trial_period_days": 2,
                "trial_settings": {"end_behavior": {"missing_payment_method": behavior}},
            }
        )
        sandbox.advance(days=3)
        assert api.subscriptions.retrieve(made.id).status == status


class TestChange:
    def item(self, subscription):
        return subscription["items"].data[0].id

    def test_an_upgrade_is_prorated_on_the_next_invoice(self, api, sandbox, subscription):
        dear = api.prices.create(
            {
                "product": "prod_sandbox_pro",
                "currency": "usd",
                "unit_amount": 1999,
                "recurring": {"interval": "month"},
            }
        )
        sandbox.advance(days=15)
        api.subscriptions.update(
            subscription.id, {"items": [{"id": self.item(subscription), "price": dear.id}]}
        )
        assert reasons(api, subscription) == ["subscription_create"]
        sandbox.advance(days=20)
        invoice = api.invoices.list({"subscription": subscription.id}).data[0]
        credit, charge, period = [line.amount for line in invoice.lines.data]
        assert period == 1999
        assert -999 < credit < 0 < charge < 1999
        assert invoice.total == credit + charge + period

    def test_it_can_be_billed_at_once(self, api, sandbox, subscription):
        sandbox.advance(days=15)
        changed = api.subscriptions.update(
            subscription.id,
            {
                "items": [{"id": self.item(subscription), "quantity": 3}],
                "proration_behavior": "always_invoice",
            },
        )
        invoice = api.invoices.retrieve(changed.latest_invoice)
        assert (invoice.billing_reason, invoice.status) == ("subscription_update", "paid")
        assert 0 < invoice.amount_paid < 1998

    def test_it_can_be_free_of_proration(self, api, sandbox, subscription):
        api.subscriptions.update(
            subscription.id,
            {"items": [{"id": self.item(subscription), "quantity": 3}], "proration_behavior": "none"},
        )
        sandbox.renew(subscription.id)
        assert api.invoices.list({"subscription": subscription.id}).data[0].amount_paid == 2997

    def test_another_interval_begins_a_new_period_and_is_billed_at_once(self, api, sandbox, subscription):
        sandbox.advance(days=10)
        changed = api.subscriptions.update(
            subscription.id, {"items": [{"id": self.item(subscription), "price": YEARLY}]}
        )
        assert end_of(changed) - sandbox.now() > 364 * DAY
        invoice = api.invoices.retrieve(changed.latest_invoice)
        assert invoice.billing_reason == "subscription_update"
        assert [line.amount > 0 for line in invoice.lines.data] == [False, True]

    def test_a_credit_is_kept_for_the_next_invoice(self, api, sandbox, customer, buy):
        subscription = api.subscriptions.retrieve(buy(YEARLY).subscription)
        changed = api.subscriptions.update(
            subscription.id, {"items": [{"id": self.item(subscription), "price": MONTHLY}]}
        )
        assert api.invoices.retrieve(changed.latest_invoice).amount_due == 0
        credit = api.customers.retrieve(customer.id).balance
        assert credit == 999 - 9990
        sandbox.advance(days=32)
        assert api.customers.retrieve(customer.id).balance == credit + 999
        assert api.invoices.list({"subscription": subscription.id}).data[0].status == "paid"

    def test_items_come_and_go(self, api, subscription):
        extra = api.prices.create(
            {
                "product": "prod_sandbox_pro",
                "currency": "usd",
                "unit_amount": 5,
                "recurring": {"interval": "month"},
            }
        )
        both = api.subscriptions.update(subscription.id, {"items": [{"price": extra.id, "quantity": 4}]})
        assert [one.quantity for one in both["items"].data] == [1, 4]
        added = both["items"].data[1].id
        with pytest.raises(stripe.InvalidRequestError):
            api.subscriptions.update(
                subscription.id, {"items": [{"id": one.id, "deleted": True} for one in both["items"].data]}
            )
        left = api.subscriptions.update(subscription.id, {"items": [{"id": added, "deleted": True}]})
        assert len(left["items"].data) == 1
        with pytest.raises(stripe.InvalidRequestError):
            api.subscriptions.update(subscription.id, {"items": [{"id": added, "quantity": 2}]})

    @pytest.mark.parametrize(
        ("behavior", "status"),
        [("void", "void"), ("keep_as_draft", "draft"), ("mark_uncollectible", "uncollectible")],
    )
    def test_paused_collection(self, api, sandbox, subscription, behavior, status):
        api.subscriptions.update(subscription.id, {"pause_collection": {"behavior": behavior}})
        sandbox.renew(subscription.id)
        paused = api.subscriptions.retrieve(subscription.id)
        assert (paused.status, api.invoices.retrieve(paused.latest_invoice).status) == ("active", status)
        api.subscriptions.update(subscription.id, {"pause_collection": ""})
        sandbox.renew(subscription.id)
        assert api.invoices.list({"subscription": subscription.id}).data[0].status == "paid"
