"""Charge for work: hold, work, capture with the result; whatever goes wrong, the credits come back."""

import logging
import uuid

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError

from credits import services as ledger
from credits.exceptions import AlreadyCharged, HoldClosed, InsufficientCredits, RequestInProgress
from credits.models import AiCreditLog, CreditHold, HoldState
from credits.pricing import price_of
from credits.tests.ledger_helpers import assert_ledger_consistent, at_once, balance

# With transactions of its own: what is tested is what is committed when.
pytestmark = pytest.mark.django_db(transaction=True)
PRICES = {"note": {"base": 3, "per_unit": 2, "unit": "line"}}
KEY = ledger.RequestKey(endpoint="POST /api/notes", key="k", request_hash="body")


@pytest.fixture(autouse=True)
def prices(settings):
    settings.CREDIT_PRICES = PRICES


def charge(user, units=5, **more):
    return ledger.charge(user=user, action="note", units=units, **more)


def reserve(user, units=5, **more):
    with transaction.atomic():
        return ledger.reserve(user=user, action="note", units=units, **more)


def reserve_expired(user, settings, **more):
    settings.CREDIT_HOLD_SECONDS = 0
    hold = reserve(user, **more)
    settings.CREDIT_HOLD_SECONDS = 900
    assert ledger.process_due(user_id=user.pk) == 100
    return hold


def kill_connection():
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(pg_backend_pid())")


class TestCharge:
    def test_holds_in_its_own_commit_then_takes_what_was_delivered(self, user):
        with charge(user) as charged:
            assert at_once(lambda: balance(user)) == [(87, 13)]  # another connection sees it
            assert not connection.in_atomic_block
            with transaction.atomic():
                captured = charged.capture(units=2, reference=ledger.Reference(type="note", id="1"))
        assert (captured.amount, captured.available) == (7, 93)
        entry = AiCreditLog.objects.of(user.pk).spends().get()
        assert (entry.action_type, entry.reference_type, entry.reference_id) == ("note", "note", "1")
        assert balance(user) == (93, 0)
        assert_ledger_consistent(user)

    @pytest.mark.parametrize(("units", "cost"), [(None, 13), (5, 13), (0, 3), (99, 13)])
    def test_takes_all_by_default_and_never_more_than_is_held(self, user, units, cost):
        with charge(user) as charged, transaction.atomic():
            assert charged.capture(units=units).amount == cost
        assert balance(user) == (100 - cost, 0)

    def test_costs_two_statements_and_a_transaction(self, user, django_assert_num_queries):
        price_of("note")  # the rows of prices are read every ten seconds
        with django_assert_num_queries(4), charge(user) as charged, transaction.atomic():
            charged.capture()

    def test_the_price_is_the_one_of_the_hold(self, user, settings):
        with charge(user) as charged:
            settings.CREDIT_PRICES = {"note": {"base": 1, "per_unit": 1}}
            with transaction.atomic():
                assert charged.capture(units=4).amount == 11
        assert charged.cost == 13

    def test_poor_users_are_refused_before_the_work(self, make_user):
        user = make_user(credits=12)
        with pytest.raises(InsufficientCredits) as refusal, charge(user):
            pytest.fail("The work was done.")
        assert (refusal.value.required, refusal.value.available) == (13, 12)

    def test_an_action_has_a_price(self, user):
        with pytest.raises(ImproperlyConfigured, match="unheard_of"):
            ledger.charge(user=user, action="unheard_of")

    @pytest.mark.parametrize("ask", [charge, reserve])
    def test_less_than_no_units_cannot_be_asked_for(self, user, ask):
        with pytest.raises(ValueError, match="asked for"):
            ask(user, units=-1)

    def test_less_than_no_units_cannot_be_delivered(self, user):
        with pytest.raises(ValueError, match="delivered"), charge(user) as charged, transaction.atomic():
            charged.capture(units=-1)
        assert balance(user) == (100, 0)

    def test_needs_a_user_or_a_hold(self):
        with pytest.raises(TypeError):
            ledger.charge(action="note")


