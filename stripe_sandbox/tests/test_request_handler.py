"""Requests: keys, versions, parameters, lists and `expand[]`, with the errors that Stripe returns."""

import httpx
import pytest
import stripe

from stripe_sandbox.contract import API_VERSION

from .conftest import KEY, client_of, open_session


@pytest.mark.parametrize(
    "key", ["sk_live_sandboxSandboxSandbox0000", "pk_test_sandboxSandboxSandbox0000", "nonsense"]
)
def test_only_secret_test_keys_are_accepted(sandbox, key):
    with pytest.raises(stripe.AuthenticationError) as refused:
        client_of(sandbox, key).accounts.retrieve_current()
    assert refused.value.http_status == 401
    assert key not in str(refused.value)


def test_a_restricted_test_key_is_accepted(sandbox):
    assert client_of(sandbox, "rk_test_sandboxSandboxSandbox0000").accounts.retrieve_current().id


def test_no_key_is_a_401_that_says_so(sandbox):
    answer = httpx.get(f"{sandbox.url}/v1/account", trust_env=False)
    assert answer.status_code == 401
    assert answer.json()["error"]["message"].startswith("You did not provide an API key.")


def test_a_key_may_be_given_as_the_user_of_basic_auth(sandbox):
    assert httpx.get(f"{sandbox.url}/v1/account", auth=(KEY, ""), trust_env=False).status_code == 200


def test_a_client_that_does_not_pin_the_version_is_refused(sandbox):
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        client_of(sandbox, stripe_version="2020-08-27").accounts.retrieve_current()


def test_every_answer_names_its_request_and_version(http):
    for answer in (http.get("/v1/account"), http.get("/v1/customers/cus_nobody"), http.get("/v1/nowhere")):
        assert answer.headers["Request-Id"].startswith("req_")
        assert answer.headers["Stripe-Version"] == API_VERSION


def test_an_unknown_path_is_a_404_in_stripes_shape(http):
    answer = http.post("/v1/unicorns")
    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert "POST: /v1/unicorns" in answer.json()["error"]["message"]


def test_what_does_not_exist_is_resource_missing(api):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.customers.retrieve("cus_nobody")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(api, "cus_nobody")
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (
        400,
        "resource_missing",
        "customer",
    )


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        ({"emial": "ada@example.com"}, "parameter_unknown", "emial"),
        ({"address[town]": "London"}, "parameter_unknown", "address[town]"),
        ({"balance": "much"}, "parameter_invalid_integer", "balance"),
        ({"tax_exempt": "maybe"}, None, "tax_exempt"),
        ({"name": "x" * 6000}, "parameter_invalid_string", "name"),
        ({"preferred_locales": "en"}, None, "preferred_locales"),
        ({"address": "London"}, None, "address"),
        ({"name[first]": "Ada"}, None, "name"),
        ({"email": "nobody"}, "email_invalid", "email"),
        ({"metadata[note]": "x" * 501}, None, "metadata[note]"),
        ({f"metadata[{'k' * 41}]": "x"}, None, f"metadata[{'k' * 41}]"),
        ({f"metadata[{number}]": "x" for number in range(51)}, None, "metadata"),
        ({"shipping[name]": "Ada"}, "parameter_missing", "shipping[address]"),
        ({"expand[]": "friends"}, None, "expand"),
        ({"expand[]": "email.domain.owner.name.first"}, None, "expand"),
    ],
)
def test_a_bad_parameter_is_a_400_that_names_it(http, form, code, param):
    before = len(http.get("/v1/customers").json()["data"])
    answer = http.post("/v1/customers", data=form)
    error = answer.json()["error"]
    assert (answer.status_code, error.get("code"), error["param"]) == (400, code, param)
    assert len(http.get("/v1/customers").json()["data"]) == before


def test_a_missing_parameter_is_named(http):
    error = http.post("/v1/prices", data={"unit_amount": "5"}).json()["error"]
    assert (error["code"], error["param"]) == ("parameter_missing", "currency")
    error = http.post("/v1/prices", data={"currency": ""}).json()["error"]
    assert (error["code"], error["param"]) == ("parameter_invalid_empty", "currency")


