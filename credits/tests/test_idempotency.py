"""The Idempotency-Key over HTTP: one key, one run, one charge, one answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from credits import services as ledger
from credits.models import CreditHold
from credits.tests.ledger_helpers import assert_ledger_consistent, at_once, balance
from credits.tests.paid_view_examples import NoteView, SlowView

pytestmark = [pytest.mark.this_project, pytest.mark.django_db, pytest.mark.usefixtures("paid_actions")]


def post(client, name="note", data=None, key="key-1"):
    return client.post(
        f"/api/{name}",
        {"text": "hello", "units": 1} if data is None else data,
        format="json",
        headers={"Idempotency-Key": key},
    )


class TestReplay:
    def test_answers_the_same_and_charges_nothing(self, api, user):
        first, again = post(api), post(api)
        assert (again.status_code, again.json()) == (first.status_code, first.json()) == (201, again.json())
        assert "Idempotent-Replayed" not in first
        assert again["Idempotent-Replayed"] == "true"
        assert (first["X-Credits-Charged"], again["X-Credits-Charged"]) == ("5", "0")
        assert (first["X-Credits-Remaining"], again["X-Credits-Remaining"]) == ("95", "95")
        assert NoteView.performed == ["hello"]
        assert Group.objects.count() == 1
        assert_ledger_consistent(user)

    def test_answers_also_when_nothing_is_left(self, client_of, make_user):
        user = make_user(credits=5)
        client = client_of(user)
        first, again = post(client), post(client)
        assert (again.status_code, again.json()) == (201, first.json())
        assert again["X-Credits-Remaining"] == "0"
        assert balance(user) == (0, 0)

    def test_the_layout_of_the_json_makes_no_difference(self, api):
        post(api, data={"text": "hello", "units": 1})
        again = api.post(
            "/api/note",
            '{ "units":1,\n "text": "hello"}',
            content_type="application/json",
            headers={"Idempotency-Key": "key-1"},
        )
        assert again["Idempotent-Replayed"] == "true"

    @pytest.mark.parametrize(
        ("sent", "expected"),
        [
            (("?page=1", ["a", "b"], b"text"), 200),
            (("?page=2", ["a", "b"], b"text"), 409),
            (("?page=1&page=1", ["a", "b"], b"text"), 409),
            (("", ["a", "b"], b"text"), 409),
            (("?page=1", ["x", "b"], b"text"), 409),
            (("?page=1", ["b"], b"text"), 409),
            (("?page=1", ["a", "b"], b"other"), 409),
        ],
    )
    def test_a_request_is_all_that_was_sent(self, api, user, sent, expected):
        def post_form(path, tag, content):
            form = {"tag": tag, "file": SimpleUploadedFile("a.txt", content)}
            return api.post(
                f"/api/books/7/file{path}", form, headers={"Idempotency-Key": "k"}, format="multipart"
            )

        first = post_form("?page=1", ["a", "b"], b"text")
        assert first.json()["text"] == "text"  # the digest left the file as the view expects it
        again = post_form(*sent)
        assert again.status_code == expected
        assert (again.json() == first.json()) is (expected == 200)
        assert balance(user) == (97, 0)

    def test_another_body_is_409_and_changes_nothing(self, api, user):
        post(api)
        answer = post(api, data={"text": "something else", "units": 1})
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
        assert balance(user) == (95, 0)
        assert Group.objects.count() == 1

    def test_another_body_is_409_also_when_nothing_is_left(self, client_of, make_user):
        client = client_of(make_user(credits=5))
        post(client)
        assert post(client, data={"text": "something else", "units": 1}).status_code == 409

    @pytest.mark.parametrize("given", [5, 100])
    def test_an_expired_stored_response_is_410_and_costs_nothing(self, client_of, make_user, settings, given):
        user = make_user(credits=given)
        client = client_of(user)
        post(client)
        later = timezone.now() + timedelta(days=settings.CREDIT_RESPONSE_DAYS, seconds=1)
        assert ledger.delete_expired_responses(at=later) == 1
        answer = post(client)
        assert (answer.status_code, answer.json()["code"]) == (410, "idempotency_answer_forgotten")
        assert NoteView.performed == ["hello"]
        assert balance(user) == (given - 5, 0)

    def test_without_a_key_every_request_is_a_new_one(self, api):
        api.post("/api/note", {"text": "one"}, format="json")
        api.post("/api/note", {"text": "two"}, format="json")
        assert NoteView.performed == ["one", "two"]


class TestScope:
    def test_a_key_is_one_users(self, api, client_of, staff):
        first = post(api)
        other = post(client_of(staff), data={"text": "of another", "units": 1})
        assert other.status_code == 201
        assert other.json() != first.json()
        assert "Idempotent-Replayed" not in other

    def test_a_key_is_one_endpoints(self, api):
        post(api)
        assert "Idempotent-Replayed" not in post(api, "half", data={"text": "another", "units": 1})

    @pytest.mark.parametrize("key", ["", " ", "two words", "x" * 256, "schlüssel", "tab\there", "nul\0"])
    def test_a_key_that_is_none_is_400(self, api, user, key):
        answer = post(api, key=key)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")
        assert balance(user) == (100, 0)
        assert CreditHold.objects.count() == 0

    @pytest.mark.parametrize("key", ["x", "x" * 255, "!~;,/\"'"])
    def test_printable_ascii_is_a_key(self, api, key):
        post(api, key=key)
        assert post(api, key=key)["Idempotent-Replayed"] == "true"


class TestAfterAFailure:
    @pytest.mark.parametrize("name", ["failing-work", "failing-store"])
    def test_the_key_runs_again(self, api, user, name):
        for _ in range(2):
            assert post(api, name).status_code == 500
        assert CreditHold.objects.filter(state="released", idempotency_key=None).count() == 2
        assert balance(user) == (100, 0)

    def test_a_refusal_does_not_use_the_key_up(self, client_of, make_user):
        user = make_user(credits=4)
        client = client_of(user)
        assert post(client).status_code == 402
        assert post(client, data={"text": "hello", "units": 0}).status_code == 201


@pytest.mark.django_db(transaction=True)
class TestWhileItRuns:
    def test_the_same_key_is_409_and_then_gets_the_first_answer(self, client_of, make_user):
        user = make_user(credits=5)

        def first():
            try:
                return post(client_of(user), "slow")
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(first)
            assert SlowView.entered.wait(timeout=30)
            meanwhile = post(client_of(user), "slow")
            otherwise = post(client_of(user), "slow", data={"text": "another", "units": 1})
            held = balance(user)
            SlowView.leave.set()
            answer = running.result(timeout=30)
        assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "idempotency_in_progress")
        assert meanwhile["Retry-After"] == "1"
        assert (otherwise.status_code, otherwise.json()["code"]) == (409, "idempotency_key_reused")
        assert held == (0, 5)
        assert answer.status_code == 201
        assert answer.json()["inTransaction"] is False
        replay = post(client_of(user), "slow")
        assert (replay.status_code, replay.json()) == (201, answer.json())
        assert balance(user) == (0, 0)
        assert_ledger_consistent(user)

    def test_many_at_once_with_one_key_pay_once(self, client_of, make_user):
        user = make_user()
        answers = at_once(*[lambda: post(client_of(user))] * 8)
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) <= {201, 409}
        assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
        assert NoteView.performed == ["hello"]
        assert balance(user) == (95, 0)
