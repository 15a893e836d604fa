"""The API's rate limit by user, disabled unless it is set."""

import pytest

from limits import leases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_leases():
    leases.clear()
    yield
    leases.clear()


def test_api_is_not_throttled_by_default(api):
    assert {api.get("/api/credits").status_code for _ in range(20)} == {200}


def test_one_user_is_throttled_and_no_other(api, client_of, staff, settings):
    settings.API_THROTTLE_RATE = "2/min"
    statuses = [api.get("/api/credits").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert client_of(staff).get("/api/credits").status_code == 200


def test_a_throttled_request_costs_nothing(api, user, settings):
    settings.API_THROTTLE_RATE = "1/min"
    api.get("/api/credits")
    answer = api.post("/api/ai/generate-from-source", {"sourceText": "x" * 300}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    user.refresh_from_db()
    assert (user.ai_credits, user.ai_credits_held) == (100, 0)


class TestCallsOfStripe:
    CHECKOUT, PORTAL = "/api/payments/create-checkout-session", "/api/payments/create-portal-session"

    @pytest.fixture(autouse=True)
    def three_a_minute(self, settings):
        settings.PAYMENT_THROTTLE_RATE = "3/min"

    @pytest.mark.parametrize("path", [CHECKOUT, PORTAL])
    def test_those_of_one_user_are_limited_and_no_others(self, api, client_of, staff, path):
        answers = [api.post(path, {"plan": "no such plan"}, format="json") for _ in range(4)]
        expected = 400 if path == self.CHECKOUT else 409
        assert [answer.status_code for answer in answers] == [expected] * 3 + [429]  # refusals count
        assert answers[3].json()["code"] == "throttled"
        assert int(answers[3]["Retry-After"]) > 0
        assert answers[0]["RateLimit-Policy"] == '"payment";q=3;w=60'
        assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
        assert api.get("/api/payments/plans").status_code == 200
        assert api.get("/api/credits").status_code == 200
        other = client_of(staff).post(path, {"plan": "no such plan"}, format="json")
        assert other.status_code == expected

    def test_checkout_and_portal_are_counted_together(self, api):
        paths = [self.CHECKOUT, self.PORTAL, self.CHECKOUT, self.PORTAL]
        answers = [api.post(path, {"plan": "no such plan"}, format="json") for path in paths]
        assert [answer.status_code for answer in answers] == [400, 409, 400, 429]

    def test_the_body_of_a_refused_one_is_not_read(self, api):
        for _ in range(3):
            api.post(self.PORTAL)
        assert api.post(self.CHECKOUT, "not JSON", content_type="application/json").status_code == 429

    def test_another_process_counts_on(self, api):
        for _ in range(3):
            api.post(self.PORTAL)
        leases.clear()  # what this process has in memory
        assert api.post(self.PORTAL).status_code == 429

    def test_without_a_token_it_is_401(self, anonymous):
        assert {anonymous.post(self.PORTAL).status_code for _ in range(5)} == {401}


class TestPaidCalls:
    URL = "/api/ai/evaluate-answer"

    @pytest.fixture(autouse=True)
    def three_a_minute(self, settings):
        settings.PAID_THROTTLE_RATE = "3/min"

    def test_paid_calls_of_one_user_are_limited_and_no_others(self, api, client_of, staff):
        answers = [api.post(self.URL, {}, format="json") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [400, 400, 400, 429]  # refusals count
        assert answers[0]["RateLimit-Policy"] == '"paid";q=3;w=60'
        assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
        assert api.get("/api/credits").status_code == 200
        assert client_of(staff).post(self.URL, {}, format="json").status_code == 400

    def test_the_body_of_a_refused_call_is_not_read(self, api):
        for _ in range(3):
            api.post(self.URL, {}, format="json")
        assert api.post(self.URL, "not JSON", content_type="application/json").status_code == 429

    def test_a_call_without_a_token_is_401(self, anonymous):
        assert {anonymous.post(self.URL, {}, format="json").status_code for _ in range(5)} == {401}
