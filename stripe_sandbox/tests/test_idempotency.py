"""Idempotency keys, as https://docs.stripe.com/api/idempotent_requests describes them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe


def create(http, key, **form):
    return http.post("/v1/customers", data=form, headers={"Idempotency-Key": key})


def test_same_request_gets_the_stored_response(http):
    first, second = create(http, "one", name="Ada"), create(http, "one", name="Ada")
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.json() == second.json()
    assert len(http.get("/v1/customers").json()["data"]) == 1


def test_the_same_key_with_other_parameters_is_refused(http):
    create(http, "one", name="Ada")
    answer = create(http, "one", name="Grace")
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "idempotency_error")


def test_a_key_whose_request_failed_validation_can_be_used_again(http):
    assert create(http, "one", emial="x").status_code == 400
    assert create(http, "one", name="Ada").status_code == 200


def test_error_after_validation_is_stored(http, api):
    params = {"customer": api.customers.create({}).id, "items[0][price]": "price_sandbox_pro_monthly"}
    headers = {"Idempotency-Key": "one"}
    first = http.post("/v1/subscriptions", data=params, headers=headers)
    assert first.status_code == 400
    assert (
        http.post("/v1/subscriptions", data=params, headers=headers).headers["Idempotent-Replayed"] == "true"
    )


def test_key_expires_after_a_day(http, sandbox):
    first = create(http, "one", name="Ada").json()["id"]
    sandbox.advance(days=1.1)
    assert create(http, "one", name="Ada").json()["id"] != first


def test_a_key_that_is_in_use_is_a_conflict(http, sandbox):
    sandbox.fail_next("delay", seconds=0.5)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: create(http, "one", name="Ada"), range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer.json()["error"] for answer in answers if answer.status_code == 409)
    assert refused["code"] == "idempotency_key_in_use"


def test_retry_gets_a_lost_response(http, sandbox):
    sandbox.fail_next("error", after=True)
    assert create(http, "one", name="Ada").status_code == 500
    assert create(http, "one", name="Ada").headers["Idempotent-Replayed"] == "true"
    assert len(http.get("/v1/customers").json()["data"]) == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_length_of_a_key_is_limited(http, key):
    assert create(http, key, name="Ada").status_code == 400


def test_the_library_raises_its_idempotency_error(api):
    api.customers.create({"name": "Ada"}, {"idempotency_key": "one"})
    with pytest.raises(stripe.IdempotencyError):
        api.customers.create({"name": "Grace"}, {"idempotency_key": "one"})


@pytest.mark.parametrize("after", [False, True])
def test_a_stored_failure_is_returned_again_for_a_day(http, sandbox, after):
    sandbox.fail_next("error", stored=True, after=after)
    assert "Idempotent-Replayed" not in create(http, "one", name="Ada").headers
    again = create(http, "one", name="Ada")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (500, "true")
    assert len(http.get("/v1/customers").json()["data"]) == int(after)
    assert create(http, "two", name="Ada").status_code == 200
    sandbox.advance(days=1.1)
    assert create(http, "one", name="Ada").status_code == 200
