"""A paid request that prefers a job."""

import threading
import uuid
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.http import Http404
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from accounts.tests.factories import UserFactory
from credits import services as ledger
from credits.models import CreditHold, HoldState
from credits.tests.ledger_helpers import assert_ledger_consistent
from jobs import services
from jobs.models import Job, JobState
from jobs.tests.examples import PRICES, Note, NoteView

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("queue_tables")]
URL = "/api/note"


@pytest.fixture(autouse=True)
def _note(settings):
    settings.ROOT_URLCONF = "jobs.tests.examples"
    settings.CREDIT_PRICES = PRICES
    Note.performed.clear()


def post(client, text="a", key=None, prefer="respond-async", **more):
    headers = {"Prefer": prefer} if prefer else {}
    if key:
        headers["Idempotency-Key"] = key
    return client.post(URL, {"text": text, **more}, format="json", headers=headers)


def queued():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where status = 'todo'")
        return cursor.fetchone()[0]


class TestAccepted:
    def test_responds_202_with_the_job_and_charges_nothing(self, api, user):
        answer = post(api, units=2)
        job = Job.objects.get()
        assert answer.status_code == 202
        assert answer["Location"] == f"/api/ai/jobs/{job.id}"
        assert answer["Preference-Applied"] == "respond-async"
        assert (answer["X-Credits-Charged"], answer["X-Credits-Remaining"]) == ("0", "93")
        assert answer["Retry-After"] == "1"
        assert answer.json() | {"createdAt": 0, "deadlineAt": 0} == {
            "id": str(job.id),
            "action": "note",
            "state": "queued",
            "progress": {"finished": 0, "total": 2},
            "error": None,
            "partialResult": [],
            "result": None,
            "createdAt": 0,
            "startedAt": None,
            "finishedAt": None,
            "deadlineAt": 0,
        }
        assert (job.user, job.body, queued()) == (user, {"text": "a", "units": 2}, 1)
        assert CreditHold.objects.get(id=job.hold_id).state == HoldState.HELD
        assert Note.performed == []
        assert_ledger_consistent(user)

    def test_without_the_preference_the_response_is_never_202(self, api):
        for prefer in (None, "wait=5", "return=minimal", 'x="respond-async"'):
            assert post(api, prefer=prefer, text=f"plain {prefer}").status_code == 201
        assert (Job.objects.count(), queued()) == (0, 0)

    def test_only_fields_that_were_validated_are_stored(self, api):
        body = r'{"text": "a", "other": "NUL: \u0000, surrogate: \ud800"}'
        headers = {"Prefer": "respond-async"}
        assert api.post(URL, body, content_type="application/json", headers=headers).status_code == 202
        assert Job.objects.get().body == {"text": "a"}


class TestRefused:
    def test_a_bad_body_is_400(self, api):
        assert post(api, text="x" * 51).status_code == 400

    def test_a_number_that_json_cannot_store_is_400(self, api):
        for prefer in ({"Prefer": "respond-async"}, {}):
            answer = api.post(URL, '{"text": 1e400}', content_type="application/json", headers=prefer)
            assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")

    def test_too_few_credits_are_402(self, client_of):
        answer = post(client_of(UserFactory(credits=4)))
        assert (answer.status_code, answer.json()["required"]) == (402, 5)

    def test_what_does_not_exist_is_404(self, api):
        assert post(api, text="missing").status_code == 404

    def test_a_token_is_needed(self, anonymous):
        assert post(anonymous).status_code == 401

    def test_nothing_is_left_behind(self, api, anonymous, client_of):
        for client in (anonymous, client_of(UserFactory(credits=4))):
            post(client)
        post(api, text="missing")
        assert (Job.objects.count(), CreditHold.objects.count(), queued()) == (0, 0, 0)

    def test_a_queue_that_fails_leaves_neither_hold_nor_job(self, api, user):
        """Hold, job and queue are one commit."""
        with connection.cursor() as cursor:
            cursor.execute("alter table procrastinate_jobs add constraint no_space check (false) not valid")
        try:
            assert post(api).status_code == 500
        finally:
            with connection.cursor() as cursor:
                cursor.execute("alter table procrastinate_jobs drop constraint no_space")
        assert (Job.objects.count(), CreditHold.objects.count(), queued()) == (0, 0, 0)
        assert_ledger_consistent(user)


