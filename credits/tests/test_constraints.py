"""Every constraint of the ledger, violated by name, past all of our code."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from credits import services as ledger
from credits.claims import CreditClaim
from credits.models import PRICE_NUMBERS, ActionPrice, AiCreditLog, CreditHold
from credits.tests.grant_helpers import hold
from credits.tests.ledger_helpers import USER_CONSTRAINT, refused

pytestmark = pytest.mark.django_db


def insert_entry(user, **fields):
    values = {
        "user_id": user.pk,
        "kind": "grant",
        "action_type": "test",
        "amount": 0,
        "balance_after": 100,
        "idempotency_key": "test",
        "reference_type": "",
        "reference_id": "",
        "actor_id": None,
        "reason": "",
        "metadata": "{}",
        "created_at": timezone.now(),
        **fields,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into credits_aicreditlog ({', '.join(values)}) "
            f"values ({', '.join(['%s'] * len(values))})",
            list(values.values()),
        )


def make_hold(user, **fields):
    now = timezone.now()
    return CreditHold.objects.create(
        **{
            "id": uuid.uuid4(),
            "user": user,
            "action_type": "test",
            "amount": 5,
            "created_at": now,
            "expires_at": now + timedelta(minutes=15),
            **fields,
        }
    )


def make_claim(user, *, action_type="work", **fields):
    """A claim past the services: of an entry that claims nothing itself."""
    posted = ledger.spend(user_id=user.pk, amount=1, action_type=action_type, key=action_type)
    return CreditClaim.objects.create(user=user, entry_id=posted.entry_id, **fields)


def claimed(user):
    return get_user_model().objects.values_list("ai_credits_claimed", flat=True).get(pk=user.pk)


class TestEntry:
    def test_one_cause_posts_one_entry(self, user):
        with refused("credits_aicreditlog_one_entry_per_cause"):
            insert_entry(user, idempotency_key="signup")

    def test_a_balance_is_never_negative(self, user):
        with refused("credits_aicreditlog_balance_not_negative"):
            insert_entry(user, kind="spend", amount=-101, balance_after=-1)

    def test_a_kind_is_known(self, user):
        with refused("credits_aicreditlog_sign_follows_kind"):
            insert_entry(user, kind="entitlement")

    @pytest.mark.parametrize(("kind", "amount"), [("grant", -1), ("refund", -1), ("spend", 1), ("expiry", 1)])
    def test_the_sign_follows_the_kind(self, user, kind, amount):
        with refused("credits_aicreditlog_sign_follows_kind"):
            insert_entry(user, kind=kind, amount=amount, balance_after=100 + amount)

    @pytest.mark.parametrize("named", [{"actor": False, "reason": "why"}, {"actor": True, "reason": ""}])
    def test_an_adjustment_has_an_actor_and_a_reason(self, user, named):
        with refused("credits_aicreditlog_adjustment_has_actor_and_reason"):
            insert_entry(
                user,
                kind="adjustment",
                actor_id=user.pk if named["actor"] else None,
                reason=named["reason"],
            )

    def test_a_key_is_not_empty(self, user):
        with refused("credits_aicreditlog_key_not_empty"):
            insert_entry(user, idempotency_key="")

    def test_a_user_exists(self, user):
        unknown = get_user_model()(pk=10**15)
        with refused("credits_"):
            insert_entry(unknown, balance_after=0)

    def test_an_actor_exists(self, user):
        with refused("credits_aicreditlog_actor_id"):
            insert_entry(user, actor_id=10**15)


class TestHold:
    def test_one_key_runs_once(self, user):
        make_hold(user, endpoint="POST /a", idempotency_key="k")
        make_hold(user, endpoint="POST /b", idempotency_key="k")
        with refused("credits_credithold_one_run_per_key"):
            make_hold(user, endpoint="POST /a", idempotency_key="k")

    @pytest.mark.parametrize("number", ["amount", "units", *PRICE_NUMBERS])
    def test_no_number_is_negative(self, user, number):
        with refused("credits_credithold_numbers_not_negative"):
            make_hold(user, **{number: -1})

    def test_no_captured_amount_is_negative(self, user):
        with refused("credits_credithold_numbers_not_negative"):
            make_hold(user, state="captured", closed_at=timezone.now(), captured_amount=-1)

    @pytest.mark.parametrize(
        "fields",
        [
            {"state": "captured", "captured_amount": 0, "idempotency_key": "k"},
            {"state": "captured", "captured_amount": 5},
            {"state": "released"},
            {"state": "expired"},
        ],
    )
    def test_a_hold_is_closed_in_a_known_state(self, user, fields):
        make_hold(user, closed_at=timezone.now(), **fields)
        with refused("credits_credithold_columns_follow_state"):
            make_hold(user, closed_at=timezone.now(), **{**fields, "state": "lost"})

    @pytest.mark.parametrize(
        "fields",
        [
            {"state": "captured", "captured_amount": 6},
            {"state": "captured"},
            {"state": "released", "captured_amount": 1},
            {"state": "expired", "captured_amount": 1},
        ],
        ids=["too much", "no amount", "of a released hold", "of an expired hold"],
    )
    def test_no_more_is_captured_than_held(self, user, fields):
        with refused("credits_credithold_columns_follow_state"):
            make_hold(user, closed_at=timezone.now(), **fields)

    @pytest.mark.parametrize(
        "fields", [{"state": "captured", "captured_amount": 5}, {"state": "released"}, {"state": "expired"}]
    )
    def test_a_hold_that_is_not_held_was_closed_at_some_time(self, user, fields):
        with refused("credits_credithold_columns_follow_state"):
            make_hold(user, **fields)

    @pytest.mark.parametrize("fields", [{"closed_at": timezone.now()}, {"captured_amount": 1}])
    def test_a_held_hold_is_neither_closed_nor_captured(self, user, fields):
        with refused("credits_credithold_columns_follow_state"):
            make_hold(user, **fields)

    @pytest.mark.parametrize("state", ["released", "expired"])
    def test_a_hold_that_paid_for_nothing_gives_its_key_back(self, user, state):
        with refused("credits_credithold_columns_follow_state"):
            make_hold(user, state=state, closed_at=timezone.now(), idempotency_key="k")


class TestClaim:
    @pytest.mark.parametrize("part", ["open_amount", "collected_amount", "written_off_amount"])
    def test_amounts_are_not_negative(self, user, part):
        with refused("credits_creditclaim_amounts_not_negative"):
            make_claim(user, **{"open_amount": 0, part: -1})

    def test_claims_are_counted_on_the_users_row_for_every_writer(self, user, staff):
        for one in (user, staff):
            hold(one, 20, at=timezone.now())
        first, second = make_claim(user, open_amount=7), make_claim(user, open_amount=5, action_type="other")
        assert (claimed(user), claimed(staff)) == (12, 0)
        CreditClaim.objects.filter(pk=first.pk).update(open_amount=1)
        assert claimed(user) == 6
        CreditClaim.objects.filter(pk=second.pk).update(user=staff)
        assert (claimed(user), claimed(staff)) == (1, 5)
        CreditClaim.objects.all().delete()
        assert (claimed(user), claimed(staff)) == (0, 0)

    @pytest.mark.parametrize("amounts", [[11], [5, 6]])
    def test_open_claims_are_at_most_what_is_held(self, user, amounts):
        hold(user, 10, at=timezone.now())
        with refused(f"{USER_CONSTRAINT}_claims_only_held_credits"):
            for number, amount in enumerate(amounts):
                make_claim(user, open_amount=amount, action_type=f"work {number}")


class TestPrice:
    @pytest.mark.parametrize(
        ("rule", "fields"),
        [
            ("names_its_action", {"action": ""}),
            *(
                ("numbers_in_range", {name: -1, "base" if name == "minimum" else "minimum": 1})
                for name in PRICE_NUMBERS
                if name != "per_unit"
            ),
            *(("numbers_in_range", {name: 10**12 + 1}) for name in PRICE_NUMBERS if name != "per_unit"),
            *(("numbers_in_range", {"per_unit": amount, "unit": "line"}) for amount in (-1, 10**12 + 1)),
            ("costs_something", {"base": 0}),
            ("names_its_unit", {"per_unit": 1}),
            ("names_its_unit", {"unit": "line"}),
            ("not_retroactive", {"effective_from": timezone.now() - timedelta(days=1)}),
        ],
    )
    def test_breaks_no_rule(self, user, rule, fields):
        now = timezone.now()
        with refused(f"credits_actionprice_{rule}"):
            ActionPrice.objects.create(
                **{
                    "action": "note",
                    "base": 1,
                    "created_by_id": user.pk,
                    "effective_from": now,
                    "created_at": now,
                    **fields,
                }
            )


class TestHolder:
    def test_credits_are_not_negative(self, user):
        with refused(f"{USER_CONSTRAINT}_credits_not_negative"):
            get_user_model().objects.filter(pk=user.pk).update(ai_credits=-1, ai_credits_held=101)

    def test_held_credits_are_not_negative(self, user):
        # Nothing is claimed, and that is more than is held: two rules are broken, and either may be named.
        with refused(f"{USER_CONSTRAINT}_(held_credits_not_negative|claims_only_held_credits)"):
            get_user_model().objects.filter(pk=user.pk).update(ai_credits=101, ai_credits_held=-1)

    @pytest.mark.parametrize("claimed", [-1, 11])
    def test_claims_are_on_held_credits_alone(self, user, claimed):
        hold(user, 10, at=timezone.now())
        with refused(f"{USER_CONSTRAINT}_claims_only_held_credits"):
            get_user_model().objects.filter(pk=user.pk).update(ai_credits_claimed=claimed)

    def test_held_credits_that_are_claimed_are_not_set_free(self, user):
        hold(user, 10, at=timezone.now())
        make_claim(user, open_amount=10)
        with refused(f"{USER_CONSTRAINT}_claims_only_held_credits"):
            get_user_model().objects.filter(pk=user.pk).update(ai_credits=91, ai_credits_held=9)

    def test_a_new_user_has_no_debt(self):
        with refused(f"{USER_CONSTRAINT}_credits_not_negative|credits_aicreditlog_"):
            get_user_model().objects.create(ai_credits=-1)


def test_every_constraint_of_the_app_is_violated_above():
    models = (AiCreditLog, CreditHold, CreditClaim, ActionPrice)
    names = {constraint.name for model in models for constraint in model._meta.constraints}
    tested = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in names if name.removeprefix("credits_actionprice_") not in tested} == set()