def test_a_body_that_is_no_form_is_refused(http):
    assert http.post("/v1/customers", json={"email": "a@example.com"}).status_code == 400


def test_a_parameter_that_the_sandbox_would_ignore_is_refused(api, customer):
    with pytest.raises(
        stripe.InvalidRequestError, match="does not support the parameter `backdate_start_date`"
    ):
        api.subscriptions.create(
            {
                "customer": customer.id,
                "items": [{"price": "price_sandbox_pro_monthly"}],
                "trial_period_days": 3,
                "backdate_start_date": 1700000000,
            }
        )
    assert api.subscriptions.list({"customer": customer.id}).data == []


def test_metadata_is_merged_and_unset_key_by_key(api, customer):
    api.customers.update(customer.id, {"metadata": {"shoe": "43"}})
    assert api.customers.update(customer.id, {"metadata": {"user_id": ""}}).metadata.to_dict() == {
        "shoe": "43"
    }
    assert api.customers.update(customer.id, {"metadata": ""}).metadata.to_dict() == {}


def test_an_empty_value_unsets(api, customer):
    api.customers.update(customer.id, {"name": "Ada"})
    assert api.customers.update(customer.id, {"name": ""}).name is None


def test_a_deleted_customer_is_a_stub_and_cannot_be_used(api, customer):
    assert api.customers.delete(customer.id).deleted
    assert api.customers.retrieve(customer.id).deleted
    assert api.customers.list().data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        open_session(api, customer.id)
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        api.customers.update(customer.id, {"name": "Ghost"})


def test_customers_are_found_by_email(api, customer):
    api.customers.create({"email": "grace@example.com"})
    assert [one.id for one in api.customers.list({"email": "ada@example.com"}).data] == [customer.id]


def test_lists_are_paged_newest_first_in_both_directions(api):
    made = [api.customers.create({"name": str(number)}).id for number in range(7)][::-1]
    first = api.customers.list({"limit": 3})
    assert ([one.id for one in first.data], first.has_more) == (made[:3], True)
    rest = api.customers.list({"limit": 5, "starting_after": made[2]})
    assert ([one.id for one in rest.data], rest.has_more) == (made[3:], False)
    back = api.customers.list({"limit": 2, "ending_before": made[4]})
    assert ([one.id for one in back.data], back.has_more) == (made[2:4], True)
    assert [one.id for one in api.customers.list({"limit": 2}).auto_paging_iter()] == made


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"starting_after": "cus_nobody"}])
def test_a_bad_page_is_refused(api, params):
    with pytest.raises(stripe.InvalidRequestError):
        api.customers.list(params)


def test_lists_can_be_limited_to_a_time(api, sandbox, customer):
    sandbox.advance(days=2)
    later = api.customers.create({"name": "later"})
    moment = sandbox.now() - 86400
    assert [one.id for one in api.customers.list({"created": {"gte": moment}}).data] == [later.id]
    assert [one.id for one in api.customers.list({"created": {"lt": moment}}).data] == [customer.id]


def test_expand_reaches_into_lists_and_several_levels(api, customer, subscription):
    found = api.subscriptions.list(
        {"customer": customer.id, "expand": ["data.customer", "data.latest_invoice.payments"]}
    )
    one = found.data[0]
    assert one.customer.email == "ada@example.com"
    assert one.latest_invoice.payments.data[0].amount_paid == 999
    assert isinstance(api.subscriptions.retrieve(subscription.id).customer, str)


def test_a_list_within_an_object_holds_ten_and_says_that_there_are_more(api, customer, subscription):
    def included():
        return api.customers.retrieve(customer.id, {"expand": ["subscriptions"]}).subscriptions

    waiting = {"items": [{"price": "price_sandbox_pro_monthly"}], "payment_behavior": "default_incomplete"}
    for _ in range(9):
        api.subscriptions.create({"customer": customer.id, **waiting})
    assert (len(included().data), included().has_more) == (10, False)
    api.subscriptions.create({"customer": customer.id, **waiting})
    assert (len(included().data), included().has_more) == (10, True)
    assert subscription.id not in {one.id for one in included().data}
