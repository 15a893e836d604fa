"""The functions that an event, a checkout and a paid request call.

docs/architecture.md lists them, and these tests compare the lists with a trace. Models, dataclasses and
serializers are left out. A nested function counts as part of its outer one.
"""

import re
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from accounts.factories import UserFactory

PROJECT = Path(__file__).resolve().parents[1]
APPS = ("accounts", "ai", "billing", "common", "config", "credits")
ASIDE = re.compile(r"\.(models|stripe_objects|catalog|changes|serializers|exceptions|base)$")
MAX_LINES = 40
MAX_HOPS_OF_AN_EVENT = 20
pytestmark = pytest.mark.django_db


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
        if event != "call" or module is None:
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


def assert_plain(trace):
    """Assert that no function is long and that module calls have no cycle."""
    assert {hop: lines for hop, lines in trace.lines.items() if lines > MAX_LINES} == {}
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


def test_an_events_call_path_is_the_documented_one(fake_stripe, paid_events):
    for event in paid_events:
        if event["type"] == "invoice.paid":
            trace = Trace(lambda event=event: fake_stripe.post(event))
            assert trace.result.status_code == 200
            break
        assert fake_stripe.post(event).status_code == 200
    assert_plain(trace)
    assert trace.hops == documented("An `invoice.paid`")
    assert len([hop for hop in trace.hops if not hop.startswith("credits.")]) <= MAX_HOPS_OF_AN_EVENT


def test_a_checkouts_call_path_is_the_documented_one(fake_stripe, user, client_of):
    api = client_of(user)
    trace = Trace(lambda: api.post("/api/payments/create-checkout-session", {}, format="json"))
    assert trace.result.status_code == 200
    assert_plain(trace)
    assert trace.hops == documented("A checkout")
