"""Threads that wait for models: a few at a time, until the client goes, in any process."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from ai.engines import Action, get_engine
from ai.engines.exceptions import (
    ClientGone,
    EngineBusy,
    EngineError,
    EngineUnavailable,
    NoQuestions,
    TooManyWaiting,
)
from ai.engines.models import event_loop
from ai.engines.models.unpaid_waits import UnpaidWaits
from ai.tests.engines.models.provider import honest, never, slow
from ai.tests.engines.models.test_engine import answer, asked, wait_until


def evaluate(user="", **more):
    return get_engine(Action.EVALUATE).evaluate(answer(user=user), **more)


def outcome(call):
    try:
        return call()
    except Exception as error:  # noqa: BLE001 -- the test looks at it
        return error


def test_eight_threads_share_one_loop(acme, settings):
    settings.AI_MAX_WAITING_THREADS = 8
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: outcome(evaluate), range(200)))
    assert {type(result).__name__ for result in results} == {"EvaluationResult"}
    assert len(acme.requests) == 200
    assert [thread.name for thread in threading.enumerate()].count("ai-models") == 1


def test_who_comes_after_the_last_waiter_is_refused_at_once(acme, settings):
    settings.AI_MAX_WAITING_THREADS = 2
    done = threading.Event()
    acme.replies(then=lambda request: done.wait(30) and honest(request))
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(evaluate) for _ in range(2)]
        wait_until(lambda: len(acme.requests) == 2)
        start = time.monotonic()
        with pytest.raises(EngineBusy) as refusal:
            evaluate()
        assert time.monotonic() - start < 1
        done.set()
        assert (refusal.value.status, refusal.value.retry_after, refusal.value.calls) == (503, 5, ())
        assert all(future.result() for future in waiting)
    assert evaluate().marks_achieved == 1  # a place is free again


def test_a_user_leaves_half_of_the_places_to_the_others(acme, settings):
    settings.AI_MAX_WAITING_THREADS = 8
    done = threading.Event()
    acme.replies(then=lambda request: done.wait(30) and honest(request))
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(evaluate, "greedy") for _ in range(4)]
        wait_until(lambda: len(acme.requests) == 4)
        with pytest.raises(TooManyWaiting) as refusal:
            evaluate("greedy")
        assert (refusal.value.status, refusal.value.retry_after, refusal.value.calls) == (429, 5, ())
        waiting += [pool.submit(evaluate, "other") for _ in range(2)]
        wait_until(lambda: len(acme.requests) == 6)
        with pytest.raises(TooManyWaiting):  # more than a quarter now that half is taken
            evaluate("other")
        done.set()
        assert all(future.result() for future in waiting)
    assert evaluate("greedy").marks_achieved == 1  # a place is free again
    assert not event_loop._process.slots.taken


def abandon(user):
    with pytest.raises(ClientGone):
        evaluate(user, is_wanted=lambda: False)


def test_a_user_who_abandons_many_calls_pauses_while_half_of_the_places_are_taken(acme, settings):
    settings.AI_MAX_WAITING_THREADS = 2
    done = threading.Event()
    acme.replies(then=lambda request: done.wait(60) and honest(request))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(evaluate, "other")
        wait_until(lambda: len(acme.requests) == 1)
        settings.AI_DEADLINE_SECONDS = 1
        for _ in range(2):  # a connection may break: the second call is not refused
            abandon("leaver")
        refusal = outcome(lambda: [abandon("leaver") for _ in range(10)])
        assert isinstance(refusal, TooManyWaiting)
        assert (refusal.status, refusal.code) == (429, "too_many_waiting_calls")
        assert 0 < refusal.retry_after <= 10
        abandon("another")  # who has not abandoned a call before
        done.set()
        assert waiting.result()
    assert evaluate("leaver").marks_achieved == 1  # half of the places are free
    assert not event_loop._process.slots.taken


def test_unpaid_waits_are_forgotten():
    waits = UnpaidWaits()

    def fail(error):
        with suppress(EngineError), waits.measure("user"):
            time.sleep(0.1)
            raise error

    fail(EngineUnavailable())  # the provider's fault
    assert waits.pause("user", allowance=0) == 0
    fail(ClientGone())
    fail(NoQuestions())
    assert waits.pause("user", allowance=0) in {2, 3}
    assert waits.pause("user", allowance=0.5) == 0
    wait_until(lambda: waits.pause("user", allowance=0) == 0)


def test_what_code_grades_needs_no_place(acme, settings):
    settings.AI_MAX_WAITING_THREADS = 0
    engine = get_engine(Action.EVALUATE)
    term = answer("The chalk", expected_answer="chalk", accepted_answers=("chalk",))
    assert engine.evaluate(term).marks_achieved == 3
    with pytest.raises(EngineBusy):
        evaluate()


def test_a_client_that_goes_cancels_the_run(acme, settings):
    acme.replies(then=never)
    asked_for = []

    def is_wanted():
        asked_for.append(time.monotonic())
        return len(asked_for) < 2

    start = time.monotonic()
    with pytest.raises(ClientGone) as gone:
        get_engine(Action.GENERATE).generate(asked(), is_wanted=is_wanted)
    assert time.monotonic() - start < 10  # a second on an idle machine; the deadline of the call is 45 s
    assert [call.outcome for call in gone.value.calls] == ["cancelled"]
    assert acme.requests[0].gone.wait(2)
    assert not event_loop._process.slots.taken


def test_a_client_that_stays_gets_the_result(acme):
    acme.replies(then=slow(1.2))
    polls = []
    assert evaluate(is_wanted=lambda: polls.append(1) or True).marks_achieved == 1
    assert len(polls) == 2


def test_a_question_about_the_client_that_fails_cancels_the_run(acme):
    acme.replies(then=never)

    def broken():
        raise OSError("bad file descriptor")

    with pytest.raises(OSError, match="bad file"):
        evaluate(is_wanted=broken)
    assert acme.requests[0].gone.wait(2)


def test_a_forked_process_has_a_loop_of_its_own(acme):
    assert evaluate().marks_achieved == 1  # the parent has a loop, and a connection
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = 0 if evaluate().marks_achieved == 1 else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert evaluate().marks_achieved == 1  # the parent's still works


def test_a_loop_that_stops_tells_who_waits(acme):
    acme.replies(then=never)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(evaluate)
        wait_until(lambda: acme.requests)
        event_loop.stop()
        with pytest.raises(EngineUnavailable) as failure:
            waiting.result(10)
    assert [call.outcome for call in failure.value.calls] == ["cancelled"]


def test_a_loop_that_was_stopped_is_made_again(acme):
    assert evaluate()
    event_loop.stop()
    assert "ai-models" not in [thread.name for thread in threading.enumerate()]
    assert evaluate()


ENDS = """
import os, threading
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
import django
django.setup()
from django.conf import settings
settings.AI_MODEL, settings.AI_BASE_URL = "openai:acme-1", {url!r}
from ai.engines import Action, get_engine
from ai.tests.engines.models.test_engine import answer
engine = get_engine(Action.EVALUATE)
def wait():
    try:
        engine.evaluate(answer())
    except Exception as error:
        print(error.code, [call.outcome for call in error.calls], flush=True)
