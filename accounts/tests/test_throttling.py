"""Login attempts are throttled by address and by account."""

import itertools

import pytest

from accounts.tests.factories import PASSWORD, UserFactory
from limits.models import RequestCount

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_a_minute(settings):
    settings.AUTH_THROTTLE_RATE = settings.ACCOUNT_THROTTLE_RATE = "3/min"


def log_in(client, email="ada@example.com", address="203.0.113.1", password="guess", **headers):
    return client.post(
        "/api/auth/login",
        {"email": email, "password": password},
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
        assert answer["RateLimit-Policy"] == '"auth";q=3;w=60'
        assert answer["RateLimit"] == f'"auth";r=0;t={answer["Retry-After"]}'

    def test_a_refused_address_counts_for_no_account(self, anonymous):
        for number in range(20):
            log_in(anonymous, email=f"{number}@example.com")
        assert RequestCount.objects.count() == 1 + 3  # the address, and the accounts that it tried in time

    def test_a_refused_address_makes_nothing_read_the_body(self, anonymous):
        for number in range(3):
            log_in(anonymous, email=f"{number}@example.com")
        answer = anonymous.post(
            "/api/auth/login", "not JSON", content_type="application/json", REMOTE_ADDR="203.0.113.1"
        )
        assert answer.status_code == 429

    def test_the_addresses_of_one_ipv6_customer_are_one(self, anonymous):
        for number in range(3):
            log_in(anonymous, email=f"{number}@example.com", address=f"2001:db8:1:2::{number}")
        assert log_in(anonymous, email="4@example.com", address="2001:db8:1:2:ffff::9").status_code == 429
        assert log_in(anonymous, email="5@example.com", address="2001:db8:1:3::1").status_code == 401

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

    def test_an_account_has_a_limit_of_its_own_at_each_address(self, anonymous, settings):
        settings.AUTH_THROTTLE_RATE, settings.LOGIN_THROTTLE_RATE = "", "2/min"
        settings.ACCOUNT_THROTTLE_RATE = ""
        assert [log_in(anonymous).status_code for _ in range(3)] == [401, 401, 429]
        assert log_in(anonymous, address="203.0.113.2").status_code == 401
        assert log_in(anonymous, email="bob@example.com").status_code == 401

    def test_others_cannot_lock_the_owner_out(self, anonymous):
        """The owner can log in from a known address, whatever others send meanwhile."""
        UserFactory(email="ada@example.com")
        assert log_in(anonymous, address="198.51.100.7", password=PASSWORD).status_code == 200
        for number in range(10):
            other = log_in(anonymous, address=f"203.0.113.{number}")
        assert other.status_code == 429
        assert log_in(anonymous, address="203.0.113.9", password=PASSWORD).status_code == 429
        assert log_in(anonymous, address="198.51.100.7", password=PASSWORD).status_code == 200

    def test_an_address_is_known_from_the_sign_up(self, anonymous):
        body = {"email": "ada@example.com", "password": PASSWORD}
        anonymous.post("/api/auth/register", body, format="json", REMOTE_ADDR="2001:db8::1")
        for number in range(10):
            log_in(anonymous, address=f"203.0.113.{number}")
        assert log_in(anonymous, address="2001:db8::2", password=PASSWORD).status_code == 200

    def test_a_known_address_does_not_guess_without_limit(self, anonymous, settings):
        settings.LOGIN_THROTTLE_RATE = "2/min"
        UserFactory(email="ada@example.com")
        log_in(anonymous, password=PASSWORD)
        assert [log_in(anonymous).status_code for _ in range(2)] == [401, 429]

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

    def test_others_cannot_lock_staff_out(self, client):
        UserFactory(email="ada@example.com", is_staff=True)
        self.log_in(client, PASSWORD, address="198.51.100.7")
        client.logout()
        for number in range(10):
            answer = self.log_in(client, address=f"203.0.113.{number}")
        assert "Too many attempts" in answer.content.decode()
        assert self.log_in(client, PASSWORD, address="198.51.100.7").url == "/admin/"

    def test_guesses_of_the_own_password_count_as_attempts_to_log_in(self, client):
        """A thief of a session cannot guess the password without limit, and the right one works."""
        ada = UserFactory(email="ada@example.com", is_staff=True)
        form = {"new_password1": "a better battery", "new_password2": "a better battery"}

        def change(old, address):
            client.force_login(ada)
            sent = {**form, "old_password": old}
            return client.post("/admin/password_change/", sent, REMOTE_ADDR=address)

        for number in range(3):
            answer = change(f"guess {number}", f"203.0.113.{number}")
            assert "entered incorrectly" in answer.content.decode()
        answer = change(PASSWORD, "203.0.113.9")
        assert "Too many attempts. Try again in" in answer.content.decode()
        ada.refresh_from_db()
        assert ada.check_password(PASSWORD)
        client.logout()
        answer = self.log_in(client, PASSWORD, address="203.0.113.9")  # they are counted together
        assert "Too many attempts" in answer.content.decode()
        RequestCount.objects.all().delete()
        answer = change(PASSWORD, "203.0.113.9")
        assert (answer.status_code, answer.url) == (302, "/admin/password_change/done/")

    def test_an_invalid_admin_login_form_is_shown_again(self, client):
        assert client.post("/admin/login/", {}).status_code == 200


class TestSignUp:
    def test_sign_ups_from_one_address_are_throttled(self, anonymous, settings):
        settings.AUTH_THROTTLE_RATE, settings.SIGNUP_THROTTLE_RATE = "", "2/hour"
        addresses = itertools.cycle(["203.0.113.1", "::ffff:203.0.113.1"])

        def sign_up(number, address=None):
            body = {"email": f"user{number}@example.com", "password": PASSWORD}
            return anonymous.post(
                "/api/auth/register", body, format="json", REMOTE_ADDR=address or next(addresses)
            )

        answers = [sign_up(number) for number in range(4)]
        assert [answer.status_code for answer in answers] == [201, 201, 429, 429]
        assert answers[0]["RateLimit"].startswith('"signup";r=1;t=')
        assert sign_up(5, "203.0.113.2").status_code == 201


def test_an_empty_rate_disables_throttling(anonymous, settings):
    settings.AUTH_THROTTLE_RATE = settings.ACCOUNT_THROTTLE_RATE = ""
    assert {log_in(anonymous).status_code for _ in range(10)} == {401}
