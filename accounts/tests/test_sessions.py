"""Sessions: reuse of refresh tokens, races, listing, and ending one or all."""

import logging
import time
import uuid
from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts import services
from accounts.exceptions import InvalidCredentials
from accounts.models import Session, User
from accounts.tests.api_key_helpers import key_client
from accounts.tests.factories import PASSWORD, UserFactory
from ai.tests.factories import QuestionFactory
from credits.models import AiCreditLog, CreditHold
from credits.tests.ledger_helpers import at_once, balance

pytestmark = pytest.mark.django_db
SESSIONS = "/api/auth/sessions"
LATER = timedelta(minutes=1)  # than the grace


def post(client, name, token):
    return client.post(f"/api/auth/{name}", {"refreshToken": token}, format="json")


def bearer(token):
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def status_of(tokens):
    """Return the status of a request with the access token, and of a refresh."""
    return (
        bearer(tokens.access).get("/api/auth/me").status_code,
        post(APIClient(), "refresh", tokens.refresh).status_code,
    )


def session_of(tokens):
    return Session.objects.get(pk=AccessToken(tokens.access)["sid"])


def age(tokens, *, by=LATER):
    """Let time pass since the session's last refresh."""
    session = session_of(tokens)
    Session.objects.filter(pk=session.pk).update(last_used_at=session.last_used_at - by)


@pytest.fixture
def tokens(user):
    return services.issue_tokens(user=user)


@pytest.fixture
def other(user):
    """The tokens of another session of the same user."""
    return services.issue_tokens(user=user)


class TestBegin:
    @pytest.mark.parametrize("path", ["register", "login"])
    def test_a_sign_in_begins_a_session_that_both_tokens_name(self, anonymous, path):
        if path == "login":
            UserFactory(email="ada@example.com")
        answer = anonymous.post(
            f"/api/auth/{path}",
            {"email": "ada@example.com", "password": PASSWORD},
            format="json",
            headers={"User-Agent": "Firefox\x00\x07 é 144" + "x" * 5000},
            REMOTE_ADDR="2001:db8:1:2:3:4:5:6",
        ).json()
        session = Session.objects.get(user__email="ada@example.com")
        assert session.user_agent.startswith("Firefox")
        assert len(session.user_agent) == 200
        assert session.user_agent.isprintable()
        assert session.address == "2001:db8:1:2::/64"
        for token in (AccessToken(answer["token"]), RefreshToken(answer["refreshToken"])):
            assert token["sid"] == str(session.pk)

    def test_a_token_tells_nothing_of_the_password(self, tokens):
        expected = {"token_type", "exp", "iat", "jti", "user_id", "sid"}
        assert set(AccessToken(tokens.access).payload) == expected
        assert set(RefreshToken(tokens.refresh).payload) == expected

    def test_the_refresh_keeps_the_session_and_extends_it(self, tokens):
        before = session_of(tokens)
        age(tokens, by=timedelta(days=3))
        new = services.rotate_tokens(refresh_token=tokens.refresh)
        after = session_of(new)
        assert after.pk == before.pk
        assert after.created_at == before.created_at
        assert after.last_used_at >= before.last_used_at
        assert after.expires_at.timestamp() == RefreshToken(new.refresh)["exp"]
        assert (after.refresh_jti, after.previous_jti) == (
            RefreshToken(new.refresh)["jti"],
            before.refresh_jti,
        )


