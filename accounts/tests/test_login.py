"""Login: a wrong password and an unknown email have the same response and the same cost."""

from typing import ClassVar

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher

from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
URL = "/api/auth/login"


class CountingHasher(MD5PasswordHasher):
    """A real hasher that records its inputs."""

    algorithm = "counting"
    hashed: ClassVar[list[str]] = []

    def encode(self, password, salt):
        self.hashed.append(password)
        return super().encode(password, salt)


@pytest.fixture
def hashed(settings):
    settings.PASSWORD_HASHERS = ["accounts.tests.test_login.CountingHasher"]
    CountingHasher.hashed.clear()
    return CountingHasher.hashed


def log_in(client, email="ada@example.com", password=PASSWORD, **more):
    return client.post(URL, {"email": email, "password": password, **more}, format="json")


class TestLogin:
    def test_login_returns_tokens_and_the_profile_with_the_balance(self, anonymous):
        user = UserFactory(email="ada@example.com", credits=42)
        answer = log_in(anonymous)
        assert answer.status_code == 200
        assert set(answer.json()) == {"token", "refreshToken", "user"}
        assert (answer.json()["user"]["id"], answer.json()["user"]["aiCredits"]) == (user.pk, 42)

    @pytest.mark.parametrize("email", ["ADA@EXAMPLE.COM", "Ada@example.com", " ada@example.com "])
    def test_login_ignores_the_case_of_the_email(self, anonymous, email):
        UserFactory(email="ada@example.com")
        assert log_in(anonymous, email=email).status_code == 200

    def test_login_ignores_other_fields(self, anonymous):
        user = UserFactory(email="ada@example.com")
        assert log_in(anonymous, aiCredits=10**6, is_staff=True, plan="pro").status_code == 200
        user.refresh_from_db()
        assert (user.ai_credits, user.is_staff, user.plan) == (100, False, "free")


class TestRefusal:
    def refusals(self, client):
        UserFactory(email="ada@example.com")
        UserFactory(email="gone@example.com", is_active=False)
        UserFactory(email="locked@example.com", password=None)
        return {
            "wrong password": log_in(client, password="wrong"),
            "unknown email": log_in(client, email="nobody@example.com"),
            "no email at all": log_in(client, email="not an email"),
            "inactive": log_in(client, email="gone@example.com"),
            "without a password": log_in(client, email="locked@example.com"),
        }

    def test_every_refused_login_returns_the_same_response(self, anonymous):
        answers = self.refusals(anonymous)
        assert {(a.status_code, a.content, a["WWW-Authenticate"]) for a in answers.values()} == {
            (
                401,
                b'{"message":"The email address or the password is wrong.","code":"invalid_credentials"}',
                "Bearer",
            )
        }
        headers = [{**answer.headers, "X-Request-ID": ""} for answer in answers.values()]  # a random one
        assert all(header == headers[0] for header in headers)

    @pytest.mark.parametrize(
        ("email", "password"),
        [
            ("ada@example.com", "wrong"),
            ("nobody@example.com", PASSWORD),
            ("gone@example.com", PASSWORD),
            ("locked@example.com", PASSWORD),
        ],
    )
    def test_every_refused_login_hashes_one_password(self, anonymous, hashed, email, password):
        UserFactory(email="ada@example.com")
        UserFactory(email="gone@example.com", is_active=False)
        UserFactory(email="locked@example.com", password=None)
        hashed.clear()
        assert log_in(anonymous, email=email, password=password).status_code == 401
        assert len(hashed) == 1

    def test_every_refused_login_runs_the_same_queries(self, anonymous, django_assert_num_queries):
        UserFactory(email="ada@example.com")
        for email in ("ada@example.com", "nobody@example.com"):
            with django_assert_num_queries(1):
                log_in(anonymous, email=email, password="wrong")
