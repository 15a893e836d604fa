"""A process that does paid work, and tells over a pipe what it was told, until it is killed.

Each line is JSON: `{"begin": key, …}` before a request is sent, `{"end": key, "status": …}` after its
answer came. Most work goes through the real views, at once or as a job; some is charged outside a request.
"""

import json
import os
import random
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import Error, connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from ai import services as ai
from ai.models import Question
from credits import services as ledger
from credits.exceptions import AlreadyCharged, CreditsError

TEXT = (Path(__file__).parents[2] / "demo" / "texts" / "material-knowledge.txt").read_text()
ENDPOINT = "POST /api/crash"
JOBS = {"async_evaluate", "async_generate", "cancelled"}
VERBS = ["evaluate", "evaluate", "generate", "work", "job", "top_up", *sorted(JOBS), "async_evaluate"]
PAUSE = 0.05  # seconds, after the database has failed


class Customer:
    """A user with a token and a question to answer, as workers and the parent know them."""

    def __init__(self, user_id: int, token: str, question_id: str = "") -> None:
        self.user_id, self.token, self.question_id = user_id, token, question_id

    def client(self) -> APIClient:
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {self.token}")
        return client

    def post(self, path: str, body: dict[str, Any], key: str, prefer: str = "wait=1") -> Any:
        headers = {"Idempotency-Key": key, "Prefer": prefer}
        return self.client().post(path, body, format="json", headers=headers)


def request(customer: Customer, verb: str, key: str) -> dict[str, Any]:
    """Send one request for paid work; what the client learns. The same key asks for the same.

    An `async_…` verb asks for a job, and `cancelled` cancels it at once.
    """
    if verb in {"evaluate", "async_evaluate", "cancelled"}:
        path, body = (
            "/api/ai/evaluate-answer",
            {"questionId": customer.question_id, "userAnswer": f"It is {key}"},
        )
    else:
        path, body = "/api/ai/generate-from-source", {"sourceText": TEXT[:3500], "questionCount": 2}
    prefer = "respond-async" if verb in JOBS else "wait=1"
    answer = customer.post(path, body, key, prefer)
    told = {"status": answer.status_code, "code": answer.json().get("code")}
    if answer.status_code == 202:
        told["job"] = answer.json()["id"]
        if verb == "cancelled":
            told["cancelled"] = customer.client().delete(answer["Location"]).status_code
    if answer.status_code in {200, 201}:
        told |= {
            "result": answer.json()["id"],
            "charged": int(answer["X-Credits-Charged"]),
            "replayed": "Idempotent-Replayed" in answer,
        }
    return told


def work(customer: Customer, key: str, *, as_job: bool) -> dict[str, Any]:
    """Charge for an evaluation outside a request: at once, or as a job that takes up a committed hold."""
    user = User.objects.get(pk=customer.user_id)
    question = Question.objects.get(pk=customer.question_id)
    asked: dict[str, Any] = {
        "user": user,
        "action": "crash",
        "units": 2,
        "request": ledger.RequestKey(endpoint=ENDPOINT, key=key, request_hash=""),
    }
    try:
        if as_job:
            with transaction.atomic():
                hold = ledger.reserve(**asked)
            connection.close()  # what a worker knows of a job is its hold's id
            charge = ledger.charge(hold=hold)
        else:
            charge = ledger.charge(**asked)
        with charge:
            result = ai.evaluate(ai.evaluation_request(question=question, user_answer=key), hold=charge.hold)
            with transaction.atomic():
                stored = ai.store_evaluation(
                    user_id=user.pk, question=question, user_answer=key, result=result
                )
                captured = charge.capture(
                    units=1,
                    reference=ledger.Reference(type="answer_evaluation", id=str(stored.pk)),
                    response_status=200,
                    response_body=str(stored.pk),
                )
    except AlreadyCharged as earlier:
        response = earlier.response
        return {"status": response.status, "result": response.body, "charged": 0, "replayed": True}
    return {"status": 200, "result": str(stored.pk), "charged": captured.amount, "replayed": False}


def top_up(customer: Customer, key: str) -> dict[str, Any]:
    """Credits that expire soon, so that what happens by itself happens too."""
    expires_at = timezone.now() + timedelta(seconds=random.uniform(0, 3))
    posted = ledger.grant(
        user_id=customer.user_id, amount=9, action_type="crash", key=key, expires_at=expires_at
    )
    return {"status": 200, "posted": posted.entry_id}


def act(customer: Customer, verb: str, key: str) -> dict[str, Any]:
    """Do one thing; what came out of it, an error included."""
    try:
        if verb in {"work", "job"}:
            return work(customer, key, as_job=verb == "job")
        if verb == "top_up":
            return top_up(customer, key)
        return request(customer, verb, key)
    except CreditsError as error:
        return {"status": error.status_code, "code": error.code}
    except Error:
        return {"status": 503, "code": "database_unavailable"}


def run(customers: list[Customer], pipe: int, name: str) -> None:
    """Work until killed."""
    chance = random.Random(name)
    number = 0
    while True:
        number += 1
        key = f"{name}-{number}"
        customer = chance.choice(customers)
        verb = chance.choice(VERBS)
        tell(pipe, {"begin": key, "verb": verb, "user": customer.user_id})
        told = act(customer, verb, key)
        tell(pipe, {"end": key, **told})
        if told["status"] >= 500:
            connection.close()
            time.sleep(PAUSE)


def tell(pipe: int, line: dict[str, Any]) -> None:
    os.write(pipe, json.dumps(line).encode() + b"\n")  # short enough to arrive whole or not at all
