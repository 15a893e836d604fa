"""Selection of the subscription and the fields derived from it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.models import Plan
from billing.rules.subscription_state import (
    CURRENT_STATUSES,
    SubscriberState,
    derive_state,
    select_subscription,
)
from billing.stripe_objects import Subscription, SubscriptionItem

NOW = datetime(2026, 6, 1, tzinfo=UTC)
GRACE = timedelta(days=14)
PLANS = {f"price_{slug}": Plan(slug=slug).terms for slug in ("pro", "max")}
STATUSES = (
    *CURRENT_STATUSES,
    "incomplete",
    "incomplete_expired",
    "unpaid",
    "paused",
    "canceled",
    "new_in_2031",
)


def item(price_id="price_pro", start=NOW - timedelta(days=3), end=NOW + timedelta(days=27)):
    return SubscriptionItem(price_id=price_id, current_period_start=start, current_period_end=end)


def subscription(*items, **changes):
    return Subscription(
        **{
            "id": "sub_1",
            "status": "active",
            "created": 1_700_000_000,
            "cancel_at_period_end": False,
            "items": items or (item(),),
            **changes,
        }
    )


def state_of(*subscriptions, at=NOW):
    return derive_state(subscriptions, plans=PLANS, at=at, grace=GRACE)


subscriptions = st.builds(
    subscription,
    id=st.integers(1, 10**6).map("sub_{}".format),
    status=st.sampled_from(STATUSES),
    items=st.lists(
        st.builds(
            item,
            st.sampled_from(["price_pro", "price_max", "price_unknown", ""]),
            st.one_of(st.none(), st.integers(-200, 200).map(lambda days: NOW + timedelta(days=days))),
        ),
        max_size=3,
    ).map(tuple),
    created=st.integers(1_700_000_000, 1_700_000_005),
    cancel_at_period_end=st.booleans(),
)


class TestDerive:
    def test_no_subscription_means_the_free_plan(self):
        assert state_of() == SubscriberState()

    @pytest.mark.parametrize("status", STATUSES)
    def test_only_current_statuses_carry_the_plan(self, status):
        state = state_of(subscription(status=status))
        assert state.plan == ("pro" if status in CURRENT_STATUSES else "free")
        assert state.subscription_status == status
        assert state.subscription_id == "sub_1"

    def test_a_subscription_to_another_product_decides_nothing(self):
        """Neither one that is newer and current, nor one that is the only one."""
        other = subscription(item("price_unknown"), id="sub_2", created=1_800_000_000)
        assert state_of(other) == SubscriberState()
        assert state_of(other, subscription(status="past_due")).plan == "pro"
        ended = state_of(other, subscription(status="canceled"))
        assert (ended.subscription_id, ended.subscription_status) == ("sub_1", "canceled")

    def test_the_plan_is_found_among_all_items(self):
        addon, end = item("price_addon", end=NOW + timedelta(days=1)), NOW + timedelta(days=9)
        state = state_of(subscription(addon, item("price_max", end=end)))
        assert (state.plan, state.current_period_end) == ("max", end)

    @pytest.mark.parametrize("status", STATUSES)
    def test_an_ended_subscription_does_not_cancel_at_period_end(self, status):
        state = state_of(subscription(status=status, cancel_at_period_end=True))
        assert state.cancel_at_period_end is (status in CURRENT_STATUSES)

    @given(st.lists(subscriptions, max_size=6, unique_by=lambda one: one.id), st.randoms())
    def test_the_order_of_subscriptions_does_not_matter(self, found, random):
        shuffled = random.sample(found, len(found))
        assert state_of(*found) == state_of(*shuffled)

    @given(st.lists(subscriptions, min_size=1, max_size=6, unique_by=lambda one: one.id))
    def test_current_is_selected_before_ended_and_new_before_old(self, found):
        counts = select_subscription(found)
        current = [one for one in found if one.status in CURRENT_STATUSES]
        assert counts in (current or found)
        same = [one for one in found if one.status == counts.status] if current else found
        assert counts.created == max(one.created for one in same)

    @given(st.lists(subscriptions, max_size=6, unique_by=lambda one: one.id))
    def test_ended_subscriptions_never_change_the_plan(self, found):
        current = [one for one in found if one.status in CURRENT_STATUSES]
        assert state_of(*found).plan == state_of(*current).plan

    @given(st.lists(subscriptions, max_size=6, unique_by=lambda one: one.id))
    def test_derived_fields_satisfy_the_constraints(self, found):
        state = state_of(*found)
        assert state.plan
        assert (state.subscription_id is None) == (state.subscription_status is None)


class TestGrace:
    start = NOW - timedelta(days=3)

    @pytest.mark.parametrize(("days", "kept"), [(0, True), (13.9, True), (14, False), (60, False)])
    def test_past_due_keeps_the_plan_until_it_ends(self, days, kept):
        late = subscription(item(start=self.start), status="past_due")
        at = self.start + timedelta(days=days)
        assert state_of(late, at=at).plan == ("pro" if kept else "free")
        assert state_of(late, at=at).subscription_status == "past_due"

    def test_an_active_subscription_has_no_grace_period(self):
        assert state_of(subscription(), at=NOW + timedelta(days=4000)).plan == "pro"

    def test_a_past_due_subscription_without_a_start_keeps_the_plan(self):
        late = subscription(item(start=None), status="past_due")
        assert state_of(late).plan == "pro"


class TestFromStripe:
    today = {
        "id": "sub_1",
        "status": "active",
        "created": 1_700_000_000,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "items": {
            "data": [
                {
                    "price": {"id": "price_pro"},
                    "current_period_start": 1_780_000_000,
                    "current_period_end": 1_782_000_000,
                }
            ]
        },
    }

    def test_subscriptions_in_the_current_shape_are_parsed(self):
        read = Subscription.from_stripe(self.today)
        start, end = (datetime.fromtimestamp(at, UTC) for at in (1_780_000_000, 1_782_000_000))
        assert read.items == (item(start=start, end=end),)
        assert not read.cancel_at_period_end

    def test_subscriptions_in_the_shape_before_2025_are_parsed(self):
        old = {
            **self.today,
            "items": {"data": [{"price": {"id": "price_pro"}}]},
            "current_period_start": 1_780_000_000,
            "current_period_end": 1_782_000_000,
        }
        assert Subscription.from_stripe(old) == Subscription.from_stripe(self.today)

    @pytest.mark.parametrize("items", [None, {}, {"data": []}, {"data": [{"price": None}]}])
    def test_a_subscription_without_a_price_is_parsed(self, items):
        read = Subscription.from_stripe({**self.today, "items": items})
        assert read.item_of({"price_pro"}) is None

    @pytest.mark.parametrize("says", [{"cancel_at": 1_782_000_000}, {"cancel_at_period_end": True}])
    def test_both_forms_of_cancellation_in_the_portal_are_parsed(self, says):
        assert Subscription.from_stripe({**self.today, **says}).cancel_at_period_end
