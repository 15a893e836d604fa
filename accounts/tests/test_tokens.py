"""Tokens: lifetime, rotation, forgery, keys. test_sessions.py has reuse and the end of sessions."""

import base64
import json
from datetime import timedelta

import jwt
import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.services import issue_tokens
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def post(client, name, token):
    return client.post(f"/api/auth/{name}", {"refreshToken": token}, format="json")


def me(client, token, scheme="Bearer"):
    return client.get("/api/auth/me", headers={"Authorization": f"{scheme} {token}"})


def refresh_token_of(user):
    return RefreshToken(issue_tokens(user=user).refresh)


def access_token_of(user):
    return AccessToken(issue_tokens(user=user).access)


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

    @pytest.mark.parametrize("kind", ["not a token", "a.b.c", "", "é.é.é"])
    def test_refresh_refuses_malformed_tokens(self, anonymous, kind):
        assert post(anonymous, "refresh", kind).status_code in {400, 401}

    def test_refresh_refuses_an_access_token(self, anonymous, session):
        assert post(anonymous, "refresh", session["token"]).status_code == 401

    def test_refresh_refuses_an_expired_token(self, anonymous, user):
        token = refresh_token_of(user)
        token.set_exp(from_time=timezone.now() - timedelta(days=365))
        assert post(anonymous, "refresh", str(token)).status_code == 401

    def test_refresh_refuses_a_token_of_an_unknown_user(self, anonymous, user):
        token = refresh_token_of(user)
        token["user_id"] = "999999999999"
        assert post(anonymous, "refresh", str(token)).status_code == 401
        del token["user_id"]
        assert post(anonymous, "refresh", str(token)).status_code == 401

    def test_refresh_refuses_a_token_of_an_inactive_user(self, anonymous, user):
        token = refresh_token_of(user)
        type(user).objects.filter(pk=user.pk).update(is_active=False)
        assert post(anonymous, "refresh", str(token)).status_code == 401


class TestAccess:
    def test_an_access_token_lives_sixty_minutes(self):
        assert django_settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"] == timedelta(minutes=60)

    def test_an_expired_token_is_401(self, anonymous, user):
        token = access_token_of(user)
        token.set_exp(from_time=timezone.now() - timedelta(days=1))
        answer = me(anonymous, token)
        assert (answer.status_code, answer.json()["code"]) == (401, "token_not_valid")
        assert set(answer.json()) == {"message", "code"}

    def test_a_token_signed_with_another_key_is_401(self, anonymous, user):
        claims = access_token_of(user).payload
        assert me(anonymous, jwt.encode(claims, "k" * 50, algorithm="HS256")).status_code == 401

    @pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE"])
    def test_an_unsigned_token_is_401(self, anonymous, user, alg):
        def part(value):
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

        claims = part(access_token_of(user).payload)
        assert me(anonymous, f"{part({'alg': alg, 'typ': 'JWT'})}.{claims}.").status_code == 401

    def test_a_tampered_token_is_401(self, anonymous, user, staff):
        header, claims, signature = str(access_token_of(user)).split(".")
        forged = json.loads(base64.urlsafe_b64decode(claims + "==")) | {"user_id": str(staff.pk)}
        claims = base64.urlsafe_b64encode(json.dumps(forged).encode()).rstrip(b"=").decode()
        assert me(anonymous, f"{header}.{claims}.{signature}").status_code == 401

    def test_a_refresh_token_is_refused_as_an_access_token(self, anonymous, user):
        assert me(anonymous, refresh_token_of(user)).status_code == 401

    @pytest.mark.parametrize("token", ["", "x", "a b", "a.b.c", "\x00", "é", "." * 5000])
    def test_a_malformed_token_is_401(self, anonymous, token):
        answer = me(anonymous, token)
        assert answer.status_code == 401
        assert set(answer.json()) == {"message", "code"}

    def test_another_authentication_scheme_is_401(self, anonymous, user):
        assert me(anonymous, access_token_of(user), scheme="Token").status_code == 401

    def test_a_token_of_an_inactive_user_is_401(self, anonymous, user):
        token = access_token_of(user)
        user.is_active = False
        user.save()
        assert me(anonymous, token).status_code == 401

    def test_a_token_of_an_unknown_user_is_401(self, anonymous, user):
        token = access_token_of(user)
        for unknown in (str(10**30), "x", "\x00", None, 1.5):
            token["user_id"] = unknown
            assert me(anonymous, token).status_code == 401

    @pytest.mark.parametrize(
        "sid", ["", "x", "\x00", None, 7, [], "9b2d3c1e-5d0f-4f0a-8a53-2f1c1e0c7b11", "é" * 36]
    )
    def test_a_token_of_no_session_is_401(self, anonymous, user, sid):
        access, refresh = access_token_of(user), refresh_token_of(user)
        access["sid"] = refresh["sid"] = sid
        assert me(anonymous, access).status_code == 401
        assert post(anonymous, "refresh", str(refresh)).status_code == 401
        assert post(anonymous, "logout", str(refresh)).status_code == 401

    def test_a_token_of_another_users_session_is_401(self, anonymous, user, staff):
        access, refresh = access_token_of(user), refresh_token_of(user)
        access["user_id"] = refresh["user_id"] = str(staff.pk)
        assert me(anonymous, access).status_code == 401
        assert post(anonymous, "refresh", str(refresh)).status_code == 401

    def test_a_token_without_a_session_is_401(self, anonymous, user):
        assert me(anonymous, AccessToken.for_user(user)).status_code == 401
        assert post(anonymous, "refresh", str(RefreshToken.for_user(user))).status_code == 401

    def test_authentication_runs_one_query(self, api, django_assert_num_queries):
        with django_assert_num_queries(1):
            api.get("/api/auth/me")


class TestRolledKey:
    """Tokens that SECRET_KEY signed stay valid while it is one of SECRET_KEY_FALLBACKS."""

    @pytest.fixture
    def old(self, user):
        """Tokens that a former key signed."""
        access = access_token_of(user)
        refresh = refresh_token_of(user)
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
        token = access_token_of(user)
        forged = jwt.encode(token.payload, "no-key-of-ours-at-all-" * 3, algorithm="HS256")
        unsigned = jwt.encode(token.payload, None, algorithm="none")
        token.set_exp(lifetime=timedelta(seconds=-1))
        expired = jwt.encode(token.payload, "a-former-secret-key-" * 3, algorithm="HS256")
        for refused in (forged, unsigned, expired):
            assert me(anonymous, refused).status_code == 401
