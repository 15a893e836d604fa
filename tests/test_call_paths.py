"""The functions that an event, a checkout and a paid request call.

docs/architecture.md lists the calls, and these tests compare the lists with a trace. Middleware, models,
dataclasses, serializers and the engines of `ai` are left out; what a function defines inside counts with it.
"""

import re
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from accounts.tests.factories import UserFactory
from ai.tests.factories import QuestionFactory

PROJECT = Path(__file__).resolve().parents[1]
APPS = ("accounts", "ai", "billing", "common", "config", "credits", "jobs")
ASIDE = re.compile(
    r"^ai\.engines\b|\.(request_id|request_guard|security_headers|api_responses|fields|models(\.\w+)?|stripe_objects|stripe_payments|snapshot|event_objects|catalog"
    r"|change_report|serializers|exceptions|base)$"
)
MAX_LINES = 40
MAX_HOPS_OF_AN_EVENT = 20


class Trace:
    """A trace of a call: the apps' functions in order, and the calls between modules."""

    def __init__(self, call):
        self.hops, self.calls, self.lines = [], set(), {}
        sys.setprofile(self._enter)
        try:
            self.result = call()
        finally:
            sys.setprofile(None)

    def _enter(self, frame, event, arg):
        module = module_of(frame)
        if event != "call" or module is None or frame.f_code.co_name == "<module>":
            return
        caller = frame.f_back
        while caller is not None and module_of(caller) is None:
            caller = caller.f_back
        if caller is not None and module_of(caller) != module:
            self.calls.add((module_of(caller), module))
        hop = f"{module}.{frame.f_code.co_qualname.split('.<locals>')[0]}"
        if hop not in self.hops and not ASIDE.search(module):
            self.hops.append(hop)
            numbers = [line for _, _, line in frame.f_code.co_lines() if line]
            self.lines[hop] = max(numbers) - min(numbers) + 1


def module_of(frame):
    """Return the dotted module of a frame's function, or None if it is not in an app."""
    path = Path(frame.f_code.co_filename)
    if not path.is_relative_to(PROJECT) or "tests" in path.parts:
        return None
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts) if parts[0] in APPS else None


def documented(heading):
    """Return the hops that docs/architecture.md lists under a heading."""
    page = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = re.search(rf"^### {heading}$(.*?)(?=^##)", page, re.MULTILINE | re.DOTALL)
    return re.findall(r"^\d+\. `([\w.]+)`", section.group(1), re.MULTILINE)


def assert_short(trace):
    assert {hop: lines for hop, lines in trace.lines.items() if lines > MAX_LINES} == {}


def assert_no_circle(trace):
    """No module calls one that calls it back."""
    graph = {}
    for caller, callee in trace.calls:
        graph.setdefault(caller, set()).add(callee)
    TopologicalSorter(graph).prepare()  # raises CycleError


@pytest.fixture
def paid_events(fake_stripe):
    """The events of a second subscription, after a first one filled the caches."""
    fake_stripe.subscribe(UserFactory())
    fake_stripe.subscribe(UserFactory(), deliver=False)
    return fake_stripe.new_events()


@pytest.mark.django_db
def test_an_events_call_path_is_the_documented_one(fake_stripe, paid_events):
    for event in paid_events:
        if event["type"] == "invoice.paid":
            trace = Trace(lambda event=event: fake_stripe.post(event))
            assert trace.result.status_code == 200
            break
        assert fake_stripe.post(event).status_code == 200
    assert_short(trace)
    assert_no_circle(trace)
    assert trace.hops == documented("An `invoice.paid`")
    # The ledger's part is the same for every grant, and counted by none of billing's.
    assert len([hop for hop in trace.hops if not hop.startswith("credits.")]) <= MAX_HOPS_OF_AN_EVENT


@pytest.mark.django_db
def test_a_checkouts_call_path_is_the_documented_one(fake_stripe, user, client_of):
    path = "/api/payments/create-checkout-session"
    client_of(UserFactory()).post(path, {}, format="json")  # warms everything up
    api = client_of(user)
    trace = Trace(lambda: api.post(path, {}, format="json"))
    assert trace.result.status_code == 200
    assert_short(trace)
    assert_no_circle(trace)
    assert trace.hops == documented("A checkout")


@pytest.mark.django_db(transaction=True)  # a charge notes its commit
def test_a_paid_request(user, client_of):
    body = {"questionId": str(QuestionFactory(user=user).pk), "userAnswer": "An answer."}
    api = client_of(user)
    assert api.post("/api/ai/evaluate-answer", body, format="json").status_code == 200
    trace = Trace(lambda: api.post("/api/ai/evaluate-answer", body, format="json"))
    assert trace.result.status_code == 200
    # Its modules call each other back: a view of `ai` overrides methods that its base class calls.
    assert trace.hops == documented("A paid request")
