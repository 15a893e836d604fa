"""Signed events that can never be processed: they are recorded with 200, and the log has the cause."""

import copy
import json

import pytest
from djstripe import models as mirror
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import Payment
from billing.tests.support import state_of
from billing.tests.test_webhook_requests import an_event
from billing.webhooks.handlers import HANDLED_EVENTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(fake_stripe, subscriber):
    """Return one event of each handled type that a refund, a dispute and a change cause, by type."""
    fake_stripe.create_price(cents=100)
    fake_stripe.sandbox.dispute(Payment.objects.get().stripe_id)
    fake_stripe.api.v1.customers.update(subscriber.stripe_customer_id, {"name": "Ada"})
    fake_stripe.api.v1.products.update("prod_sandbox_pro", {"name": "Pro"})
    fake_stripe.new_events(())
    return {event["type"]: without_deliveries(event) for event in fake_stripe.sandbox.events()}


def without_deliveries(event):
    return {name: value for name, value in event.items() if name != "deliveries"}


def renamed(event):
    """Return a copy that dj-stripe has not recorded."""
    return {**copy.deepcopy(event), "id": f"{event['id']}x"}


class TestObjectsThatAreGone:
    @pytest.mark.parametrize("type_", HANDLED_EVENTS)
    def test_an_event_about_an_object_that_is_gone_is_recorded(self, fake_stripe, subscriber, events, type_):
        alike = [event for name, event in events.items() if name.split(".")[:-1] == type_.split(".")[:-1]]
        other = events["charge.succeeded" if type_.startswith("charge") else "invoice.paid"]
        template = events.get(type_) or next(iter(alike), other)
        event = {**renamed(template), "type": type_}
        found = event["data"]["object"]
        for name in ("id", "charge", "payment_intent"):
            if found.get(name):
                found[name] = f"{found[name]}_gone"
        before = state_of(subscriber)
        assert fake_stripe.post(event).status_code == 200
        assert mirror.Event.objects.filter(id=event["id"]).exists()
        assert state_of(subscriber) == before

    def test_a_price_whose_product_is_gone_is_recorded(self, fake_stripe, caplog):
        price = fake_stripe.create_price(cents=100)
        product = fake_stripe.api.v1.prices.retrieve(price).product
        fake_stripe.sandbox.forget(product)
        events = {event["type"]: event for event in fake_stripe.new_events()}
        for type_ in ("product.created", "price.created"):
            assert fake_stripe.post(events[type_]).status_code == 200
        assert mirror.Event.objects.filter(type="price.created").exists()
        assert f"dj-stripe cannot store {price}: " in caplog.text
        assert "Traceback" not in caplog.text

    def test_a_dispute_whose_charge_is_gone_is_recorded(self, fake_stripe, subscriber, events, caplog):
        event = events["charge.dispute.created"]
        fake_stripe.sandbox.forget(event["data"]["object"]["charge"])
        assert fake_stripe.post(event).status_code == 200
        assert "No such charge" in caplog.text
        assert mirror.Event.objects.filter(id=event["id"]).exists()

    def test_a_repeat_is_recorded_once(self, fake_stripe, events):
        event = events["charge.dispute.created"]
        fake_stripe.sandbox.forget(event["data"]["object"]["charge"])
        assert [fake_stripe.post(event).status_code for _ in range(2)] == [200, 200]
        assert mirror.Event.objects.filter(id=event["id"]).count() == 1


class TestFailuresThatPass:
    def test_the_cause_of_a_5xx_is_in_the_log(self, fake_stripe, subscriber, events, caplog):
        event = renamed(events["price.created"])
        fake_stripe.sandbox.fail("rate_limit", path="/v1/prices")
        assert fake_stripe.post(event).status_code == 503
        assert f"{event['id']} (price.created) failed" in caplog.text
        assert "Request rate limit exceeded" in caplog.text


class TestBodies:
    @pytest.mark.parametrize(
        "change",
        [
            {"id": ""},
            {"id": "e" * 256},
            {"type": "t" * 251},
            {"created": "yesterday"},
            {"created": True},
            {"created": 10**12},
            {"created": -1},
            {"api_version": 7},
            {"api_version": "v" * 65},
            {"request": ["req_1"]},
            {"request": {"id": "r" * 51}},
            {"request": {"id": "req_1", "idempotency_key": 7}},
            {"account": "acct_other"},
        ],
    )
    def test_what_dj_stripe_cannot_store_is_no_event(self, fake_stripe, change):
        answer = fake_stripe.post(an_event(**change))
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert not mirror.WebhookEventTrigger.objects.exists()

    @pytest.mark.parametrize(
        "value", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000, "[" * 70 + "]" * 70, "[" * 10**5]
    )
    def test_json_that_cannot_be_stored_is_no_event(self, fake_stripe, value):
        body = json.dumps(an_event(note="here")).replace('"here"', value).encode()
        answer = fake_stripe.post(body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert not mirror.WebhookEventTrigger.objects.exists()

    @pytest.mark.parametrize(
        "change",
        [
            {"customer": 7},
            {"customer": ["cus_1"]},
            {"customer": {"id": 7}},
            {"customer": "c" * 256},
            {"customer": "cus_\n1"},
            {"customer": ""},
            {"id": 7},
            {"id": ["in_1"]},
            {"id": ""},
            {"id": None},
            {"object": None},
            {"object": 7},
            {"object": "customer", "metadata": None},
        ],
    )
    @pytest.mark.parametrize("type_", ["invoice.paid", "customer.updated", "price.rounded"])
    def test_an_object_with_broken_ids_is_recorded(self, fake_stripe, caplog, change, type_):
        event = an_event(type=type_)
        event["data"]["object"] |= {"object": "invoice", **change}
        assert fake_stripe.post(event).status_code == 200
        assert mirror.Event.objects.get().id == "evt_guard"
        if type_ == "invoice.paid":
            assert "evt_guard (invoice.paid) is recorded, but not processed: its " in caplog.text


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["", "x" * 300, "cus_none", "../../v1/customers", "evt_1?a=b", "in_\u0000", "\ud800"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "object", "data", "customer", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths_of(value, path=()):
    """Yield the path of everything inside a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from paths_of(inner, (*path, key))


def replaced(event, path, value):
    """Return the event with the value at a path replaced."""
    changed = copy.deepcopy(event)
    target = changed
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return changed


class TestHostileBodies:
    def test_no_signed_body_causes_a_5xx_or_changes_a_user(self, fake_stripe, subscriber, events):
        """Any value replaced in any event that Stripe sent, under any type."""
        before = state_of(subscriber)
        handled = [event for type_, event in events.items() if type_ in HANDLED_EVENTS]

        @settings(max_examples=120, suppress_health_check=list(HealthCheck))
        @given(data=st.data())
        def try_one(data):
            event = renamed(data.draw(st.sampled_from(handled)))
            event["type"] = data.draw(st.sampled_from([event["type"], *HANDLED_EVENTS, "price.rounded"]))
            top = [
                ("id",),
                ("data",),
                ("data", "object"),
                ("data", "object", "id"),
                ("data", "object", "customer"),
            ]
            paths = sorted(paths_of(event), key=str)
            for _ in range(data.draw(st.integers(1, 2))):
                path = data.draw(st.sampled_from(top) | st.sampled_from(paths))
                try:
                    event = replaced(event, path, data.draw(VALUES))
                except (KeyError, TypeError, IndexError):  # the first replacement removed the second path
                    continue
            answer = fake_stripe.post(event)
            assert answer.status_code in {200, 400}, (event, answer.content)

        try_one()
        assert state_of(subscriber)[:2] == before[:2]
