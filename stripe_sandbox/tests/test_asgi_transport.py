"""The sandbox in this process responds as over HTTP, but cannot wait."""

import httpx
import pytest

from stripe_sandbox.asgi_transport import URL, AsgiTransport
from stripe_sandbox.testing import Sandbox

KEY = {"Authorization": "Bearer sk_test_sandboxSandboxSandbox0000"}


@pytest.fixture
def transport():
    with AsgiTransport() as transport:
        yield transport


@pytest.fixture
def api(transport):
    return httpx.Client(transport=transport, base_url=f"{URL}/v1/", headers=KEY)


@pytest.fixture
def control(transport):
    return Sandbox(URL, transport=transport)


def test_responses_are_as_over_http(api):
    made = api.post("customers", data={"email": "one@example.com", "metadata[user_id]": "7"})
    assert made.headers["Request-Id"].startswith("req_")
    read = api.get(f"customers/{made.json()['id']}", params={"expand[]": "subscriptions"}).json()
    assert (read["email"], read["metadata"], read["subscriptions"]["data"]) == (
        "one@example.com",
        {"user_id": "7"},
        [],
    )
    refused = api.post("customers", data={"colour": "blue"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "parameter_unknown")


def test_control_api_controls_the_same_sandbox(api, control):
    api.post("customers", data={"email": "one@example.com"})
    assert [event["type"] for event in control.events(type="customer.*")] == ["customer.created"]
    before = control.now()
    assert control.advance(days=1)["now"] >= before + 86_400
    control.reset()
    assert api.get("customers").json()["data"] == []


def test_a_connection_can_be_dropped(api, control):
    control.fail_next("drop")
    with pytest.raises(httpx.ReadError):
        api.get("customers")
    assert api.get("customers").status_code == 200


def test_delivery_is_refused(api, control):
    control.set_webhook(url="http://127.0.0.1:9/hook", secret="whsec_sandboxSandboxSandbox0000")
    api.post("customers", data={"email": "one@example.com"})
    with pytest.raises(RuntimeError, match="process of its own"):
        control.deliver_pending()
