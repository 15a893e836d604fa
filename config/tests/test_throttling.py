"""The API's rate limit by user, disabled unless it is set."""

import pytest
from django.core.cache import cache

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


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
