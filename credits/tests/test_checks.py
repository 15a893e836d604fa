"""The system checks say at the start what would lose credits later."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, connections

from credits.checks import check_admin, check_database, check_holder, check_numbers, check_prices
from credits.pricing import price_of
from credits.tests.ledger_helpers import USER, USER_CONSTRAINT, USERS


def ids(messages):
    return [message.id for message in messages]


class TestHolder:
    def test_ours_is_one(self):
        assert check_holder() == []

    def test_a_user_that_holds_no_credits_is_an_error(self, settings):
        settings.AUTH_USER_MODEL = "auth.Group"
        assert ids(check_holder()) == ["credits.E001"]

    def test_a_user_that_lost_its_constraints_is_an_error_for_each(self, monkeypatch):
        monkeypatch.setattr(get_user_model()._meta, "constraints", [])
        messages = check_holder()
        assert ids(messages) == ["credits.E002"] * 4
        assert f"{USER_CONSTRAINT}_block_has_a_reason" in messages[0].msg
        assert f"{USER_CONSTRAINT}_claims_only_held_credits" in messages[1].msg


class TestPrices:
    def test_ours_are_prices(self):
        assert check_prices() == []

    @pytest.mark.parametrize(
        "prices",
        [None, {"a": None}, {"a": {}}, {"a": {"base": "free"}}, {"a": {"base": 1, "tax": 2}}, {"a": 5}],
    )
    def test_what_is_no_price_is_an_error(self, settings, prices):
        settings.CREDIT_PRICES = prices
        assert ids(check_prices()) == ["credits.E003"]

    @pytest.mark.parametrize("price", [{"base": -1}, {"base": 1, "per_unit": -1}])
    def test_a_negative_price_is_an_error(self, settings, price):
        settings.CREDIT_PRICES = {"a": price}
        assert ids(check_prices()) == ["credits.E004"]

    @pytest.mark.django_db
    def test_what_has_no_price_cannot_be_sold(self):
        with pytest.raises(ImproperlyConfigured, match="no price for 'nothing'"):
            price_of("nothing")

    @pytest.mark.django_db
    def test_a_price_is_a_base_and_so_much_a_unit(self, settings):
        settings.CREDIT_PRICES = {"generate_from_source": {"base": 5, "per_unit": 1, "unit": "question"}}
        price = price_of("generate_from_source")
        assert [price.of(), price.of(1), price.of(20)] == [5, 6, 25]


class TestNumbers:
    def test_ours_make_sense(self):
        assert check_numbers() == []

    @pytest.mark.parametrize("seconds", [None, 0, -1, "900"])
    def test_a_hold_that_ends_at_once_is_an_error(self, settings, seconds):
        settings.CREDIT_HOLD_SECONDS = seconds
        messages = check_numbers()
        assert ids(messages) == ["credits.E008"]
        assert "CREDIT_HOLD_SECONDS" in messages[0].msg

    @pytest.mark.parametrize("credits", [None, -1, 10**12 + 1, True, 1.5, "100"])
    def test_sign_up_credits_that_no_balance_can_hold_are_an_error(self, settings, credits):  # noqa: A002  (what it is)
        settings.SIGNUP_CREDITS = credits
        messages = check_numbers()
        assert ids(messages) == ["credits.E008"]
        assert "SIGNUP_CREDITS must be a number of credits from 0 to 1,000,000,000,000" in messages[0].msg

    @pytest.mark.parametrize("credits", [0, 1, 10**12])
    def test_sign_up_credits_may_be_none_at_all(self, settings, credits):  # noqa: A002  (as above)
        settings.SIGNUP_CREDITS = credits
        assert check_numbers() == []

    @pytest.mark.parametrize("name", ["CREDIT_RESPONSE_DAYS", "CREDIT_LOW_BALANCE", "SIGNUP_CREDITS"])
    def test_a_setting_that_is_missing_is_an_error(self, settings, name):
        delattr(settings, name)
        assert ids(check_numbers()) == ["credits.E008"]


@pytest.mark.this_project
class TestAdmin:
    def test_ours_has_its_theme(self):
        assert check_admin() == []

    def test_a_project_without_the_theme_is_told(self, monkeypatch):
        monkeypatch.setattr(apps, "is_installed", lambda name: name == "django.contrib.admin")
        assert ids(check_admin()) == ["credits.E009"]
        monkeypatch.setattr(apps, "is_installed", lambda name: False)
        assert check_admin() == []


@pytest.mark.django_db
class TestDatabase:
    def test_ours_is_guarded(self):
        assert check_database(databases=["default"]) == []
        assert check_database(databases=None) == []

    def test_every_trigger_that_is_missing_is_a_warning(self):
        with connection.cursor() as cursor:
            cursor.execute(f"drop trigger credits_balance_checked on {USERS}")
            cursor.execute("drop trigger credits_ledger_append_only on credits_aicreditlog")
        messages = check_database(databases=["default"])
        assert ids(messages) == ["credits.W006", "credits.W006"]
        assert "credits_balance_checked" in messages[1].msg

    def test_a_function_of_another_version_is_a_warning(self):
        with connection.cursor() as cursor:
            cursor.execute("drop function credits_hold")
            cursor.execute("create function credits_hold() returns int language sql as 'select 1'")
            cursor.execute("drop function credits_release")
        messages = check_database(databases=["default"])
        assert ids(messages) == ["credits.W007", "credits.W007"]
        assert "credits_hold" in messages[0].msg

    def test_a_database_that_is_not_migrated_yet_is_not_complained_about(self):
        with connection.cursor() as cursor:
            cursor.execute(f"drop trigger credits_balance_checked on {USERS}")
            cursor.execute("delete from django_migrations where app = %s", [USER.app_label])
            assert check_database(databases=["default"]) == []
            cursor.execute("drop table django_migrations")
        assert check_database(databases=["default"]) == []

    def test_another_engine_is_an_error(self):
        connections.settings["other"] = {
            **connections.settings["default"],
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ":memory:",
        }
        try:
            assert ids(check_database(databases=["other"])) == ["credits.E005"]
        finally:
            del connections["other"], connections.settings["other"]


@pytest.mark.django_db
def test_the_whole_project_passes_its_checks():
    call_command("check", databases=["default"], fail_level="WARNING")
