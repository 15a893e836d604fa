"""A paid action over HTTP: who may call it, what it costs, and that a failure costs nothing."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.urls import path, resolve
from drf_spectacular.generators import SchemaGenerator

from credits.models import AiCreditLog, CreditHold, HoldState
from credits.pricing import price_of
from credits.services import holds
from credits.tests.ledger_helpers import assert_ledger_consistent, balance
from credits.tests.paid_view_examples import NoteView

pytestmark = [pytest.mark.this_project, pytest.mark.django_db, pytest.mark.usefixtures("paid_actions")]


def post(client, name="note", data=None, **headers):
    return client.post(
        f"/api/{name}", {"text": "hello"} if data is None else data, format="json", headers=headers
    )


class TestRefusal:
    """401 before 400 before 402: an anonymous caller learns no price, and a bad request is not charged."""

    def test_an_anonymous_caller_is_401_even_with_a_bad_request(self, anonymous):
        answer = post(anonymous, data={})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")

    def test_a_bad_request_is_400_even_without_credits(self, client_of, make_user):
        answer = post(client_of(make_user(credits=0)), data={"units": 11})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert set(answer.json()["errors"]) == {"text", "units"}

    def test_a_bad_idempotency_key_is_400_even_without_credits(self, client_of, make_user):
        answer = post(client_of(make_user(credits=0)), **{"Idempotency-Key": "two words"})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")

    @pytest.mark.parametrize(("available", "units", "required"), [(0, 0, 3), (2, 0, 3), (22, 10, 23)])
    def test_a_poor_request_is_402_and_says_what_is_missing(
        self, client_of, available, units, required, make_user
    ):
        user = make_user(credits=available)
        answer = post(client_of(user), data={"text": "hello", "units": units})
        assert answer.status_code == 402
        assert answer.json() == {
            "message": f"This costs {required} credits, and {available} are available.",
            "code": "insufficient_credits",
            "required": required,
            "available": available,
        }
        assert NoteView.performed == []
        assert CreditHold.objects.count() == 0
        assert balance(user) == (available, 0)

    def test_an_expired_hold_is_released_before_a_request_is_refused(self, client_of, settings, make_user):
        user = make_user(credits=3)
        settings.CREDIT_HOLD_SECONDS = 0
        holds.hold(user_id=user.pk, amount=3, action_type="dead")
        settings.CREDIT_HOLD_SECONDS = 900
        answer = post(client_of(user))
        assert (answer.status_code, answer["X-Credits-Remaining"]) == (201, "0")
        assert_ledger_consistent(user)

    def test_what_is_freed_may_not_be_enough(self, client_of, settings, make_user):
        user = make_user(credits=2)
        settings.CREDIT_HOLD_SECONDS = 0
        holds.hold(user_id=user.pk, amount=2, action_type="dead")
        answer = post(client_of(user))
        assert (answer.status_code, answer.json()["available"]) == (402, 2)

    def test_what_is_looked_up_first_costs_nothing(self, api, user):
        answer = post(api, "absent")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert CreditHold.objects.count() == 0

    def test_an_inactive_user_is_401(self, api, user):
        user.is_active = False
        user.save()
        assert post(api).status_code == 401


class TestReceipt:
    def test_says_what_was_charged_and_what_is_left(self, api, user):
        answer = post(api, data={"text": "hello", "units": 4})
        assert (answer.status_code, answer["X-Credits-Charged"], answer["X-Credits-Remaining"]) == (
            201,
            "11",
            "89",
        )
        assert balance(user) == (89, 0)
        assert_ledger_consistent(user)

    def test_the_entry_says_what_it_paid_for(self, api, user):
        note = post(api).json()
        entry = AiCreditLog.objects.of(user.pk).spends().get()
        assert (entry.action_type, entry.amount, entry.metadata["pages"]) == ("note", -3, 7)
        assert (entry.reference_type, entry.reference_id) == ("note", str(note["id"]))

    def test_units_are_charged_as_delivered_not_as_asked_for(self, api, user):
        answer = post(api, "half", data={"text": "hello", "units": 10})
        assert (answer["X-Credits-Charged"], answer["X-Credits-Remaining"]) == ("5", "95")
        assert balance(user) == (95, 0)

    def test_more_than_was_asked_for_is_not_charged(self, api):
        answer = post(api, "generous", data={"text": "hello", "units": 2})
        assert answer["X-Credits-Charged"] == "7"

    def test_the_last_credit_buys(self, client_of, make_user):
        user = make_user(credits=3)
        assert post(client_of(user)).status_code == 201
        assert balance(user) == (0, 0)


class TestFailure:
    @pytest.mark.parametrize("name", ["failing-work", "failing-store", "unspeakable", "refusing"])
    def test_costs_nothing_and_stores_nothing(self, api, user, name):
        answer = post(api, name)
        assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
        assert Group.objects.count() == 0
        assert AiCreditLog.objects.of(user.pk).spends().count() == 0
        assert CreditHold.objects.get().state == HoldState.RELEASED
        assert balance(user) == (100, 0)
        assert_ledger_consistent(user)

    def test_a_worker_that_is_told_to_stop_gives_the_credits_back(self, api, user):
        with pytest.raises(SystemExit):
            post(api, "killed-work")
        assert balance(user) == (100, 0)

    @pytest.mark.parametrize("name", ["unfinished", "unfinished-store"])
    def test_a_view_that_forgot_its_part_charges_nothing(self, client_of, user, name):
        client = client_of(user)
        client.raise_request_exception = True
        with pytest.raises(NotImplementedError):
            post(client, name)
        assert balance(user) == (100, 0)

    def test_a_view_without_a_price_sells_nothing(self, client_of, user):
        client = client_of(user)
        client.raise_request_exception = True
        with pytest.raises(ImproperlyConfigured, match="unheard_of"):
            post(client, "unpriced")

    def test_a_hold_that_was_lost_during_the_work_stores_nothing(self, api, user, settings):
        settings.CREDIT_HOLD_SECONDS = -1  # past its time as soon as it is made
        answer = post(api, "sweeping")
        assert (answer.status_code, answer.json()["code"]) == (503, "hold_closed")
        assert answer["Retry-After"] == "1"
        assert Group.objects.count() == 0
        assert balance(user) == (1, 0)


class TestShape:
    def test_the_address_may_name_things(self, api):
        answer = api.post("/api/books/7/file?page=2", {"tag": ["a", "b"]}, format="multipart")
        assert answer.json() == {"tag": ["a", "b"], "text": None, "book": 7, "query": {"page": "2"}}

    def test_the_work_is_in_no_transaction_also_where_every_request_is(self, api, monkeypatch):
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
        resolved = resolve("/api/note", "credits.tests.paid_view_examples").func
        assert BaseHandler().make_view_atomic(resolved) is resolved


class TestReplacedPermissions:
    """A subclass may replace `permission_classes`; the hold is what charges."""

    def test_it_charges(self, api, user):
        answer = post(api, "ungated", {"text": "hello", "units": 2})
        assert (answer.status_code, answer["X-Credits-Charged"]) == (201, "7")
        assert balance(user) == (93, 0)

    def test_a_bad_request_is_400(self, api):
        assert post(api, "ungated", {}).status_code == 400

    def test_a_poor_request_is_402_and_does_no_work(self, client_of, make_user):
        user = make_user(credits=2)
        answer = post(client_of(user), "ungated")
        assert (answer.status_code, answer.json()["required"]) == (402, 3)
        assert NoteView.performed == []


class TestCostOfThePermission:
    @pytest.mark.django_db(transaction=True)
    def test_is_no_query(self, api, django_assert_num_queries):
        price_of("note")  # the rows of prices are read every ten seconds, in no request of a client's
        # Authentication; hold; begin, store, capture, commit.
        with django_assert_num_queries(6):
            assert post(api).status_code == 201

    def test_a_refusal_costs_one(self, client_of, django_assert_num_queries, make_user):
        client = client_of(make_user(credits=0))
        price_of("note")
        with django_assert_num_queries(1):  # authentication
            assert post(client).status_code == 402


def test_a_view_documents_what_every_paid_action_has():
    schema = SchemaGenerator(patterns=[path("note", NoteView.as_view())]).get_schema(public=True)
    operation = schema["paths"]["/note"]["post"]
    assert {"preview", "Idempotency-Key"} <= {parameter["name"] for parameter in operation["parameters"]}
    assert {"200", "400", "401", "402", "409", "410"} <= set(operation["responses"])
    headers = set(operation["responses"]["200"]["headers"])
    assert {"X-Credits-Charged", "X-Credits-Remaining", "Idempotent-Replayed"} <= headers
    refused = operation["responses"]["402"]
    assert "X-Credits-Charged" not in refused["headers"]
    body = schema["components"]["schemas"]["InsufficientCreditsError"]["allOf"][1]
    assert {"required", "available"} <= set(body["required"])
    assert operation["description"] == "Costs 3 and 2 for each unit."
