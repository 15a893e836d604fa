"""A user's journey from sign-up to refund, over HTTP against a live server."""

from pathlib import Path

import httpx
import pytest

from billing.tests.catalog import create_pack

TEXT = (Path(__file__).parents[2] / "demo" / "texts" / "material-knowledge.txt").read_text()
PASSWORD = "a long and winding road 7"


@pytest.fixture
def server(sandbox_with_webhooks, live_server):
    with httpx.Client(base_url=f"{live_server.url}/api", timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def signed_up(server):
    answer = server.post(
        "/auth/register", json={"email": "Ann@Example.com", "password": PASSWORD, "name": "Ann"}
    )
    assert answer.status_code == 201, answer.text
    server.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    assert answer.json()["user"]["aiCredits"] == 100
    return server


def profile(server):
    return server.get("/users/profile").json()


def log(server):
    entries, url = [], "/credits/log"
    while url:
        page = server.get(url).json()
        entries += page["results"]
        url = page["next"]
    return entries[::-1]


def deliver(sandbox_with_webhooks):
    assert {answer["status"] for answer in sandbox_with_webhooks.deliver_pending()} <= {200}


def spend_everything(server):
    """Generate questions until the credits run out and return the refusal."""
    for _ in range(20):
        answer = server.post(
            "/ai/generate-from-source", json={"sourceText": TEXT[:20_000], "questionCount": 20}
        )
        if answer.status_code == 402:
            return answer
        assert answer.status_code == 201, answer.text
        assert int(answer.headers["X-Credits-Charged"]) > 0
    raise AssertionError("the credits never ran out")


def test_a_user_runs_out_of_credits_subscribes_and_continues(signed_up, sandbox_with_webhooks):
    server = signed_up
    questions = server.post(
        "/ai/generate-from-source", json={"sourceText": TEXT[:20_000], "questionCount": 3}
    ).json()["questions"]
    graded = server.post(
        "/ai/evaluate-answer", json={"questionId": questions[0]["id"], "userAnswer": questions[0]["answer"]}
    )
    assert graded.status_code == 200, graded.text
    refused = spend_everything(server).json()
    assert refused["code"] == "insufficient_credits"
    assert refused["available"] < refused["required"]

    session = server.post("/payments/create-checkout-session", json={}).json()
    sandbox_with_webhooks.pay(session["sessionId"])
    deliver(sandbox_with_webhooks)

    left = refused["available"]
    me = profile(server)
    assert (me["plan"], me["subscriptionStatus"], me["aiCredits"]) == ("pro", "active", left + 1000)
    answer = server.post("/ai/generate-from-source", json={"sourceText": TEXT[:20_000], "questionCount": 20})
    assert answer.status_code == 201

    entries = log(server)
    assert sum(entry["amount"] for entry in entries) == profile(server)["aiCredits"]
    balance = 0
    for entry in entries:
        balance += entry["amount"]
        assert entry["balanceAfter"] == balance
    assert [entry["amount"] for entry in entries if entry["kind"] == "grant"] == [100, 1000]


def test_a_subscription_renews_fails_and_ends(signed_up, sandbox_with_webhooks):
    server = signed_up
    session = server.post("/payments/create-checkout-session", json={}).json()
    subscription = sandbox_with_webhooks.pay(session["sessionId"])["subscription"]
    deliver(sandbox_with_webhooks)
    again = server.post("/payments/create-checkout-session", json={})
    assert (again.status_code, again.json()["code"]) == (409, "already_subscribed")
    portal = server.post("/payments/create-portal-session").json()["url"]
    assert httpx.get(portal, trust_env=False).status_code == 200

    sandbox_with_webhooks.renew(subscription)
    deliver(sandbox_with_webhooks)
    assert profile(server)["aiCredits"] == 2100
    sandbox_with_webhooks.decline_cards(
        sandbox_with_webhooks.events(type="customer.created")[-1]["data"]["object"]["id"]
    )
    sandbox_with_webhooks.advance(days=95)
    deliver(sandbox_with_webhooks)
    me = profile(server)
    assert (me["plan"], me["subscriptionStatus"], me["aiCredits"]) == ("free", "canceled", 2100)


def test_half_of_a_pack_is_refunded(signed_up, sandbox_with_webhooks):
    server = signed_up
    create_pack(slug="pack-500", name="500 credits")
    offered = server.get("/payments/plans").json()["packs"]
    assert [pack["pack"] for pack in offered] == ["pack-500"]
    session = server.post("/payments/create-checkout-session", json={"pack": "pack-500"}).json()
    sandbox_with_webhooks.pay(session["sessionId"])
    deliver(sandbox_with_webhooks)
    assert profile(server)["aiCredits"] == 600
    sandbox_with_webhooks.refund(session["sessionId"], amount=250)
    deliver(sandbox_with_webhooks)
    assert profile(server)["aiCredits"] == 350
    assert [entry["amount"] for entry in log(server)] == [100, 500, -250]
    assert profile(server)["plan"] == "free"