class TestReuse:
    def test_a_replaced_token_ends_its_session(self, anonymous, tokens, other, caplog):
        new = services.rotate_tokens(refresh_token=tokens.refresh)
        session = session_of(new)
        age(new)
        with caplog.at_level(logging.WARNING):
            answer = post(anonymous, "refresh", tokens.refresh)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
        assert status_of(new) == (401, 401)
        assert status_of(other) == (200, 200)
        (line,) = [record.getMessage() for record in caplog.records if record.name.startswith("accounts")]
        assert str(session.pk) in line
        assert not any(token in caplog.text for token in (tokens.refresh, new.refresh, session.refresh_jti))

    def test_the_token_before_the_last_one_ends_the_session_even_in_the_grace(self, tokens):
        second = services.rotate_tokens(refresh_token=tokens.refresh)
        third = services.rotate_tokens(refresh_token=second.refresh)
        assert status_of(tokens)[1] == 401
        assert status_of(third) == (401, 401)

    def test_a_repeat_in_the_grace_returns_the_same_refresh_token(self, anonymous, tokens):
        first, second = (post(anonymous, "refresh", tokens.refresh) for _ in range(2))
        assert second.status_code == 200
        assert second.json()["refreshToken"] == first.json()["refreshToken"]
        assert status_of(services.Tokens(second.json()["token"], second.json()["refreshToken"])) == (200, 200)

    def test_a_repeat_does_not_extend_the_grace(self, tokens):
        new = services.rotate_tokens(refresh_token=tokens.refresh)
        age(new, by=timedelta(seconds=9))
        services.rotate_tokens(refresh_token=tokens.refresh)
        age(new, by=timedelta(seconds=2))
        assert status_of(tokens)[1] == 401

    def test_without_a_grace_the_first_repeat_ends_the_session(self, tokens, settings):
        settings.REFRESH_REUSE_GRACE_SECONDS = 0
        new = services.rotate_tokens(refresh_token=tokens.refresh)
        assert status_of(tokens) == (200, 401)
        assert status_of(new) == (401, 401)

    def test_a_logout_with_a_replaced_token_ends_the_session(self, anonymous, tokens):
        new = services.rotate_tokens(refresh_token=tokens.refresh)
        age(new)
        assert post(anonymous, "logout", tokens.refresh).status_code == 401
        assert status_of(new) == (401, 401)


@pytest.mark.django_db(transaction=True)
class TestRace:
    def test_refreshes_at_once_get_one_and_the_same_token(self):
        tokens = services.issue_tokens(user=UserFactory())
        answers = at_once(*[partial(post, APIClient(), "refresh", tokens.refresh) for _ in range(8)])
        assert {answer.status_code for answer in answers} == {200}
        (refresh,) = {answer.json()["refreshToken"] for answer in answers}
        assert post(APIClient(), "refresh", refresh).status_code == 200

    def test_without_a_grace_only_the_first_refresh_wins(self, settings):
        settings.REFRESH_REUSE_GRACE_SECONDS = 0
        tokens = services.issue_tokens(user=UserFactory())
        answers = at_once(*[partial(post, APIClient(), "refresh", tokens.refresh) for _ in range(8)])
        assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
        assert not Session.objects.exists()

    def test_a_refresh_and_the_end_of_all_sessions_leave_no_valid_token(self):
        user = UserFactory()
        for _ in range(5):
            tokens = services.issue_tokens(user=user)
            answer, _ = at_once(
                partial(post, APIClient(), "refresh", tokens.refresh),
                partial(services.revoke_sessions, user=user),
            )
            assert answer.status_code in {200, 401}
            if answer.status_code == 200:
                new = services.Tokens(answer.json()["token"], answer.json()["refreshToken"])
                assert status_of(new) == (401, 401)

    def test_sessions_that_end_each_other_do_not_deadlock(self):
        user = UserFactory()
        for _ in range(5):
            keep = [session_of(services.issue_tokens(user=user)).pk for _ in range(4)]
            results = at_once(*[partial(services.revoke_sessions, user=user, keep=pk) for pk in keep])
            assert all(isinstance(result, int) for result in results), results
            assert user.sessions.count() <= 1

    def test_a_login_waits_for_a_deactivation_that_is_under_way(self):
        user, deactivated = UserFactory(), Event()

        def deactivate():
            with transaction.atomic():
                services.deactivate(user=User.objects.get(pk=user.pk))
                deactivated.set()
                time.sleep(1)  # the login comes in this second

        def log_in():
            deactivated.wait(timeout=60)
            return services.issue_tokens(user=user)

        _, answer = at_once(deactivate, log_in)
        assert isinstance(answer, InvalidCredentials)
        assert not user.sessions.exists()

    def test_refresh_and_logout_at_once_leave_no_session(self):
        tokens = services.issue_tokens(user=UserFactory())
        names = ["refresh", "logout"] * 4
        answers = at_once(*[partial(post, APIClient(), name, tokens.refresh) for name in names])
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) <= {200, 204, 401}
        assert statuses.count(204) == 1
        assert not Session.objects.exists()