threading.Thread(target=wait, daemon=True).start()
input()
print("leaving", flush=True)
"""


def test_a_process_ends_cleanly_while_a_model_is_asked(acme):
    acme.replies(then=never)
    command, pipe = [sys.executable, "-c", ENDS.format(url=acme.url)], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        wait_until(lambda: acme.requests or process.poll() is not None)
        start = time.monotonic()
        out, errors = process.communicate("\n", timeout=60)
    assert (process.returncode, out.split("\n")[0]) == (0, "leaving")
    assert "Traceback" not in errors
    assert "destroyed" not in errors
    assert acme.requests[0].gone.wait(2)
    assert time.monotonic() - start < 40  # the deadline of the call is 45 s


def test_the_offline_default_imports_no_model_library():
    program = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings_test'\n"
        "import django; django.setup()\n"
        "from ai.engines import Action, get_engine\n"
        "from ai.engines.base import GenerationRequest\n"
        "from ai.tests.engines.texts import LEAVES\n"
        "import ai.views, ai.checks, config.wsgi, sys\n"
        "assert get_engine(Action.GENERATE).generate(GenerationRequest(source_text=LEAVES)).questions\n"
        "print([name for name in ('pydantic_ai', 'pydantic', 'openai', 'anthropic', 'httpx2') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"
