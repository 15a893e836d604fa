"""Injected failures, as Stripe's library reports them."""

import time

import httpx
import pytest
import stripe

from stripe_sandbox.testing import SandboxRefused

from .conftest import client_of


@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [
        ("error", {}, stripe.APIError),
        ("error", {"status": 503}, stripe.APIError),
        ("rate_limit", {"retry_after": 3}, stripe.RateLimitError),
        ("drop", {}, stripe.APIConnectionError),
        ("garbage", {}, stripe.APIError),
    ],
)
def test_failure_is_the_librarys_error_and_occurs_once(sandbox, api, kind, options, error):
    sandbox.fail_next(kind, **options)
    with pytest.raises(error):
        api.customers.create({})
    assert api.customers.list().data == []


@pytest.mark.parametrize("kind", ["error", "rate_limit", "drop", "garbage"])
def test_after_loses_only_the_response(sandbox, api, kind):
    sandbox.fail_next(kind, after=True)
    with pytest.raises(stripe.StripeError):
        api.customers.create({})
    assert len(api.customers.list().data) == 1


def test_the_librarys_retries_create_one_customer(sandbox):
    client = client_of(sandbox, max_network_retries=2)
    sandbox.fail_next("drop", after=True)
    sandbox.fail_next("error", after=True)
    client.customers.create({"name": "Ada"})
    assert len(client.customers.list().data) == 1


def test_a_timeout(sandbox, http):
    sandbox.fail_next("delay", seconds=5)
    started = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        http.get("/v1/account", timeout=0.2)
    assert time.monotonic() - started < 4
    sandbox.stop_failing()
    assert http.get("/v1/account").status_code == 200


def test_only_matching_requests_fail_until_cleared(sandbox, http):
    sandbox.fail(path="/v1/customers", method="POST")
    assert [http.post("/v1/customers").status_code for _ in range(3)] == [500] * 3
    assert http.get("/v1/customers").status_code == http.get("/v1/prices").status_code == 200
    sandbox.stop_failing()
    assert http.post("/v1/customers").status_code == 200


def test_retry_after_is_a_header(sandbox, http):
    sandbox.fail_next("rate_limit", retry_after=7, times=2)
    assert [http.get("/v1/account").headers.get("Retry-After") for _ in range(3)] == ["7", "7", None]


def test_invalid_fault_is_refused(sandbox):
    with pytest.raises(SandboxRefused):
        sandbox.fail_next("unicorn")
    answer = httpx.post(
        f"{sandbox.url}/_sandbox/faults", json={"kind": "error", "colour": "red"}, trust_env=False
    )
    assert answer.status_code == 400
