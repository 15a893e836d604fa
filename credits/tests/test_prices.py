"""Prices: immutable rows, what they cost, and that a hold keeps its price."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import ceil

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from credits import pricing
from credits import services as ledger
from credits.checks import check_price_rows
from credits.exceptions import AlreadyCharged, CostTooLarge, InsufficientCredits
from credits.models import ActionPrice, AiCreditLog, CreditHold
from credits.pricing import Price, price_of, prices
from credits.services import Tokens, holds
from credits.tests.ledger_helpers import assert_ledger_consistent, at_once, balance, refused

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PER_TOKEN = {"base": 1, "per_million_input_tokens": 200, "per_million_output_tokens": 800, "minimum": 2}
KEY = ledger.RequestKey(endpoint="POST /api/notes", key="k", request_hash="body")

numbers = st.integers(0, 10**6)
counts = st.integers(0, 10**7)
tokens = st.builds(Tokens, input=counts, output=counts)
some_prices = st.builds(
    Price,
    action=st.just("note"),
    base=numbers,
    per_unit=numbers,
    per_million_input_tokens=numbers,
    per_million_output_tokens=numbers,
    minimum=numbers,
)


@pytest.fixture(autouse=True)
def prices_in_settings(settings):
    settings.CREDIT_PRICES = {"note": {"base": 3, "per_unit": 2, "unit": "line"}}


def set_price(user, **price):
    return ledger.set_price(**{"action": "note", "actor_id": user.pk, **(price or {"base": 7})})


def charge(user, **more):
    return ledger.charge(user=user, action="note", **more)


class TestCost:
    @given(some_prices, st.integers(0, 1000), tokens)
    def test_is_the_exact_sum_rounded_up_once_and_at_least_the_minimum(self, price, units, used):
        exact = price.base + price.per_unit * units
        exact += Fraction(price.per_million_input_tokens * used.input, 10**6)
        exact += Fraction(price.per_million_output_tokens * used.output, 10**6)
        assert price.of(units, used) == max(price.minimum, ceil(exact))

    @given(some_prices, st.integers(0, 1000), st.integers(0, 1000), tokens, tokens)
    def test_of_more_is_not_less(self, price, units, more_units, used, more):
        both = Tokens(input=used.input + more.input, output=used.output + more.output)
        assert price.of(units + more_units, both) >= price.of(units, used)

    @given(some_prices, st.integers(0, 1000), tokens, st.none() | st.integers(0, 10**4), st.none() | tokens)
    def test_of_what_was_delivered_is_never_more_than_is_held(self, price, asked, most, units, used):
        amount = price.of(asked, most)
        hold = holds.Hold(id=None, user_id=1, amount=amount, action_type="note", price=price, units=asked)
        cost = hold.cost_of(units, used)
        assert 0 <= cost <= amount
        if used is None and (units is None or price.is_per_token):
            assert cost == amount
        elif used is not None:
            assert cost == min(amount, price.of(asked if units is None else units, used))

    @pytest.mark.parametrize(
        ("used", "cost"),
        [
            (Tokens(), 2),
            (Tokens(input=1), 2),
            (Tokens(input=5_000), 2),
            (Tokens(input=5_001), 3),
            (Tokens(input=5_000, output=1), 3),
            (Tokens(input=10**6, output=10**6), 1001),
        ],
    )
    def test_per_token(self, used, cost):
        assert Price(action="note", **PER_TOKEN).of(0, used) == cost

    @pytest.mark.parametrize("wrong", [{"input": -1}, {"output": -1}])
    def test_less_than_no_tokens_is_no_number_of_tokens(self, wrong):
        with pytest.raises(ValueError, match="not be negative"):
            Tokens(**wrong)


@pytest.mark.django_db(transaction=True)
class TestInForce:
    def test_settings_apply_while_there_is_no_row(self):
        assert (price_of("note").base, price_of("note").source) == (3, "settings")

    def test_a_row_applies_instead_of_settings_at_once(self, user):
        assert price_of("note").base == 3
        row = set_price(user, base=7)
        assert price_of("note") == Price(action="note", base=7, source=f"row:{row.pk}")
        assert [price.base for price in prices()] == [7]

    def test_a_row_prices_an_action_that_settings_do_not(self, user):
        with pytest.raises(ImproperlyConfigured, match="'report'"):
            price_of("report")
        set_price(user, action="report", base=9)
        assert [(price.action, price.base) for price in prices()] == [("note", 3), ("report", 9)]

    def test_the_newest_that_is_effective_wins(self, user):
        start = timezone.now() + HOUR
        for base, hours in [(4, 0), (6, 2), (5, 1)]:
            set_price(user, base=base, effective_from=start + hours * HOUR)
        found = [price_of("note", at=start + hours * HOUR).base for hours in (-1, 0, 1, 2, 3)]
        assert found == [3, 4, 5, 6, 6]

    def test_of_two_that_start_together_the_one_added_last_wins(self, user):
        start = timezone.now() + HOUR
        set_price(user, base=4, effective_from=start)
        set_price(user, base=5, effective_from=start)
        assert price_of("note", at=start).base == 5
        assert price_of("note").base == 3

    def test_a_scheduled_price_is_in_force_on_time_without_another_look(self, user, monkeypatch):
        monkeypatch.setattr(pricing, "FRESH_SECONDS", 10**6)
        start = timezone.now() + HOUR
        set_price(user, base=9, effective_from=start)
        assert price_of("note").base == 3
        assert price_of("note", at=start - timedelta(microseconds=1)).base == 3
        assert price_of("note", at=start).base == 9

    def test_prices_are_not_read_for_each_request(self, user, django_assert_num_queries):
        set_price(user)
        with django_assert_num_queries(1):
            assert [price_of("note").base for _ in range(50)] == [7] * 50

    def test_a_row_of_another_process_is_in_force_within_seconds(self, user, monkeypatch):
        assert price_of("note").base == 3
        now = timezone.now()
        ActionPrice.objects.create(
            action="note", base=8, effective_from=now, created_at=now, created_by_id=user.pk
        )
        assert price_of("note").base == 3
        monkeypatch.setattr(pricing, "FRESH_SECONDS", 0)
        assert price_of("note").base == 8

    def test_a_row_that_is_rolled_back_was_never_in_force(self, user):
        assert price_of("note").base == 3
        with transaction.atomic():
            set_price(user)
            transaction.set_rollback(True)
        assert price_of("note").base == 3

    def test_two_staff_add_prices_at_once_and_one_is_in_force(self, user, staff):
        rows = at_once(lambda: set_price(user, base=5), lambda: set_price(staff, base=6))
        newest = max(rows, key=lambda row: (row.effective_from, row.pk))
        assert price_of("note").source == f"row:{newest.pk}"
        assert ActionPrice.objects.count() == 2
        pricing.clear_cache()
        assert price_of("note").source == f"row:{newest.pk}"

    def test_only_rows_that_still_matter_are_kept(self, user):
        for hours in range(5):
            set_price(user, base=1 + hours, effective_from=NOON + hours * HOUR, at=NOON)
        current = ActionPrice.objects.not_superseded(at=NOON + 2 * HOUR).newest_first()
        assert [row.base for row in current] == [5, 4, 3]


@pytest.mark.django_db
class TestRow:
    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"base": 0}, "must be above 0"),
            ({"base": -1}, "from 0 to"),
            ({"base": 10**12 + 1}, "from 0 to"),
            ({"per_unit": 1}, "unit"),
            ({"base": 1, "unit": "line"}, "unit"),
            ({"base": 1, "effective_from": NOON}, "in the past"),
            ({"base": 1, "action": ""}, "blank"),
            ({"base": 1, "note": "x" * 501}, "500"),
            ({"base": 10**30}, "less than or equal"),
        ],
    )
    def test_that_breaks_a_rule_is_refused_with_a_sentence(self, user, wrong, message):
        with pytest.raises(ValidationError, match=message):
            set_price(user, **wrong)
        assert not ActionPrice.objects.exists()

    def test_is_added_by_a_known_user(self):
        with pytest.raises(ValidationError, match="not a valid choice"):
            ledger.set_price(action="note", actor_id=10**15, base=1)

    @pytest.mark.parametrize("change", [{"base": 1}, {"note": "a nicer one"}, {"effective_from": NOON}])
    def test_is_never_changed(self, user, change):
        set_price(user)
        with refused("credits_price_append_only"):
            ActionPrice.objects.update(**change)

    def test_is_never_saved_again(self, user):
        row = set_price(user)
        with refused("credits_price_append_only"):
            row.save()

    def test_is_never_deleted(self, user):
        set_price(user)
        with refused("credits_price_append_only"):
            ActionPrice.objects.all().delete()

    def test_keeps_the_user_who_added_it(self, user):
        row = set_price(user)
        with pytest.raises(ProtectedError) as refusal:
            user.delete()
        assert row in refusal.value.protected_objects

    def test_says_what_it_is(self, user):
        assert str(set_price(user, base=1, effective_from=NOON, at=NOON)) == "note from 2026-11-01 12:00"


@pytest.mark.django_db(transaction=True)
class TestHold:
    def test_per_token_is_the_dearest_call_and_the_capture_takes_what_was_billed(self, user):
        set_price(user, **PER_TOKEN)
        with charge(user, max_tokens=Tokens(input=10_000, output=20_000)) as charged:
            assert (charged.cost, balance(user)) == (19, (81, 19))
            with transaction.atomic():
                captured = charged.capture(tokens=Tokens(input=9_000, output=500))
        assert (captured.amount, balance(user)) == (4, (96, 0))
        assert_ledger_consistent(user)

    @pytest.mark.parametrize(
        ("used", "cost"),
        [
            (None, 19),  # whatever it billed, so all that it may
            (Tokens(), 2),  # the minimum
            (Tokens(input=10**9, output=10**9), 19),  # more than it may is the operator's loss
            (Tokens(input=10**40), 19),
        ],
    )
    def test_per_token_never_takes_more_than_it_holds(self, user, used, cost):
        set_price(user, **PER_TOKEN)
        with (
            charge(user, max_tokens=Tokens(input=10_000, output=20_000)) as charged,
            transaction.atomic(),
        ):
            assert charged.capture(tokens=used).amount == cost
        assert balance(user) == (100 - cost, 0)

    def test_per_unit_and_per_token_add_up(self, user):
        set_price(user, base=1, per_unit=2, unit="line", per_million_output_tokens=1000)
        with charge(user, units=5, max_tokens=Tokens(output=2_000)) as charged, transaction.atomic():
            assert charged.cost == 13
            assert charged.capture(units=3, tokens=Tokens(output=1_500)).amount == 9

    def test_all_units_with_the_tokens_that_were_billed(self, user):
        set_price(user, base=1, per_unit=2, unit="line", per_million_output_tokens=1000)
        with charge(user, units=5, max_tokens=Tokens(output=2_000)) as charged, transaction.atomic():
            assert charged.capture(tokens=Tokens(output=1)).amount == 12

    def test_tokens_make_no_difference_to_a_price_without_them(self, user):
        with charge(user, units=5, max_tokens=Tokens(output=10**9)) as charged, transaction.atomic():
            assert charged.cost == 13
            assert charged.capture(tokens=Tokens(output=10**9)).amount == 13

    def test_the_most_tokens_are_computed_only_for_a_price_per_token(self, user):
        asked = []

        def most():
            asked.append(1)
            return Tokens(input=10_000, output=20_000)

        assert (charge(user, max_tokens=most).cost, asked) == (3, [])
        set_price(user, **PER_TOKEN)
        assert (charge(user, max_tokens=most).cost, asked) == (19, [1])
        with pytest.raises(ImproperlyConfigured, match="per token"):
            charge(user, max_tokens=lambda: None)

    def test_a_price_per_token_needs_the_most_tokens(self, user):
        set_price(user, **PER_TOKEN)
        with pytest.raises(ImproperlyConfigured, match="per token"):
            charge(user)
        with transaction.atomic(), pytest.raises(ImproperlyConfigured, match="per token"):
            ledger.reserve(user=user, action="note")

    @pytest.mark.parametrize("units", [10**12, 10**30])
    def test_a_cost_beyond_the_ledger_is_refused(self, user, units):
        with pytest.raises(CostTooLarge) as refusal:
            charge(user, units=units)
        assert (refusal.value.status_code, refusal.value.code) == (422, "cost_too_large")
        assert refusal.value.detail["required"] == 3 + 2 * units

    def test_a_cost_that_nobody_has_is_402(self, user):
        with pytest.raises(InsufficientCredits), charge(user, units=4 * 10**11):
            pytest.fail("The work was done.")

    def test_keeps_its_price_when_staff_change_it_during_the_work(self, user, staff):
        with charge(user, units=5) as charged:
            at_once(lambda: set_price(staff, base=50))
            assert price_of("note").base == 50
            with transaction.atomic():
                assert charged.capture(units=4).amount == 11
        with charge(user) as charged, transaction.atomic():
            assert charged.capture().amount == 50

    def test_keeps_its_price_when_another_process_takes_it_up(self, user):
        set_price(user, **PER_TOKEN)
        with transaction.atomic():
            hold = ledger.reserve(user=user, action="note", units=1, max_tokens=Tokens(output=20_000))
        set_price(user, base=90)
        with ledger.charge(hold=hold) as charged, transaction.atomic():
            assert (charged.cost, charged.price.minimum) == (17, 2)
            assert charged.capture(tokens=Tokens(output=10_000)).amount == 9
        assert_ledger_consistent(user)

    def test_keeps_its_price_when_it_is_taken_afresh(self, user, settings):
        row = set_price(user, **PER_TOKEN)
        settings.CREDIT_HOLD_SECONDS = 0
        with transaction.atomic():
            hold = ledger.reserve(
                user=user, action="note", units=4, max_tokens=Tokens(output=20_000), request_id="r-1"
            )
        settings.CREDIT_HOLD_SECONDS = 900
        ledger.process_due(user_id=user.pk)
        set_price(user, base=90)
        with ledger.charge(hold=hold) as charged, transaction.atomic():
            assert charged.capture(tokens=Tokens(output=10_000)).amount == 9
        kept = CreditHold.objects.get(id=hold)
        assert (kept.units, kept.minimum, kept.price_source, kept.request_id) == (
            4,
            2,
            f"row:{row.pk}",
            "r-1",
        )
        assert AiCreditLog.objects.of(user.pk).spends().get().metadata["request_id"] == "r-1"
        assert_ledger_consistent(user)

    def test_of_a_release_without_prices_per_token_is_charged_as_before(self, user):
        """A process of the release before holds without the newer parameters, while another is deployed."""
        with connection.cursor() as cursor:
            cursor.execute(
                "select reserved from credits_hold(p_user_id => %s, p_hold_id => gen_random_uuid(), "
                "p_action_type => 'note', p_amount => 13, p_base => 3, p_per_unit => 2, p_now => %s, "
                "p_expires_at => %s, p_endpoint => '', p_key => null, p_request_hash => '', p_alone => false)",
                [user.pk, timezone.now(), timezone.now() + HOUR],
            )
            assert cursor.fetchone() == (True,)
        with ledger.charge(hold=CreditHold.objects.get().pk) as charged, transaction.atomic():
            assert charged.capture(units=2).amount == 7
        assert AiCreditLog.objects.of(user.pk).spends().get().metadata == {
            "price": {"base": 3, "per_unit": 2},
            "units": 2,
        }


@pytest.mark.django_db(transaction=True)
class TestEntry:
    def entry_of(self, user, *, ask=None, **capture):
        with charge(user, **(ask or {})) as charged, transaction.atomic():
            charged.capture(**capture)
        return AiCreditLog.objects.of(user.pk).spends().get().metadata

    def test_names_the_price_of_settings(self, user):
        assert self.entry_of(user, ask={"units": 5}, units=2, metadata={"pages": 7}) == {
            "price": {"base": 3, "per_unit": 2, "source": "settings"},
            "units": 2,
            "pages": 7,
        }

    def test_names_the_row_the_tokens_and_the_request(self, user):
        row = set_price(user, **PER_TOKEN)
        ask = {"max_tokens": Tokens(output=9_000), "request_id": "from-the-client", "request": KEY}
        assert self.entry_of(user, ask=ask, tokens=Tokens(input=20, output=30)) == {
            "price": {**PER_TOKEN, "per_unit": 0, "source": f"row:{row.pk}"},
            "tokens": {"input": 20, "output": 30},
            "request_id": "from-the-client",
        }

    @pytest.mark.parametrize("name", ["price", "units", "tokens", "request_id"])
    def test_keeps_its_names_for_itself(self, user, name):
        with pytest.raises(ValueError, match=name):
            self.entry_of(user, metadata={name: 1})
        assert balance(user) == (100, 0)

    def test_takes_no_request_id_that_its_column_cannot_keep(self, user):
        with pytest.raises(ValueError, match="128"):
            charge(user, request_id="x" * 129)

    def test_is_the_same_cause_whatever_its_metadata(self, user):
        """A repeat under the same key replays, though its request has another id and the price changed."""
        ask = {"request": KEY, "request_id": "first"}
        self.entry_of(user, ask=ask, response_status=200, response_body="done")
        set_price(user, base=50)
        with pytest.raises(AlreadyCharged), charge(user, request=KEY, request_id="second"):
            pytest.fail("The work was done twice.")
        assert balance(user) == (97, 0)


@pytest.mark.django_db
class TestCheck:
    def test_nothing_differs_without_rows(self):
        assert check_price_rows(databases=["default"]) == []
        assert check_price_rows(databases=None) == []

    def test_a_row_that_says_the_same_is_fine(self, user):
        set_price(user, base=3, per_unit=2, unit="line")
        assert check_price_rows(databases=["default"]) == []

    @pytest.mark.parametrize(
        "price",
        [
            {"base": 4, "per_unit": 2, "unit": "line"},
            {"base": 3, "per_unit": 2, "unit": "page"},
            {"base": 3, "per_unit": 2, "unit": "line", "minimum": 1},
        ],
    )
    def test_a_row_that_differs_is_a_warning(self, user, price):
        row = set_price(user, **price)
        (message,) = check_price_rows(databases=["default"])
        assert (message.id, str(row.pk) in message.msg, "note" in message.msg) == ("credits.W010", True, True)

    def test_only_the_row_in_force_is_compared(self, user):
        set_price(user, base=4, effective_from=NOON, at=NOON)
        set_price(user, base=3, per_unit=2, unit="line", effective_from=NOON + HOUR, at=NOON)
        set_price(user, base=5, effective_from=timezone.now() + HOUR)
        set_price(user, action="report", base=1)
        assert check_price_rows(databases=["default"]) == []

    def test_a_database_that_has_no_table_yet_is_not_complained_about(self):
        with connection.cursor() as cursor:
            cursor.execute("drop table credits_actionprice")
        assert check_price_rows(databases=["default"]) == []

    def test_is_run_by_the_command(self, user, capsys):
        set_price(user, base=99)
        call_command("check", databases=["default"])
        assert "credits.W010" in capsys.readouterr().err
