"""Reserve, capture, release, expire: credits are spent with the work or come back."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from credits import services as ledger
from credits.exceptions import (
    AlreadyCharged,
    HoldClosed,
    IdempotencyConflict,
    InsufficientCredits,
    RequestInProgress,
    StoredResponseExpired,
    UnknownHolder,
)
from credits.models import AiCreditLog, CreditHold, HoldState
from credits.services import holds, idempotency
from credits.tests.ledger_helpers import assert_ledger_consistent, at_once, balance, rolled_back

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
A_QUARTER_LATER = NOON + timedelta(minutes=15)


def hold(user, amount=10, **more):
    return holds.hold(**{"user_id": user.pk, "amount": amount, "action_type": "summarise", **more})


def request(key="k", body="body", endpoint="POST /api/notes"):
    return ledger.RequestKey(endpoint=endpoint, key=key, request_hash=body)


class TestHold:
    def test_moves_credits_aside_and_posts_nothing(self, user):
        held = hold(user, 10)
        assert (held.user_id, held.amount, held.price.base, held.cost_of()) == (user.pk, 10, 10, 10)
        assert balance(user) == (90, 10)
        assert AiCreditLog.objects.of(user.pk).count() == 1
        assert str(CreditHold.objects.get(id=held.id)) == "10 for summarise (held)"
        assert_ledger_consistent(user)

    def test_the_last_credit_can_be_held_and_no_more(self, user):
        hold(user, 100)
        with pytest.raises(InsufficientCredits) as refusal:
            hold(user, 1)
        assert (refusal.value.required, refusal.value.available) == (1, 0)
        assert balance(user) == (0, 100)

    def test_free_work_holds_nothing(self, user):
        held = hold(user, 0)
        assert holds.capture(hold=held).amount == 0
        assert_ledger_consistent(user)

    def test_less_than_nothing_cannot_be_held(self, user):
        with pytest.raises(ValueError, match="not be negative"):
            hold(user, -10)
        assert balance(user) == (100, 0)

    def test_a_user_exists(self):
        with pytest.raises(UnknownHolder):
            holds.hold(user_id=10**15, amount=1, action_type="summarise")


class TestCapture:
    def test_spends_all_of_it_by_default(self, user):
        held = hold(user)
        captured = holds.capture(
            hold=held, reference=ledger.Reference(type="note", id="1"), metadata={"tokens": 3}, at=NOON
        )
        assert (captured.amount, captured.available) == (10, 90)
        entry = AiCreditLog.objects.get(id=captured.entry_id)
        assert (entry.kind, entry.amount, entry.balance_after) == ("spend", -10, 90)
        assert entry.idempotency_key == f"hold:{held.id}"
        assert (entry.reference_type, entry.reference_id) == ("note", "1")
        assert (entry.metadata, entry.created_at) == ({"tokens": 3}, NOON)
        assert balance(user) == (90, 0)
        assert_ledger_consistent(user)

    @pytest.mark.parametrize("taken", [0, 1, 9])
    def test_returns_what_was_not_needed(self, user, taken):
        captured = holds.capture(hold=hold(user), amount=taken)
        assert (captured.amount, captured.available) == (taken, 100 - taken)
        assert balance(user) == (100 - taken, 0)
        assert_ledger_consistent(user)

    def test_leaves_other_holds_alone(self, user):
        first, second = hold(user, 10), hold(user, 20)
        holds.capture(hold=first, amount=4)
        assert balance(user) == (76, 20)
        holds.capture(hold=second)
        assert_ledger_consistent(user)

    @pytest.mark.parametrize("taken", [-1, 11])
    def test_takes_no_more_than_was_held(self, user, taken):
        with pytest.raises(ValueError, match="cannot be captured"):
            holds.capture(hold=hold(user), amount=taken)
        assert balance(user) == (90, 10)

    def test_happens_once(self, user):
        held = hold(user)
        holds.capture(hold=held)
        with pytest.raises(HoldClosed) as refusal:
            holds.capture(hold=held)
        assert refusal.value.state == "captured"
        assert balance(user) == (90, 0)

    def test_a_released_hold_pays_for_nothing(self, user):
        held = hold(user)
        holds.release(hold=held)
        with pytest.raises(HoldClosed) as refusal:
            holds.capture(hold=held)
        assert refusal.value.state == "released"
        assert balance(user) == (100, 0)
        assert AiCreditLog.objects.of(user.pk).spends().count() == 0

    def test_an_expired_hold_is_taken_afresh_if_the_credits_are_there(self, user):
        held = hold(user, request=request(), at=NOON)
        ledger.process_due(user_id=user.pk, at=A_QUARTER_LATER)
        captured = holds.capture(
            hold=held, amount=7, response_status=200, response_body={}, at=A_QUARTER_LATER
        )
        assert (captured.amount, captured.available) == (7, 93)
        with pytest.raises(AlreadyCharged):
            hold(user, request=request(), at=A_QUARTER_LATER)
        assert_ledger_consistent(user)

    def test_an_expired_hold_pays_for_nothing_when_the_credits_are_gone(self, user):
        held = hold(user, at=NOON)
        ledger.spend(user_id=user.pk, amount=95, action_type="x", key="x", at=A_QUARTER_LATER)
        with pytest.raises(HoldClosed) as refusal:
            holds.capture(hold=held, at=A_QUARTER_LATER)
        assert refusal.value.state == "expired"
        assert balance(user) == (5, 0)
        assert_ledger_consistent(user)

    def test_an_expired_hold_whose_request_ran_again_is_not_paid_twice(self, user):
        held = hold(user, request=request(), at=NOON)
        again = hold(user, request=request(), at=A_QUARTER_LATER)
        holds.capture(hold=again, response_status=200, response_body={}, at=A_QUARTER_LATER)
        with pytest.raises(HoldClosed):
            holds.capture(hold=held, at=A_QUARTER_LATER)
        assert balance(user) == (90, 0)

    def test_another_users_hold_pays_for_nothing(self, user, staff):
        held = hold(user)
        stolen = replace(held, user_id=staff.pk)
        with pytest.raises(HoldClosed):
            holds.capture(hold=stolen)
        assert (balance(user), balance(staff)) == ((90, 10), (100, 0))

    def test_a_hold_that_never_was_pays_for_nothing(self, user):
        held = hold(user)
        forged = replace(held, id=uuid.UUID(int=1))
        with pytest.raises(HoldClosed) as refusal:
            holds.capture(hold=forged)
        assert refusal.value.state == "unknown"

    def test_a_capture_that_rolls_back_never_was(self, user):
        held = hold(user)
        with rolled_back():
            holds.capture(hold=held)
        assert balance(user) == (90, 10)
        assert holds.release(hold=held) is True
        assert balance(user) == (100, 0)


class TestRelease:
    def test_gives_everything_back(self, user):
        held = hold(user)
        assert holds.release(hold=held, at=NOON) is True
        assert balance(user) == (100, 0)
        row = CreditHold.objects.get(id=held.id)
        assert (row.state, row.closed_at, row.captured_amount) == (HoldState.RELEASED, NOON, None)

    def test_happens_once(self, user):
        held = hold(user)
        holds.release(hold=held)
        assert holds.release(hold=held) is False
        assert balance(user) == (100, 0)

    def test_after_a_capture_gives_nothing_back(self, user):
        held = hold(user)
        holds.capture(hold=held)
        assert holds.release(hold=held) is False
        assert balance(user) == (90, 0)


class TestExpiry:
    def test_what_a_dead_process_left_comes_back_with_the_next_access(self, user):
        hold(user, 100, at=NOON)
        hold(user, 30, at=A_QUARTER_LATER)
        assert balance(user) == (70, 30)
        assert_ledger_consistent(user)

    def test_not_a_second_early(self, user):
        hold(user, 100, at=NOON)
        with pytest.raises(InsufficientCredits):
            hold(user, 1, at=A_QUARTER_LATER - timedelta(seconds=1))
        assert ledger.process_due(user_id=user.pk, at=NOON) == 0

    def test_frees_all_that_are_due_and_no_other(self, user):
        for _ in range(3):
            hold(user, 10, at=NOON)
        young = hold(user, 5, at=A_QUARTER_LATER)
        assert ledger.process_due(user_id=user.pk, at=A_QUARTER_LATER) == 95
        assert ledger.process_due(user_id=user.pk, at=A_QUARTER_LATER) == 95
        assert balance(user) == (95, 5)
        assert CreditHold.objects.get(state=HoldState.HELD).id == young.id

    def test_leaves_other_users_alone(self, user, staff):
        hold(staff, at=NOON)
        ledger.process_due(user_id=user.pk, at=A_QUARTER_LATER)
        assert balance(staff) == (90, 10)

    def test_of_an_unknown_user_is_refused(self):
        with pytest.raises(UnknownHolder):
            ledger.process_due(user_id=10**15)


class TestRequestKey:
    def test_a_charged_request_is_replayed(self, user):
        held = hold(user, request=request())
        holds.capture(hold=held, response_status=201, response_body={"id": 1})
        with pytest.raises(AlreadyCharged) as refusal:
            hold(user, request=request())
        assert refusal.value.response == ledger.StoredResponse(status=201, body={"id": 1}, available=90)
        assert balance(user) == (90, 0)

    def test_also_when_nothing_is_left(self, user):
        held = hold(user, 100, request=request())
        holds.capture(hold=held, response_status=200, response_body=None)
        with pytest.raises(AlreadyCharged) as refusal:
            hold(user, 100, request=request())
        assert refusal.value.response == ledger.StoredResponse(status=200, body=None, available=0)

    def test_without_a_key_nothing_is_remembered(self, user):
        held = hold(user)
        holds.capture(hold=held, response_status=201, response_body={"id": 1})
        stored = CreditHold.objects.get(id=held.id)
        assert (stored.response_status, stored.response_body) == (None, None)

    def test_a_response_that_was_never_stored_is_not_replayed(self, user):
        holds.capture(hold=hold(user, request=request()))
        with pytest.raises(StoredResponseExpired):
            hold(user, request=request())
        assert balance(user) == (90, 0)

    def test_a_running_request_is_not_run_again(self, user):
        held = hold(user, request=request())
        with pytest.raises(RequestInProgress) as refusal:
            hold(user, request=request())
        assert refusal.value.hold_id == held.id
        assert balance(user) == (90, 10)

    def test_also_when_it_holds_the_last_credit(self, user):
        hold(user, 100, request=request())
        with pytest.raises(RequestInProgress):
            hold(user, 100, request=request())

    def test_another_body_is_refused(self, user):
        hold(user, request=request())
        with pytest.raises(IdempotencyConflict) as refusal:
            hold(user, request=request(body="another"))
        assert refusal.value.differs == ("body",)
        assert balance(user) == (90, 10)

    def test_a_released_key_runs_again(self, user):
        holds.release(hold=hold(user, request=request()))
        assert hold(user, request=request(body="another")).request == request(body="another")

    def test_an_expired_key_runs_again_and_its_credits_are_back(self, user):
        hold(user, 100, request=request(), at=NOON)
        hold(user, 100, request=request(), at=A_QUARTER_LATER)
        assert balance(user) == (0, 100)
        assert_ledger_consistent(user)

    def test_a_key_belongs_to_one_user_and_one_endpoint(self, user, staff):
        hold(user, request=request())
        hold(user, request=request(endpoint="POST /api/other"))
        hold(staff, request=request())
        assert (balance(user), balance(staff)) == ((80, 20), (90, 10))

    def test_a_used_key_leaves_the_transaction_that_it_came_in_usable(self, user):
        with transaction.atomic():
            hold(user, request=request())
            with pytest.raises(RequestInProgress):
                hold(user, request=request())
            hold(user, 20)
        assert balance(user) == (70, 30)


class TestExpiredResponses:
    @pytest.fixture(autouse=True)
    def days(self, settings):
        settings.CREDIT_RESPONSE_DAYS = 30

    def answered(self, user, key, *, days_ago):
        at = NOON - timedelta(days=days_ago)
        held = hold(user, 1, request=request(key), at=at)
        holds.capture(hold=held, response_status=201, response_body={"id": key}, at=at)

    def test_an_old_response_is_deleted_and_its_key_stays(self, user):
        self.answered(user, "old", days_ago=31)
        self.answered(user, "new", days_ago=29)
        assert ledger.delete_expired_responses(at=NOON) == 1
        assert ledger.delete_expired_responses(at=NOON) == 0
        with pytest.raises(AlreadyCharged) as refusal:
            hold(user, 1, request=request("new"), at=NOON)
        assert refusal.value.response.body == {"id": "new"}
        with pytest.raises(StoredResponseExpired):
            hold(user, 1, request=request("old"), at=NOON)
        with pytest.raises(IdempotencyConflict):
            hold(user, 1, request=request("old", body="another"), at=NOON)
        assert balance(user) == (98, 0)
        assert_ledger_consistent(user)

    def test_in_batches(self, user, monkeypatch):
        monkeypatch.setattr(idempotency, "RESPONSES_PER_BATCH", 2)
        for key in "abcde":
            self.answered(user, key, days_ago=40)
        assert ledger.delete_expired_responses(at=NOON) == 5
        assert not CreditHold.objects.exclude(response_body=None).exists()

    def test_a_request_that_still_runs_is_left_alone(self, user):
        held = hold(user, 1, request=request(), at=NOON - timedelta(days=31))
        assert ledger.delete_expired_responses(at=NOON) == 0
        holds.capture(hold=held, response_status=201, response_body=1, at=NOON)
        assert ledger.delete_expired_responses(at=NOON) == 0

    @pytest.mark.django_db(transaction=True)
    def test_two_sweeps_at_once_do_not_wait_for_each_other(self, user):
        self.answered(user, "a", days_ago=31)
        with transaction.atomic():
            CreditHold.objects.select_for_update(no_key=True).get()
            assert at_once(lambda: ledger.delete_expired_responses(at=NOON)) == [0]
        assert ledger.delete_expired_responses(at=NOON) == 1
