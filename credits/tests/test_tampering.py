"""What an attacker tried: back-dated entries, speaking metadata, forged cursors, the end of the calendar."""

from base64 import b64encode
from urllib.parse import urlencode

import pytest

from credits import services as ledger
from credits.exceptions import IdempotencyConflict
from credits.tests.ledger_helpers import balance, refused
from credits.tests.test_constraints import insert_entry

pytestmark = pytest.mark.django_db


class TestLedger:
    @pytest.mark.parametrize("amount", [90, 0])
    def test_an_entry_with_an_old_id_cannot_slip_in_before_others(self, user, amount):
        ledger.spend(user_id=user.pk, amount=10, action_type="test", key="k")
        with refused("credits_ledger_continuous"):
            insert_entry(user, id=-1, amount=amount, balance_after=90)

    def test_metadata_of_a_caller_does_not_change_what_a_key_is_compared_with(self, user):
        cause = {"user_id": user.pk, "action_type": "test", "key": "k", "metadata": {"requested": -50}}
        ledger.spend(amount=5, **cause)
        assert ledger.spend(amount=5, **cause).created is False
        with pytest.raises(IdempotencyConflict):
            ledger.spend(amount=50, **cause)
        assert balance(user) == (95, 0)

    def test_a_key_of_another_kind_is_a_conflict_and_no_crash(self, user):
        ledger.grant(user_id=user.pk, amount=5, action_type="bonus", key="k")
        with pytest.raises(IdempotencyConflict):
            ledger.adjust(user_id=user.pk, amount=5, actor_id=user.pk, reason="why", key="k")
        ledger.adjust(user_id=user.pk, amount=5, actor_id=user.pk, reason="why", key="a")
        with pytest.raises(IdempotencyConflict):
            ledger.grant(user_id=user.pk, amount=5, action_type="staff_adjustment", key="a")
        assert balance(user) == (110, 0)


@pytest.mark.this_project
class TestReading:
    @pytest.mark.parametrize("position", ["abc", "1.5", "", "\0", "1 or 1=1"])
    def test_a_forged_cursor_is_400(self, api, position):
        cursor = b64encode(urlencode({"p": position}, doseq=True).encode() or b"p=").decode()
        answer = api.get("/api/credits/log", {"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")

    @pytest.mark.parametrize("position", [-1, 0, 10**30])
    def test_a_cursor_beyond_the_log_is_only_a_cursor(self, api, position):
        cursor = b64encode(f"p={position}".encode()).decode()
        assert api.get("/api/credits/log", {"cursor": cursor}).status_code == 200

    @pytest.mark.parametrize(
        ("query", "fields"),
        [
            ("from=9999-12-31&to=9999-12-31", {"from", "to"}),
            ("to=9999-12-31", {"to"}),
            ("to=0001-01-01", {"to"}),
            ("from=0001-01-01", {"from"}),
        ],
    )
    def test_the_end_of_the_calendar_is_400(self, api, query, fields):
        answer = api.get(f"/api/credits/usage?{query}")
        assert (answer.status_code, set(answer.json()["errors"])) == (400, fields)


@pytest.mark.usefixtures("paid_actions")
@pytest.mark.this_project
class TestOtherMethods:
    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
    def test_are_405_and_not_asked_for_a_body_or_credits(self, api, anonymous, method):
        assert getattr(api, method)("/api/note").status_code == 405
        assert getattr(anonymous, method)("/api/note").status_code == 401

    def test_options_describes_the_action(self, api, user):
        assert api.options("/api/note").status_code == 200
        assert balance(user) == (100, 0)