class TestLogout:
    def test_logout_ends_the_session_and_no_other(self, anonymous, tokens, other):
        assert post(anonymous, "logout", tokens.refresh).status_code == 204
        assert status_of(tokens) == (401, 401)
        assert post(anonymous, "logout", tokens.refresh).status_code == 401
        assert status_of(other) == (200, 200)


class TestList:
    def test_the_list_shows_open_sessions_newest_first(self, user, tokens, other):
        Session.objects.filter(pk=session_of(other).pk).update(user_agent="curl/8")
        ended = services.issue_tokens(user=user)
        Session.objects.filter(pk=session_of(ended).pk).update(expires_at=timezone.now())
        services.issue_tokens(user=UserFactory())
        answer = bearer(tokens.access).get(SESSIONS)
        assert set(answer.json()) == {"next", "previous", "results"}
        newest, oldest = answer.json()["results"]
        assert set(newest) == {"id", "createdAt", "lastUsedAt", "userAgent", "current"}
        assert (newest["id"], newest["userAgent"], newest["current"]) == (
            str(session_of(other).pk),
            "curl/8",
            False,
        )
        assert (oldest["id"], oldest["current"]) == (str(session_of(tokens).pk), True)

    def test_the_list_shows_no_session_of_a_former_password(self, user, other):
        user.set_password("another correct horse")
        user.save()
        new = services.issue_tokens(user=user)
        (only,) = bearer(new.access).get(SESSIONS).json()["results"]
        assert only["current"] is True

    def test_the_list_has_pages(self, user, tokens, django_assert_max_num_queries):
        for _ in range(5):
            services.issue_tokens(user=user)
        client, found, url = bearer(tokens.access), [], f"{SESSIONS}?pageSize=2"
        while url:
            with django_assert_max_num_queries(2):
                page = client.get(url).json()
            found += [session["id"] for session in page["results"]]
            url = page["next"]
        assert len(found) == len(set(found)) == 6

    def test_the_list_needs_a_token(self, anonymous):
        assert anonymous.get(SESSIONS).status_code == 401
        assert anonymous.delete(SESSIONS).status_code == 401
        assert anonymous.delete(f"{SESSIONS}/{uuid.uuid4()}").status_code == 401


