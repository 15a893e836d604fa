"""A paid request compared with a free one over HTTP: gunicorn, one client, keep-alive."""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

from accounts.models import User
from accounts.services import issue_tokens
from ai.engines.base import DraftQuestion, GenerationResult, QuestionType
from ai.models import Question
from ai.services import store_question_set
from benchmarks.figures import Figure, at_most
from benchmarks.timing import Comparison, compare

USER_ID = 1_000  # not the user of the other figures
ROUNDS, CALLS = 40, 10
READY_SECONDS = 30

QUESTIONS = (
    DraftQuestion(
        text="Which gas do plants take in for photosynthesis?",
        question_type=QuestionType.MULTIPLE_CHOICE,
        options=("Oxygen", "Carbon dioxide", "Nitrogen", "Hydrogen"),
        answer="Carbon dioxide",
        marks_available=1,
    ),
    DraftQuestion(
        text="Which pigment makes leaves look green?",
        question_type=QuestionType.SHORT_ANSWER,
        options=(),
        answer="chlorophyll",
        accepted_answers=("chlorophyll",),
        marks_available=2,
    ),
)
ANSWERS = ("Carbon dioxide", "It is chlorophyl.")


def measure() -> list[Figure]:
    """Return the figures. The server uses the default database."""
    user = User.objects.get(pk=USER_ID)
    _, (choice, short) = store_question_set(
        user_id=user.pk,
        name="Plants",
        language="en",
        result=GenerationResult(questions=QUESTIONS, engine="offline"),
    )
    with serve() as port:
        client = connect(port)
        headers = {
            "Authorization": f"Bearer {issue_tokens(user=user).access}",
            "Content-Type": "application/json",
        }

        def call(method: str, path: str, body: bytes = b"", **more: str) -> None:
            # In one packet: http.client would send the body separately, and the server would wait for it.
            fields = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers, **more}
            head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
            client.sock.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
            response = http.client.HTTPResponse(client.sock, method=method)
            response.begin()
            content = response.read()
            assert response.status == 200, content

        def paid(question: Question, answer: str, *, keyed: bool = False) -> Callable[[int], None]:
            body = json.dumps({"questionId": str(question.id), "userAnswer": answer}).encode()

            def post(_number: int) -> None:
                key = {"Idempotency-Key": uuid.uuid4().hex} if keyed else {}
                call("POST", "/api/ai/evaluate-answer", body, **key)

            return post

        found = compare(
            {
                "free": lambda _: call("GET", f"/api/ai/questions/{choice.id}"),
                "paid": paid(choice, ANSWERS[0]),
                "paid_keyed": paid(choice, ANSWERS[0], keyed=True),
                "paid_short": paid(short, ANSWERS[1]),
            },
            rounds=ROUNDS,
            calls=CALLS,
            summary=statistics.median,
        )
        client.close()
    return _figures(found)


def _figures(found: Comparison) -> list[Figure]:
    free = f"free {found.milliseconds('free')}"
    return [
        Figure(
            "paid_vs_free_request",
            found.ratio("paid", to="free"),
            at_most(1.6),
            "`POST /api/ai/evaluate-answer` of a multiple-choice question, against an authenticated "
            "`GET /api/ai/questions/{id}`, over HTTP",
            f"{found.milliseconds('paid')}, {free}",
        ),
        Figure(
            "paid_vs_free_request_with_key",
            found.ratio("paid_keyed", to="free"),
            None,
            "the same with an Idempotency-Key",
            f"{found.milliseconds('paid_keyed')}, {free}",
        ),
        Figure(
            "paid_vs_free_request_short_answer",
            found.ratio("paid_short", to="free"),
            None,
            "the same with a short answer, graded by the offline engine",
            f"{found.milliseconds('paid_short')}, {free}",
        ),
    ]


def connect(port: int) -> http.client.HTTPConnection:
    """Return a persistent connection."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    client.connect()
    client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


@contextmanager
def serve(*, workers: int = 1, **environment: str) -> Iterator[int]:
    """Run the application in gunicorn and yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()"),
            *("--bind", f"127.0.0.1:{port}"),
            *("--worker-class", "gthread", "--workers", str(workers), "--threads", "16"),
            *("--keep-alive", "60", "--log-level", "warning"),
        ],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.settings", **environment},
    )
    try:
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)
