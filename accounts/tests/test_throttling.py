"""Login attempts are throttled by address and by account."""

import pytest
from django.core.cache import cache

from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_a_minute(settings):
    settings.AUTH_THROTTLE_RATE = "3/min"
    cache.clear()
    yield
    cache.clear()


def log_in(client, email="ada@example.com", address="203.0.113.1", **headers):
    return client.post(
        "/api/auth/login",
        {"email": email, "password": "guess"},
        format="json",
        REMOTE_ADDR=address,
        headers=headers,
    )


class TestAddress:
    def test_the_fourth_attempt_is_429_in_the_apis_error_format(self, anonymous):
        for number in range(3):
            assert log_in(anonymous, email=f"{number}@example.com").status_code == 401
        answer = log_in(anonymous, email="4@example.com")
        assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
        assert set(answer.json()) == {"message", "code"}
        assert 0 < int(answer["Retry-After"]) <= 60

    def test_a_forged_forwarded_for_header_does_not_evade_the_limit(self, anonymous):
        for number in range(3):
            log_in(anonymous, email=f"{number}@example.com", **{"X-Forwarded-For": f"198.51.100.{number}"})
        answer = log_in(anonymous, email="4@example.com", **{"X-Forwarded-For": "198.51.100.99"})
        assert answer.status_code == 429

    def test_another_address_is_not_throttled(self, anonymous):
        for number in range(4):
            log_in(anonymous, email=f"{number}@example.com")
        assert log_in(anonymous, email="5@example.com", address="203.0.113.2").status_code == 401

    @pytest.mark.parametrize("name", ["register", "refresh", "logout"])
    def test_every_credentials_endpoint_is_throttled(self, anonymous, name):
        bodies = [{}, [], {"email": 5}, {"email": "x@example.com", "password": PASSWORD, "refreshToken": "x"}]
        answers = [anonymous.post(f"/api/auth/{name}", body, format="json") for body in bodies]
        assert [answer.status_code == 429 for answer in answers] == [False, False, False, True]


class TestAccount:
    def test_attempts_at_one_account_from_many_addresses_are_throttled(self, anonymous):
        for number in range(3):
            assert log_in(anonymous, address=f"203.0.113.{number}").status_code == 401
        assert log_in(anonymous, address="203.0.113.9").status_code == 429
        assert log_in(anonymous, email="bob@example.com", address="203.0.113.9").status_code == 401

    def test_an_email_in_capitals_counts_for_the_same_account(self, anonymous):
        for number, email in enumerate(["ada@example.com", "ADA@example.com", " Ada@Example.com "]):
            log_in(anonymous, email=email, address=f"203.0.113.{number}")
        assert log_in(anonymous, email="aDA@example.com", address="203.0.113.9").status_code == 429

    @pytest.mark.parametrize("email", [None, [], {}, "", "nul\0@example.com"])
    def test_an_invalid_email_is_400_not_500(self, anonymous, email):
        assert log_in(anonymous, email=email).status_code == 400


class TestAdmin:
    def log_in(self, client, password="guess", email="ada@example.com", address="203.0.113.1"):
        form = {"username": email, "password": password}
        return client.post("/admin/login/?next=/admin/", form, REMOTE_ADDR=address)

    def test_attempts_at_the_admin_login_are_throttled(self, client):
        UserFactory(email="ada@example.com", is_staff=True)
        for number in range(3):
            answer = self.log_in(client, address=f"203.0.113.{number}")
            assert "Please enter the correct" in answer.content.decode()
        answer = self.log_in(client, PASSWORD, address="203.0.113.9")
        assert (answer.status_code, "Too many attempts. Try again in" in answer.content.decode()) == (
            200,
            True,
        )
        assert "_auth_user_id" not in client.session

    def test_attempts_at_api_and_admin_are_counted_together(self, client, anonymous):
        for number in range(3):
            log_in(anonymous, email=f"{number}@example.com")
        assert "Too many attempts" in self.log_in(client, email="4@example.com").content.decode()

    def test_the_right_password_signs_in_to_the_admin(self, client):
        UserFactory(email="ada@example.com", is_staff=True)
        self.log_in(client)
        assert self.log_in(client, PASSWORD, email="ADA@example.com").url == "/admin/"

    def test_an_invalid_admin_login_form_is_shown_again(self, client):
        assert client.post("/admin/login/", {}).status_code == 200


def test_an_empty_rate_disables_throttling(anonymous, settings):
    settings.AUTH_THROTTLE_RATE = ""
    assert {log_in(anonymous).status_code for _ in range(10)} == {401}