class TestIdempotencyKey:
    def test_the_same_key_is_the_same_job_while_it_runs(self, api):
        first, second = post(api, key="k"), post(api, key="k")
        assert (first.status_code, second.status_code) == (202, 202)
        assert first["Location"] == second["Location"]
        assert (Job.objects.count(), queued()) == (1, 1)

    def test_the_same_key_needs_no_more_credits(self, client_of):
        client = client_of(UserFactory(credits=5))
        assert post(client, key="k").status_code == 202
        again = post(client, key="k")
        assert (again.status_code, again["X-Credits-Remaining"]) == (202, "0")

    def test_another_body_is_409(self, api):
        post(api, key="k")
        answer = post(api, key="k", text="b")
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")

    def test_a_plain_request_with_the_key_of_a_running_job_is_409(self, api):
        post(api, key="k")
        answer = post(api, key="k", prefer=None)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_progress")

    def test_a_job_with_the_key_of_a_running_plain_request_is_409(self, api, monkeypatch):
        inside = []
        monkeypatch.setattr(
            Note, "perform", lambda self, **_: inside.append(post(api, key="k")) or self.data["text"]
        )
        assert post(api, key="k", prefer=None).status_code == 201
        assert (inside[0].status_code, inside[0].json()["code"]) == (409, "idempotency_in_progress")
        assert Job.objects.count() == 0

    def test_the_key_of_an_answered_plain_request_replays_its_response(self, api):
        first = post(api, key="k", prefer=None)
        again = post(api, key="k")
        assert (again.status_code, again.json()) == (201, first.json())
        assert again["Idempotent-Replayed"] == "true"

    def test_afterwards_the_stored_response_is_replayed(self, api, run_worker):
        post(api, key="k")
        run_worker()
        for prefer in ("respond-async", None):
            answer = post(api, key="k", prefer=prefer)
            assert (answer.status_code, answer["Idempotent-Replayed"]) == (201, "true")
            assert answer.json() == Job.objects.get().response_body
        assert Group.objects.count() == 1

    def test_after_a_cancelled_job_the_key_may_run_again(self, api):
        first = post(api, key="k")
        assert api.delete(first["Location"]).status_code == 204
        second = post(api, key="k")
        assert (second.status_code, first["Location"] == second["Location"]) == (202, False)

    def test_an_overdue_job_makes_room_for_the_key(self, api):
        post(api, key="k")
        Job.objects.update(deadline_at="2020-01-01T00:00Z")
        assert post(api, key="k").json()["state"] == "queued"
        assert sorted(Job.objects.values_list("state", flat=True)) == [JobState.FAILED, JobState.QUEUED]

    def test_two_at_once_are_one_job(self, user, client_of):
        clients = [client_of(user) for _ in range(6)]
        barrier, answers = threading.Barrier(len(clients)), []

        def send(client):
            try:
                barrier.wait()
                answers.append(post(client, key="k"))
            finally:
                connection.close()

        threads = [threading.Thread(target=send, args=[client]) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {answer.status_code for answer in answers} == {202}
        assert len({answer["Location"] for answer in answers}) == 1
        assert (Job.objects.count(), queued()) == (1, 1)
        assert_ledger_consistent(user)


def test_a_view_documents_the_prefer_header_and_the_202():
    schema = SchemaGenerator(patterns=[path("note", NoteView.as_view())]).get_schema(public=True)
    operation = schema["paths"]["/note"]["post"]
    names = {parameter["name"] for parameter in operation["parameters"]}
    assert {"preview", "Idempotency-Key", "Prefer"} <= names
    assert {"200", "202", "402", "409", "410"} <= set(operation["responses"])
    assert "Location" in operation["responses"]["202"]["headers"]


def test_a_job_that_is_deleted_meanwhile_is_not_found():
    with pytest.raises(Http404):
        services.cancel(job_id=uuid.uuid4())


class TestSpendingLimits:
    def test_count_a_job_while_it_is_open(self, api, user):
        ledger.set_spending_limit(user_id=user.pk, period=ledger.Period.DAY, amount=11)
        assert post(api, units=2).status_code == 202
        refused = post(api, units=2)
        assert (refused.status_code, refused.json()["code"], refused.json()["used"]) == (
            402,
            "spending_limit_reached",
            7,
        )
        assert Job.objects.count() == queued() == 1
        services.cancel(job_id=Job.objects.get().id)
        assert post(api, units=2).status_code == 202

    def test_of_the_credential_count_its_jobs(self, user):
        by_key = APIClient(raise_request_exception=False)
        by_key.force_authenticate(user, SimpleNamespace(credit_subject="key:12"))
        assert post(by_key, units=2).status_code == 202
        assert CreditHold.objects.get().subject == "key:12"
        ledger.set_spending_limit(user_id=user.pk, period=ledger.Period.DAY, amount=8, subject="key:12")
        user.refresh_from_db()
        assert post(by_key, units=2).json()["subject"] == "key:12"
