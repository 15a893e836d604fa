"""The latency of the profile while hundreds of jobs wait for a slow model.

gunicorn, a worker, and a model behind real HTTP that takes ten seconds for each call.
"""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from accounts.models import User
from accounts.services import issue_tokens
from ai.engines.base import DraftQuestion, GenerationResult, QuestionType
from ai.services import store_question_set
from benchmarks.figures import Figure, at_most
from benchmarks.paid_requests import serve
from credits import services as ledger
from jobs.models import Job, JobState

FIRST_USER, USERS, JOBS_EACH = 900, 50, 10
MODEL_SECONDS = 10
IDLE_SECONDS = 10
PAUSE = 0.005  # seconds between two requests for the profile
LIMIT_MILLISECONDS = 50
PATIENCE_SECONDS = 120

FREE_TEXT = DraftQuestion(
    text="Why do leaves look green?",
    question_type=QuestionType.SHORT_ANSWER,
    options=(),
    answer="Chlorophyll absorbs red and blue light and reflects green light.",
    marks_available=1,
)


def measure() -> list[Figure]:
    """Return the figure: the p99 of the profile under load, as a share of what is allowed."""
    users = list(User.objects.filter(pk__range=(FIRST_USER, FIRST_USER + USERS - 1)))
    requests = [_request(user) for user in users]
    with _model() as model_port:
        environment = {
            "BENCHMARK_AI_MODEL": "openai:slow",
            "BENCHMARK_AI_BASE_URL": f"http://127.0.0.1:{model_port}/v1",
        }
        with serve(workers=2, **environment) as port, _worker(environment):
            profile = _Profile(port, users[0])
            profile.ask()  # waits until the server has started
            profile.measure(seconds=IDLE_SECONDS / 4)  # warms up
            idle = profile.measure(seconds=IDLE_SECONDS)
            clients = threading.Thread(target=_submit_in_another_process, args=(port, requests))
            clients.start()
            loaded = profile.measure(until=_all_jobs_are_done)
            clients.join()
        with urllib.request.urlopen(f"http://127.0.0.1:{model_port}/most") as response:
            most = json.load(response)["most"]
    succeeded = Job.objects.filter(state=JobState.SUCCEEDED).count()
    assert succeeded == USERS * JOBS_EACH, f"{succeeded} jobs succeeded"
    allowed = max(3 * idle, LIMIT_MILLISECONDS)
    return [
        Figure(
            "profile_under_slow_models",
            loaded / allowed,
            at_most(1),
            f"p99 of `GET /api/users/profile` while {USERS * JOBS_EACH} jobs of {USERS} users are submitted and "
            f"wait for a model that takes {MODEL_SECONDS} s, as a share of the larger of three times the idle one and "
            f"{LIMIT_MILLISECONDS} ms",
            f"{loaded:.1f} ms, idle {idle:.1f} ms; {most} calls of the model at once",
        )
    ]


def _request(user: User) -> tuple[str, str]:
    """Return a user's token and a question of theirs that only a model can mark."""
    ledger.grant(user_id=user.pk, amount=1_000, action_type="benchmark", key="slow-models")
    _, (question,) = store_question_set(
        user_id=user.pk,
        name="Leaves",
        language="en",
        result=GenerationResult(questions=(FREE_TEXT,), engine="benchmark"),
    )
    return issue_tokens(user=user).access, str(question.pk)


class _Profile:
    """One client that asks for a user's profile at a steady pace."""

    def __init__(self, port: int, user: User) -> None:
        self.client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {issue_tokens(user=user).access}"}

    def measure(self, *, seconds: float = PATIENCE_SECONDS, until: object = None) -> float:
        """Return the 99th percentile in milliseconds. Stops after `seconds`, or when `until` returns true."""
        found: list[float] = []
        begun = checked = time.monotonic()
        while (now := time.monotonic()) - begun < seconds:
            if callable(until) and now - checked > 1:
                if until():
                    break
                checked = now
            found.append(self.ask())
            time.sleep(PAUSE)
        return statistics.quantiles(found, n=100)[98]

    def ask(self) -> float:
        """Return how many milliseconds one request took."""
        start = time.perf_counter()
        self.client.request("GET", "/api/users/profile", headers=self.headers)
        response = self.client.getresponse()
        response.read()
        assert response.status == http.HTTPStatus.OK, response.status
        return 1000 * (time.perf_counter() - start)


def _all_jobs_are_done() -> bool:
    done = Job.objects.filter(finished_at__isnull=False).count()
    return done >= USERS * JOBS_EACH


def submit(port: int, requests: list[tuple[str, str]]) -> None:
    """Submit all jobs, one after the other."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(JOBS_EACH):
        for token, question in requests:
            client.request(
                "POST",
                "/api/ai/evaluate-answer",
                json.dumps({"questionId": question, "userAnswer": f"Chlorophyll reflects green. {number}"}),
                {
                    "Authorization": f"Bearer {token}",
                    "Content-Type": "application/json",
                    "Prefer": "respond-async",
                },
            )
            response = client.getresponse()
            content = response.read()
            assert response.status == http.HTTPStatus.ACCEPTED, content


def _submit_in_another_process(port: int, requests: list[tuple[str, str]]) -> None:
    # In this process, the client's work would be measured, too.
    program = "import json, sys; from benchmarks.slow_models import submit; submit(*json.load(sys.stdin))"
    subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {program}"],
        input=json.dumps([port, requests]),
        text=True,
        check=True,
        cwd=settings.BASE_DIR,
    )


@contextmanager
def _model() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with _process("-m", "benchmarks.slow_model_server", str(port), str(MODEL_SECONDS)):
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield port


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[None]:
    command = ("manage.py", "run_worker", "--concurrency", str(USERS * JOBS_EACH))
    with _process(*command, DJANGO_SETTINGS_MODULE="benchmarks.settings", **environment):
        yield


@contextmanager
def _process(*arguments: str, **environment: str) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, env={**os.environ, **environment}
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)