class TestEnd:
    def test_one_session_ends_at_once(self, tokens, other):
        assert bearer(tokens.access).delete(f"{SESSIONS}/{session_of(other).pk}").status_code == 204
        assert status_of(other) == (401, 401)
        assert status_of(tokens) == (200, 200)

    def test_the_current_session_can_end_itself(self, tokens):
        assert bearer(tokens.access).delete(f"{SESSIONS}/{session_of(tokens).pk}").status_code == 204
        assert status_of(tokens) == (401, 401)

    def test_the_session_of_another_user_is_404_like_an_unknown_one(self, tokens):
        foreign = services.issue_tokens(user=UserFactory())
        answers = [
            bearer(tokens.access).delete(f"{SESSIONS}/{pk}") for pk in (session_of(foreign).pk, uuid.uuid4())
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert status_of(foreign) == (200, 200)

    @pytest.mark.parametrize("pk", ["x", "1", "%00", "..", "00000000-0000-0000-0000-00000000000g"])
    def test_a_malformed_id_is_404(self, tokens, pk):
        assert bearer(tokens.access).delete(f"{SESSIONS}/{pk}").status_code == 404

    @pytest.mark.parametrize(
        ("query", "kept"), [("", False), ("?keepCurrent=false", False), ("?keepCurrent=true", True)]
    )
    def test_all_sessions_end_at_once(self, tokens, other, query, kept):
        foreign = services.issue_tokens(user=UserFactory())
        assert bearer(tokens.access).delete(f"{SESSIONS}{query}").status_code == 204
        assert status_of(other) == (401, 401)
        assert status_of(tokens) == ((200, 200) if kept else (401, 401))
        assert status_of(foreign) == (200, 200)

    @pytest.mark.parametrize(
        "query", ["?keepCurrent=1", "?keepCurrent=", "?keepCurrent=true&keepCurrent=false"]
    )
    def test_another_value_of_keep_current_is_400_and_ends_nothing(self, tokens, query):
        answer = bearer(tokens.access).delete(f"{SESSIONS}{query}")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["keepCurrent"])
        assert status_of(tokens) == (200, 200)

    @pytest.mark.parametrize("headers", [{}, {"Prefer": "respond-async"}, {"Idempotency-Key": "k"}])
    def test_a_paid_call_of_an_ended_session_is_401_and_costs_nothing(self, user, tokens, other, headers):
        question = QuestionFactory(user=user)
        services.revoke_session(user=user, session_id=session_of(tokens).pk)
        before = balance(user), AiCreditLog.objects.count()
        url, body = "/api/ai/evaluate-answer", {"questionId": str(question.pk), "userAnswer": "x"}
        answer = bearer(tokens.access).post(url, body, format="json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")
        assert (balance(user), AiCreditLog.objects.count()) == before
        assert not CreditHold.objects.exists()
        accepted = bearer(other.access).post(url, body, format="json", headers=headers)
        assert accepted.status_code in {200, 201, 202}


class TestPassword:
    def test_a_new_password_ends_every_session(self, user, tokens, other):
        user.set_password("another correct horse")
        user.save()
        assert status_of(tokens) == status_of(other) == (401, 401)

    def test_a_kept_session_goes_on_with_the_new_password(self, user, tokens, other):
        user.set_password("another correct horse")
        user.save()
        assert services.revoke_sessions(user=user, keep=session_of(tokens).pk) == 1
        assert status_of(tokens) == (200, 200)
        assert status_of(other) == (401, 401)

    def test_a_request_from_before_a_new_password_does_not_revive_its_session(self, user, tokens):
        stale = User.objects.get(pk=user.pk)
        user.set_password("another correct horse")
        user.save()
        services.revoke_sessions(user=stale, keep=session_of(tokens).pk)
        assert status_of(tokens) == (401, 401)

    def test_the_session_of_another_user_cannot_be_kept(self, user, tokens):
        foreign = services.issue_tokens(user=UserFactory(password="a password of another"))
        services.revoke_sessions(user=user, keep=session_of(foreign).pk)
        assert not user.sessions.exists()
        assert status_of(foreign) == (200, 200)

    def test_a_login_that_checked_the_old_password_gets_no_valid_tokens(self, user):
        old = User.objects.get(pk=user.pk)  # as the login loaded it
        user.set_password("another correct horse")
        user.save()
        services.revoke_sessions(user=user)
        assert status_of(services.issue_tokens(user=old)) == (401, 401)

    def test_manage_py_changepassword_ends_every_session(self, user, tokens, monkeypatch):
        monkeypatch.setattr("getpass.getpass", lambda *args, **kwargs: "another correct horse")
        call_command("changepassword", user.email)
        assert status_of(tokens) == (401, 401)


class TestInactive:
    def test_an_inactive_user_is_refused_at_once(self, user, tokens):
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert status_of(tokens) == (401, 401)


class TestSweep:
    def test_the_sweep_deletes_ended_sessions_only(self, user, tokens, other):
        Session.objects.filter(pk=session_of(other).pk).update(expires_at=timezone.now())
        changed, inactive = UserFactory(), UserFactory()
        for owner in (changed, inactive):
            services.issue_tokens(user=owner)
        changed.set_password("another correct horse é")
        changed.save()
        services.issue_tokens(user=changed)
        User.objects.filter(pk=inactive.pk).update(is_active=False)
        call_command("run_scheduled", "delete_expired")
        assert list(user.sessions.all()) == [session_of(tokens)]
        assert (changed.sessions.count(), inactive.sessions.count()) == (1, 0)