class TestTransactions:
    def test_no_work_begins_inside_a_transaction(self, user):
        with transaction.atomic():
            with pytest.raises(RuntimeError, match="durable"), charge(user):
                pytest.fail("The work was done.")
            assert balance(user) == (100, 0)

    def test_a_hold_is_not_taken_up_inside_a_transaction(self, user):
        hold = reserve(user)
        with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), ledger.charge(hold=hold):
            pytest.fail("The work was done.")
        assert balance(user) == (87, 13)

    def test_a_capture_outside_a_transaction_is_refused(self, user):
        with (
            pytest.raises(TransactionManagementError, match=r"capture must be called"),
            charge(user) as charged,
        ):
            charged.capture()
        assert balance(user) == (100, 0)

    def test_a_reservation_outside_a_transaction_is_refused(self, user):
        with pytest.raises(TransactionManagementError, match="reserve must be called"):
            ledger.reserve(user=user, action="note")
        assert balance(user) == (100, 0)

    def test_a_charge_is_not_entered_while_it_holds(self, user):
        charged = charge(user)
        with pytest.raises(RuntimeError, match="once at a time"), charged, charged:
            pytest.fail("The work was done.")
        assert CreditHold.objects.get().state == HoldState.RELEASED
        assert balance(user) == (100, 0)

    def test_a_charge_that_was_left_captures_nothing(self, user):
        with charge(user) as charged:
            pass
        with transaction.atomic(), pytest.raises(RuntimeError, match="within its `with` block"):
            charged.capture()
        assert balance(user) == (100, 0)


class TestRelease:
    @pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit])
    def test_follows_whatever_the_work_raises(self, user, error):
        with pytest.raises(error), charge(user):
            raise error
        assert CreditHold.objects.get().state == HoldState.RELEASED
        assert balance(user) == (100, 0)

    def test_follows_work_that_captures_nothing(self, user):
        with charge(user):
            pass
        assert CreditHold.objects.get().state == HoldState.RELEASED

    def test_follows_a_transaction_that_fails_after_the_capture(self, user):
        def work():
            with charge(user) as charged, transaction.atomic():
                charged.capture()
                raise ValueError("The disk is full.")

        with pytest.raises(ValueError, match="disk"):
            work()
        assert CreditHold.objects.get().state == HoldState.RELEASED
        assert balance(user) == (100, 0)

    @pytest.mark.parametrize("savepoint", [False, True])
    def test_follows_a_rollback_that_raises_nothing(self, user, savepoint):
        with charge(user) as charged, transaction.atomic():
            Group.objects.create(name="kept, if the rollback ends at a savepoint")
            with transaction.atomic(savepoint=savepoint):
                charged.capture()
                transaction.set_rollback(True)
        assert CreditHold.objects.get().state == HoldState.RELEASED
        assert Group.objects.count() == savepoint
        assert balance(user) == (100, 0)

    def test_does_not_follow_a_failure_after_the_commit(self, user):
        def work():
            with charge(user) as charged:
                with transaction.atomic():
                    charged.capture()
                raise ValueError("The mail server is down.")

        with pytest.raises(ValueError, match="mail"):
            work()
        assert CreditHold.objects.get().state == HoldState.CAPTURED
        assert balance(user) == (87, 0)

    def test_is_left_to_the_expiry_when_the_database_fails(self, user, settings, caplog):
        settings.CREDIT_HOLD_SECONDS = 0

        def work():
            with charge(user):
                with pytest.raises(OperationalError):
                    kill_connection()
                raise ValueError("The engine broke.")  # and this is what the caller learns

        with caplog.at_level(logging.ERROR, logger="credits"), pytest.raises(ValueError, match="engine"):
            work()
        connection.close()  # Django opens another one
        assert "13 credits could not be released" in caplog.text
        assert balance(user) == (87, 13)
        assert ledger.process_due(user_id=user.pk) == 100


