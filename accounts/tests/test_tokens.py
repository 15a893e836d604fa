"""Tokens: lifetime, rotation, revocation by logout and by a new password, forgery."""

import base64
import json
from datetime import timedelta
from functools import partial

import jwt
import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.tests.factories import PASSWORD, UserFactory
from credits.tests.ledger_helpers import at_once

pytestmark = pytest.mark.django_db


def post(client, name, token):
    return client.post(f"/api/auth/{name}", {"refreshToken": token}, format="json")


def me(client, token, scheme="Bearer"):
    return client.get("/api/auth/me", headers={"Authorization": f"{scheme} {token}"})


@pytest.fixture
def session(anonymous):
    UserFactory(email="ada@example.com")
    return anonymous.post(
        "/api/auth/login", {"email": "ada@example.com", "password": PASSWORD}, format="json"
    ).json()


class TestRefresh:
    def test_refresh_returns_a_new_valid_pair(self, anonymous, session):
        answer = post(anonymous, "refresh", session["refreshToken"])
        assert (answer.status_code, set(answer.json())) == (200, {"token", "refreshToken"})
        assert me(anonymous, answer.json()["token"]).json()["email"] == "ada@example.com"
        assert post(anonymous, "refresh", answer.json()["refreshToken"]).status_code == 200

    def test_refresh_revokes_the_old_token(self, anonymous, session):
        post(anonymous, "refresh", session["refreshToken"])
        again = post(anonymous, "refresh", session["refreshToken"])
        assert (again.status_code, again.json()["code"]) == (401, "invalid_token")

    @pytest.mark.parametrize("kind", ["not a token", "a.b.c", "", "é.é.é"])
    def test_refresh_refuses_malformed_tokens(self, anonymous, kind):
        assert post(anonymous, "refresh", kind).status_code in {400, 401}

    def test_refresh_refuses_an_access_token(self, anonymous, session):
        assert post(anonymous, "refresh", session["token"]).status_code == 401

    def test_refresh_refuses_an_expired_token(self, anonymous, user):
        token = RefreshToken.for_user(user)
        token.set_exp(from_time=timezone.now() - timedelta(days=365))
        assert post(anonymous, "refresh", str(token)).status_code == 401

    def test_refresh_refuses_a_token_of_an_unknown_user(self, anonymous, user):
        token = RefreshToken.for_user(user)
        token["user_id"] = "999999999999"
        assert post(anonymous, "refresh", str(token)).status_code == 401
        del token["user_id"]
        assert post(anonymous, "refresh", str(token)).status_code == 401

    def test_refresh_refuses_a_token_of_an_inactive_user(self, anonymous, user):
        token = RefreshToken.for_user(user)
        type(user).objects.filter(pk=user.pk).update(is_active=False)
        assert post(anonymous, "refresh", str(token)).status_code == 401


class TestLogout:
    def test_logout_revokes_the_refresh_token(self, anonymous, session):
        assert post(anonymous, "logout", session["refreshToken"]).status_code == 204
        assert post(anonymous, "refresh", session["refreshToken"]).status_code == 401
        assert post(anonymous, "logout", session["refreshToken"]).status_code == 401

    def test_logout_keeps_other_sessions(self, anonymous, user):
        here, there = RefreshToken.for_user(user), RefreshToken.for_user(user)
        post(anonymous, "logout", str(here))
        assert post(anonymous, "refresh", str(there)).status_code == 200


class TestNewPassword:
    def test_a_new_password_revokes_every_token(self, anonymous, user):
        refresh = RefreshToken.for_user(user)
        access = str(refresh.access_token)
        assert me(anonymous, access).status_code == 200
        user.set_password("another correct horse")
        user.save()
        assert me(anonymous, access).status_code == 401
        assert post(anonymous, "refresh", str(refresh)).status_code == 401
        assert post(anonymous, "logout", str(refresh)).status_code == 401


