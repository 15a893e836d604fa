import time

import pytest

from jobs.preferences import preferences


@pytest.mark.parametrize(
    "header",
    [
        "respond-async",
        "Respond-Async",
        " RESPOND-ASYNC ",
        "respond-async, wait=10",
        "wait=10,respond-async",
        "wait = 10 , respond-async",
        'respond-async=""',
        "respond-async; strict",
        'handling=lenient; a="b;c", respond-async;x=1;y',
        ",, respond-async ,",
        'foo="a \\" b, c", respond-async',
    ],
)
def test_a_preference_to_respond_async_is_found(header):
    assert "respond-async" in preferences(header)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "wait=10",
        "return=minimal",
        "respond-asynchronously",
        "x-respond-async",
        'foo="a, respond-async, b"',
        "foo; respond-async",
        "foo=respond-async",
        "respond async",
        "=respond-async",
        '"respond-async"',
        'foo="unfinished, respond-async',
    ],
)
def test_anything_else_is_not(header):
    assert "respond-async" not in preferences(header)


def test_the_first_of_a_name_counts():
    assert preferences("wait=1, wait=2, Foo; bar") == {"wait": "1", "foo": ""}


@pytest.mark.parametrize("piece", ['"', " ;", " ; ;", ", ", '\\"', '"\\', "a=", 'a="b"; '])
def test_a_hostile_header_takes_no_time(piece):
    header = (piece * 8190)[:8190]  # the longest that gunicorn accepts
    started = time.process_time()
    preferences(f"a;{header}!")
    assert time.process_time() - started < 0.2