class TestReservation:
    def test_and_its_job_are_one_commit(self, user):
        with transaction.atomic():
            ledger.reserve(user=user, action="note")
            transaction.set_rollback(True)  # the job could not be stored
        assert balance(user) == (100, 0)
        assert CreditHold.objects.count() == 0

    def test_is_taken_up_by_another_process_at_the_price_of_then(self, user, settings):
        hold = reserve(user, request=KEY)
        settings.CREDIT_PRICES = {}

        def work():
            with ledger.charge(hold=hold) as charged, transaction.atomic():
                assert charged.cost == 13
                return charged.capture(units=1, response_status=200, response_body="done").amount

        assert at_once(work) == [5]
        settings.CREDIT_PRICES = PRICES
        with pytest.raises(AlreadyCharged) as earlier, charge(user, request=KEY):
            pytest.fail("The work was done twice.")
        assert earlier.value.response == ledger.StoredResponse(status=200, body="done", available=95)
        assert_ledger_consistent(user)

    def test_that_runs_is_found_by_its_key(self, user):
        hold = reserve(user, request=KEY)
        with pytest.raises(RequestInProgress) as refusal, charge(user, request=KEY):
            pytest.fail("The work was done twice.")
        assert refusal.value.hold_id == hold

    def test_is_captured_once_by_two_workers(self, user):
        hold = reserve(user)

        def work():
            with ledger.charge(hold=hold) as charged, transaction.atomic():
                return charged.capture().amount

        results = at_once(work, work)
        assert 13 in results
        assert sum(isinstance(result, HoldClosed) for result in results) == 1
        assert balance(user) == (87, 0)
        assert_ledger_consistent(user)

    def test_that_is_kept_is_still_held_after_a_failure_and_can_be_charged_later(self, user):
        hold = reserve(user)
        with ledger.charge(hold=hold) as charged:
            charged.keep()  # the work fails, and is caught
        assert CreditHold.objects.get(id=hold).state == HoldState.HELD
        with ledger.charge(hold=hold) as charged, transaction.atomic():
            charged.keep()
            charged.capture()
        assert CreditHold.objects.get(id=hold).state == HoldState.CAPTURED
        assert_ledger_consistent(user)

    def test_is_kept_only_once(self, user):
        hold = reserve(user)
        charged = ledger.charge(hold=hold)
        with charged:
            charged.keep()
        with charged:
            pass
        assert CreditHold.objects.get(id=hold).state == HoldState.RELEASED

    def test_that_expired_is_charged_if_the_credits_are_there(self, user, settings):
        hold = reserve_expired(user, settings)
        with ledger.charge(hold=hold) as charged, transaction.atomic():
            charged.capture(units=1)
        assert balance(user) == (95, 0)
        assert_ledger_consistent(user)

    def test_that_expired_charges_nothing_when_the_credits_are_gone(self, user, settings):
        settings.CREDIT_HOLD_SECONDS = 0
        hold = reserve(user)
        ledger.spend(user_id=user.pk, amount=99, action_type="x", key="x")
        with pytest.raises(HoldClosed), ledger.charge(hold=hold) as charged, transaction.atomic():
            charged.capture()
        assert balance(user) == (1, 0)

    def test_is_cancelled_once_and_then_pays_for_nothing(self, user):
        hold = reserve(user)
        assert [ledger.release(hold=hold), ledger.release(hold=hold)] == [True, False]
        with pytest.raises(HoldClosed) as refusal, ledger.charge(hold=hold):
            pytest.fail("The work was done.")
        assert refusal.value.state == HoldState.RELEASED
        assert balance(user) == (100, 0)

    def test_that_is_cancelled_during_the_work_charges_nothing(self, user):
        hold = reserve(user)

        def work():
            with ledger.charge(hold=hold) as charged:
                ledger.release(hold=hold)
                with transaction.atomic():
                    charged.capture()

        with pytest.raises(HoldClosed):
            work()
        assert balance(user) == (100, 0)

    def test_that_is_cancelled_after_its_expiry_charges_nothing(self, user, settings):
        hold = reserve_expired(user, settings)
        assert [ledger.release(hold=hold), ledger.release(hold=hold)] == [True, False]
        with pytest.raises(HoldClosed) as refusal, ledger.charge(hold=hold):
            pytest.fail("The work was done.")
        assert refusal.value.state == HoldState.RELEASED
        assert_ledger_consistent(user)

    def test_that_is_cancelled_after_its_expiry_or_captured_never_both(self, user, settings):
        hold = reserve_expired(user, settings)

        def work():
            with ledger.charge(hold=hold) as charged, transaction.atomic():
                return charged.capture()

        captured, cancelled = at_once(work, lambda: ledger.release(hold=hold))
        assert isinstance(captured, HoldClosed) is cancelled
        assert balance(user) == ((100, 0) if cancelled else (87, 0))
        assert_ledger_consistent(user)

    def test_whose_work_failed_after_its_expiry_is_closed(self, user, settings):
        hold = reserve_expired(user, settings)
        with pytest.raises(ValueError, match="engine"), ledger.charge(hold=hold):
            raise ValueError("The engine broke.")
        with pytest.raises(HoldClosed), ledger.charge(hold=hold):
            pytest.fail("The work was done.")

    def test_that_expired_does_not_charge_its_key_a_second_time(self, user, settings):
        first = reserve_expired(user, settings, request=KEY)
        second = reserve(user, request=KEY)  # the client sent the request again
        with ledger.charge(hold=second) as charged, transaction.atomic():
            charged.capture(response_status=200, response_body="done")
        with pytest.raises(HoldClosed), ledger.charge(hold=first):
            pytest.fail("The work was done twice.")
        assert balance(user) == (87, 0)
        assert_ledger_consistent(user)

    def test_that_never_was_cannot_be_taken_up(self):
        with pytest.raises(HoldClosed) as refusal, ledger.charge(hold=uuid.uuid4()):
            pytest.fail("The work was done.")
        assert refusal.value.state == "unknown"

    def test_that_never_was_cannot_be_cancelled(self):
        assert ledger.release(hold=uuid.uuid4()) is False
