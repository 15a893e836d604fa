"""The time that hostile input costs grows with its length, not with its square.

Each input is measured at two lengths in turn, in CPU time, and the fastest of several runs counts. Eight times the length may
cost at most 30 times the time: quadratic work would cost 64 times.
"""

import json
import time

import pytest
from rest_framework.test import APIClient

from accounts.models import UserManager
from accounts.serializers import is_disposable
from accounts.tests.factories import UserFactory
from config.parsers import JSONParser
from config.request_guard import readable_content_type
from limits.addresses import address_block

FACTOR, MOST, RUNS = 8, 30, 7


class Body:
    """A request's stream."""

    def __init__(self, content):
        self.content = content

    def read(self):
        return self.content


def parse(text):
    try:
        JSONParser().parse(Body(text.encode(errors="surrogatepass")))
    except Exception as error:
        if type(error).__name__ != "ParseError":
            raise


def seconds(work, argument):
    start = time.thread_time()  # of this thread, so that other processes do not count
    work(argument)
    return time.thread_time() - start


def growth(work, make, length):
    """Return how many times longer the work takes with FACTOR times the length."""
    short, long = make(length), make(length * FACTOR)
    pairs = [(seconds(work, short), seconds(work, long)) for _ in range(RUNS)]
    return min(pair[1] for pair in pairs) / min(pair[0] for pair in pairs)


BODIES = {
    "a long string": lambda length: json.dumps("é" * length),
    "escapes": lambda length: '"' + r"\ud83d\ude00" * (length // 12) + '"',
    "open brackets": lambda length: "[" * length,
    "open objects": lambda length: '{"a":' * (length // 5),
    "closed brackets": lambda length: "[" * (length // 2) + "]" * (length // 2),
    "wide lists": lambda length: "[" + "[1]," * (length // 4) + "1]",
    "digits": lambda length: "9" * length,
    "a fraction": lambda length: "0." + "9" * length,
    "an exponent": lambda length: "1e" + "9" * length,
    "equal keys": lambda length: "{" + '"a":1,' * (length // 6) + '"a":1}',
    "different keys": lambda length: json.dumps({f"{n:09}": n for n in range(length // 20)}),
    "white space": lambda length: " " * length + "1",
    "not UTF-8": lambda length: "\ud800" * (length // 3),
}


@pytest.mark.parametrize("make", BODIES.values(), ids=BODIES.keys())
def test_json(make):
    assert growth(parse, make, 40_000) < MOST


TEXTS = {
    "labels": lambda length: "a@" + "b." * (length // 2),
    "Unicode labels": lambda length: "a@" + "ü." * (length // 2),
    "one label": lambda length: "a@" + "ü" * length,
    "at signs": lambda length: "@" * length,
    "ligatures": lambda length: "\ufdfa" * length,
    "marks": lambda length: "a" + "\u0301\u0323" * (length // 2),
    "tags": lambda length: "+" * length + "@example.com",
}


@pytest.mark.parametrize("make", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("work", [UserManager.normalize_email, address_block], ids=lambda work: work.__name__)
def test_addresses(work, make):
    assert growth(work, make, 1_000) < MOST


def test_disposable_domains():
    """An address has at most 254 characters when its domain is looked up."""
    assert growth(is_disposable, lambda length: "a@" + "b." * (length // 2), 30) < MOST * 2


@pytest.mark.parametrize("text", ["; a=b", "; a*=punycode''a-", ';"', "; a*0*=b"], ids=str)
def test_content_types(text):
    """gunicorn accepts headers of 8,190 bytes."""
    assert (
        growth(readable_content_type, lambda length: "a/b" + text * (length // len(text)), 1_000) < MOST * 2
    )


def test_a_charset_costs_nothing_however_long_the_body_is(db):
    """The codec that once took 88 s for 800 kB."""
    client = APIClient()

    def post(body):
        kind = "application/json; charset=punycode"
        assert client.post("/api/auth/login", body, content_type=kind).status_code == 415

    assert growth(post, lambda length: b"a-" * (length // 2), 50_000) < 3


def test_a_list_beyond_its_bound_costs_no_more_than_its_parsing(db):
    """A list of 155,000 elements once took 4 s, and returned 5 MB of errors."""
    client = APIClient()
    client.force_authenticate(UserFactory())

    def post(name):
        body = json.dumps({"sourceText": "x", name: [1] * 100_000})
        answer = client.post("/api/ai/generate-from-source", body, content_type="application/json")
        assert answer.status_code == 400
        assert len(answer.content) < 1_000

    def fastest(name):
        return min(seconds(post, name) for _ in range(RUNS))

    parsed = fastest("noSuchField")
    assert fastest("topics") < parsed * 2
    assert fastest("questionTypes") < parsed * 2