class TestAccess:
    def test_an_access_token_lives_sixty_minutes(self):
        assert django_settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"] == timedelta(minutes=60)

    def test_an_expired_token_is_401(self, anonymous, user):
        token = AccessToken.for_user(user)
        token.set_exp(from_time=timezone.now() - timedelta(days=1))
        answer = me(anonymous, token)
        assert (answer.status_code, answer.json()["code"]) == (401, "token_not_valid")
        assert set(answer.json()) == {"message", "code"}

    def test_a_token_signed_with_another_key_is_401(self, anonymous, user):
        claims = AccessToken.for_user(user).payload
        assert me(anonymous, jwt.encode(claims, "k" * 50, algorithm="HS256")).status_code == 401

    @pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE"])
    def test_an_unsigned_token_is_401(self, anonymous, user, alg):
        def part(value):
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

        claims = part(AccessToken.for_user(user).payload)
        assert me(anonymous, f"{part({'alg': alg, 'typ': 'JWT'})}.{claims}.").status_code == 401

    def test_a_tampered_token_is_401(self, anonymous, user, staff):
        header, claims, signature = str(AccessToken.for_user(user)).split(".")
        forged = json.loads(base64.urlsafe_b64decode(claims + "==")) | {"user_id": str(staff.pk)}
        claims = base64.urlsafe_b64encode(json.dumps(forged).encode()).rstrip(b"=").decode()
        assert me(anonymous, f"{header}.{claims}.{signature}").status_code == 401

    def test_a_refresh_token_is_refused_as_an_access_token(self, anonymous, user):
        assert me(anonymous, RefreshToken.for_user(user)).status_code == 401

    @pytest.mark.parametrize("token", ["", "x", "a b", "a.b.c", "\x00", "é", "." * 5000])
    def test_a_malformed_token_is_401(self, anonymous, token):
        answer = me(anonymous, token)
        assert answer.status_code == 401
        assert set(answer.json()) == {"message", "code"}

    def test_another_authentication_scheme_is_401(self, anonymous, user):
        assert me(anonymous, AccessToken.for_user(user), scheme="Token").status_code == 401

    def test_a_token_of_an_inactive_user_is_401(self, anonymous, user):
        token = AccessToken.for_user(user)
        user.is_active = False
        user.save()
        assert me(anonymous, token).status_code == 401

    def test_a_token_of_an_unknown_user_is_401(self, anonymous, user):
        token = AccessToken.for_user(user)
        token["user_id"] = str(10**30)
        assert me(anonymous, token).status_code == 401

    def test_authentication_runs_one_query(self, api, django_assert_num_queries):
        with django_assert_num_queries(1):
            api.get("/api/auth/me")


@pytest.mark.django_db(transaction=True)
class TestRace:
    @pytest.mark.parametrize("names", [["refresh"] * 8, ["refresh", "logout"] * 4])
    def test_concurrent_refreshes_use_a_token_once(self, names):
        token = str(RefreshToken.for_user(UserFactory()))
        answers = at_once(*[partial(post, APIClient(), name, token) for name in names])
        assert sum(answer.status_code in {200, 204} for answer in answers) == 1
        assert {answer.status_code for answer in answers} - {200, 204} == {401}


class TestRolledKey:
    """Tokens that SECRET_KEY signed stay valid while it is one of SECRET_KEY_FALLBACKS."""

    @pytest.fixture
    def old(self, user):
        """Tokens that a former key signed."""
        access = AccessToken.for_user(user)
        refresh = RefreshToken.for_user(user)
        return {
            name: jwt.encode(token.payload, "a-former-secret-key-" * 3, algorithm="HS256")
            for name, token in {"access": access, "refresh": refresh}.items()
        }

    def test_a_token_of_a_former_key_is_valid_and_no_other(self, anonymous, old, settings):
        assert me(anonymous, old["access"]).status_code == 401
        settings.SECRET_KEY_FALLBACKS = ["another-former-key-" * 3, "a-former-secret-key-" * 3]
        assert me(anonymous, old["access"]).status_code == 200
        answer = post(anonymous, "refresh", old["refresh"])
        assert answer.status_code == 200
        assert jwt.decode(answer.json()["token"], settings.SECRET_KEY, algorithms=["HS256"])

    def test_a_forged_or_expired_one_is_not(self, anonymous, user, settings):
        settings.SECRET_KEY_FALLBACKS = ["a-former-secret-key-" * 3]
        token = AccessToken.for_user(user)
        forged = jwt.encode(token.payload, "no-key-of-ours-at-all-" * 3, algorithm="HS256")
        unsigned = jwt.encode(token.payload, None, algorithm="none")
        token.set_exp(lifetime=timedelta(seconds=-1))
        expired = jwt.encode(token.payload, "a-former-secret-key-" * 3, algorithm="HS256")
        for refused in (forged, unsigned, expired):
            assert me(anonymous, refused).status_code == 401