class TestAdmin:
    @pytest.fixture
    def support(self):
        support = UserFactory(is_staff=True)
        support.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
        return support

    def browser(self, user):
        client = Client()
        client.force_login(user)
        return client

    def test_the_users_page_lists_open_sessions_without_tokens(self, support, user, tokens):
        Session.objects.filter(user=user).update(user_agent="<b>curl</b>", address="203.0.113.9")
        text = self.browser(support).get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
        assert "&lt;b&gt;curl&lt;/b&gt;" in text
        assert "203.0.113.9" in text
        assert session_of(tokens).refresh_jti not in text

    def test_staff_end_all_sessions_of_a_user_after_a_confirmation(self, support, user, tokens):
        browser, url = self.browser(support), f"/admin/accounts/user/{user.pk}/end-sessions/"
        assert browser.get(url).status_code == 200
        assert status_of(tokens)[0] == 200
        assert browser.post(url).status_code == 302
        assert status_of(tokens) == (401, 401)
        entry = LogEntry.objects.get()
        assert (entry.user, entry.object_id) == (support, str(user.pk))
        assert "API sessions" in entry.get_change_message()

    def test_support_cannot_end_the_sessions_of_staff(self, support, staff):
        tokens = services.issue_tokens(user=staff)
        onlooker = UserFactory(is_staff=True)
        onlooker.user_permissions.set(Permission.objects.filter(codename="view_user"))
        for browser in (self.browser(support), self.browser(onlooker)):
            assert browser.post(f"/admin/accounts/user/{staff.pk}/end-sessions/").status_code == 403
        assert status_of(tokens) == (200, 200)

    def test_deactivation_ends_the_sessions_also_after_a_reactivation(self, support, user, tokens):
        page, browser = f"/admin/accounts/user/{user.pk}/change/", self.browser(support)
        assert browser.post(page, {"email": user.email, "name": ""}).status_code == 302
        assert status_of(tokens) == (401, 401)
        assert browser.post(page, {"email": user.email, "name": "", "is_active": "on"}).status_code == 302
        user.refresh_from_db()
        assert user.is_active
        assert status_of(tokens) == (401, 401)

    def test_deactivation_revokes_the_api_keys_also_after_a_reactivation(self, support, user):
        page, browser, client = (
            f"/admin/accounts/user/{user.pk}/change/",
            self.browser(support),
            key_client(user),
        )
        assert client.get("/api/credits").status_code == 200
        assert browser.post(page, {"email": user.email, "name": ""}).status_code == 302
        assert browser.post(page, {"email": user.email, "name": "", "is_active": "on"}).status_code == 302
        user.refresh_from_db()
        assert user.is_active
        assert client.get("/api/credits").status_code == 401
        assert key_client(user).get("/api/credits").status_code == 200

    def test_the_form_says_what_a_deactivation_ends(self, support, user):
        text = self.browser(support).get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
        assert "revokes all API keys and ends all sessions" in text

    def test_deactivation_ends_the_sessions_in_the_admin(self, staff):
        colleague = UserFactory(is_staff=True)
        data = {"email": colleague.email, "name": "", "is_staff": "on"}
        page, browser, theirs = (
            f"/admin/accounts/user/{colleague.pk}/change/",
            self.browser(staff),
            self.browser(colleague),
        )
        assert theirs.get("/admin/").status_code == 200
        assert browser.post(page, data).status_code == 302
        late = self.browser(colleague)  # its login began before the deactivation, and is stored after it
        assert browser.post(page, {**data, "is_active": "on"}).status_code == 302
        colleague.refresh_from_db()
        assert (colleague.is_active, colleague.is_staff) == (True, True)
        assert theirs.get("/admin/").status_code == 302
        assert late.get("/admin/").status_code == 302
        assert browser.get("/admin/").status_code == 200
