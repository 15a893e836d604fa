"""Reset of a forgotten password and change of a known one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.mail_tokens import RESET_PASSWORD, VERIFY_EMAIL
from accounts.models import User
from accounts.tests.api_key_helpers import client_with, create_key
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.mail_helpers import at_once, deliver, post, queued, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_queue")]
NEW = "a quite different passphrase"


@pytest.fixture
def ada():
    return UserFactory(email="ada@example.com")


@pytest.fixture
def session(anonymous, ada):
    return post(anonymous, "login", {"email": ada.email, "password": PASSWORD}).json()


def bearer(token):
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def forgot(client, email, **more):
    return post(client, "password/forgot", {"email": email}, **more)


def reset(client, token, password=NEW):
    return post(client, "password/reset", {"token": token, "password": password})


def assert_invalid(answer):
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_link")


class TestForgot:
    @pytest.mark.parametrize("email", ["ada@example.com", " ADA@Example.com "])
    def test_the_mail_goes_to_the_account_and_resets_its_password(self, anonymous, ada, email):
        assert forgot(anonymous, email).status_code == 202
        (message,) = deliver()
        assert message.to == ["ada@example.com"]
        assert reset(anonymous, token_of(message)).status_code == 204
        assert post(anonymous, "login", {"email": ada.email, "password": NEW}).status_code == 200
        assert post(anonymous, "login", {"email": ada.email, "password": PASSWORD}).status_code == 401

    def test_the_mail_does_not_go_to_the_address_that_was_typed(self, anonymous, ada):
        """A Unicode spelling that is normalized to the account's email must not redirect the mail."""
        forgot(anonymous, "\uff41da@example.com")
        assert [message.to for message in deliver()] == [["ada@example.com"]]

    @pytest.mark.parametrize(
        ("stored", "typed"),
        [
            ("victim+zz@corp.com", "victim@corp.com"),
            ("victim@corp.com", "victim+other@corp.com"),
            ("vic.tim+zz@googlemail.com", "victim@gmail.com"),
        ],
    )
    def test_another_spelling_of_the_mailbox_finds_the_account(self, anonymous, stored, typed):
        """Otherwise, the owner could neither sign up with a mailbox that has an account nor take it over."""
        assert post(anonymous, "register", {"email": stored, "password": PASSWORD}).status_code == 201
        assert post(anonymous, "register", {"email": typed, "password": NEW}).status_code == 400
        deliver()
        forgot(anonymous, typed)
        (message,) = deliver()
        assert message.to == [stored]
        assert f"your account {stored}" in message.body
        assert reset(anonymous, token_of(message)).status_code == 204
        assert post(anonymous, "login", {"email": stored, "password": NEW}).status_code == 200

    def test_another_mailbox_finds_no_account(self, anonymous):
        UserFactory(email="v.ictim@corp.com")
        UserFactory(email="victim@corp.com", is_active=False)
        for typed in ("victim@corp.com", "victim+1@corp.com", "vi.ctim@corp.com", "victim@other.com"):
            forgot(anonymous, typed)
        assert deliver() == []

    @pytest.mark.parametrize("email", ["ada+1@example.com", "nobody@example.com"])
    def test_an_index_finds_the_account(self, anonymous, ada, email):
        """Otherwise, the time of a response would grow with the number of accounts, and tell whether one exists.

        A connection that has prepared the statement uses a generic plan, which knows no parameters.
        """

        def scans():
            cursor.execute("select pg_stat_get_xact_numscans('accounts_user_email_mailbox'::regclass)")
            return cursor.fetchone()[0]

        with connection.cursor() as cursor:
            cursor.execute("set local plan_cache_mode = force_generic_plan")
            cursor.execute("set local enable_seqscan = off")
            before = scans()
            forgot(anonymous, email)
            assert scans() == before + 1

    def test_answer_and_work_are_the_same_without_an_account(self, anonymous, ada, settings):
        settings.MAIL_THROTTLE_RATE = settings.AUTH_THROTTLE_RATE = "9/hour"
        UserFactory(email="inactive@example.com", is_active=False)
        seen = []
        for email in (ada.email, "nobody@example.com", "inactive@example.com"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = forgot(anonymous, email, REMOTE_ADDR="203.0.113.7")
            statements = [" ".join(query["sql"].split()[:4]) for query in queries]
            headers = {name for name in answer.headers if name != "X-Request-ID"}
            seen.append((answer.status_code, answer.content, headers, statements))
        assert seen[0] == seen[1] == seen[2]
        assert seen[0][:2] == (202, b"")
        assert len(queued()) == 3
        assert [message.to for message in deliver()] == [[ada.email]]

    def test_nobody_can_flood_a_mailbox(self, anonymous, ada, settings):
        settings.MAIL_THROTTLE_RATE = "2/hour"
        for number in range(5):
            answer = forgot(anonymous, ada.email, REMOTE_ADDR=f"203.0.113.{number}")
            assert answer.status_code == 202  # a 429 would tell how often others ask
        assert len(deliver()) == 2

    def test_a_flood_does_not_keep_the_owner_from_a_reset(self, anonymous, ada, settings):
        """The links that the owner already has work, until one is used."""
        settings.MAIL_THROTTLE_RATE = "2/hour"
        for _ in range(5):
            forgot(anonymous, ada.email)
        first, second = map(token_of, deliver())
        assert reset(anonymous, first).status_code == 204
        assert_invalid(reset(anonymous, second))

    def test_one_address_cannot_ask_for_many_accounts(self, anonymous, settings):
        settings.AUTH_THROTTLE_RATE = "2/min"
        answers = [forgot(anonymous, f"user{number}@example.com") for number in range(3)]
        assert [answer.status_code for answer in answers] == [202, 202, 429]

    @pytest.mark.parametrize("email", [None, 5, [], {}, "", "nul\0@example.com", "x" * 255])
    def test_an_invalid_email_is_400(self, anonymous, email):
        assert forgot(anonymous, email).status_code == 400

    @pytest.mark.parametrize("email", ["no address", "\ud800@example.com", "@", "é@é"])
    def test_what_is_no_address_is_accepted_and_sends_nothing(self, anonymous, email):
        assert forgot(anonymous, email).status_code in {202, 400}
        assert deliver() == []


class TestReset:
    def test_a_used_token_is_refused_even_for_the_same_password(self, anonymous, ada):
        token = RESET_PASSWORD.make(ada)
        assert reset(anonymous, token).status_code == 204
        assert_invalid(reset(anonymous, token))
        assert_invalid(reset(anonymous, token, PASSWORD))

    def test_an_expired_token_is_refused(self, anonymous, ada, settings):
        token = RESET_PASSWORD.make(ada)
        settings.RESET_PASSWORD_HOURS = 0
        assert_invalid(reset(anonymous, token))

    def test_a_token_of_another_purpose_is_refused(self, anonymous, ada):
        assert_invalid(reset(anonymous, VERIFY_EMAIL.make(ada)))

    def test_it_stops_every_key(self, anonymous, ada):
        key = create_key(ada)
        assert reset(anonymous, RESET_PASSWORD.make(ada)).status_code == 204
        assert client_with(key.text).get("/api/credits").status_code == 401

    def test_a_token_resets_nobody_elses_password(self, anonymous, ada):
        bob = UserFactory(email="bob@example.com")
        reset(anonymous, RESET_PASSWORD.make(bob))
        assert User.objects.get(pk=ada.pk).check_password(PASSWORD)

    @pytest.mark.parametrize("field", ["email", "is_active"])
    def test_a_token_ends_when_the_account_changes(self, anonymous, ada, field):
        token = RESET_PASSWORD.make(ada)
        User.objects.filter(pk=ada.pk).update(
            **{field: {"email": "new@example.com", "is_active": False}[field]}
        )
        assert_invalid(reset(anonymous, token))

    def test_a_reset_revokes_all_tokens(self, anonymous, ada, session):
        reset(anonymous, RESET_PASSWORD.make(ada))
        assert bearer(session["token"]).get("/api/auth/me").status_code == 401
        assert post(anonymous, "refresh", {"refreshToken": session["refreshToken"]}).status_code == 401

    @pytest.mark.parametrize(
        "password", ["short", "password123", "ada@example.com", " " * 12, "nul\0" * 4, None]
    )
    def test_a_bad_password_is_refused_and_keeps_the_token(self, anonymous, ada, password):
        token = RESET_PASSWORD.make(ada)
        answer = reset(anonymous, token, password)
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {"password"})
        assert reset(anonymous, token).status_code == 204

    @pytest.mark.django_db(transaction=True)
    def test_of_concurrent_resets_one_succeeds(self, ada):
        token = RESET_PASSWORD.make(ada)
        passwords = [f"passphrase number {number}" for number in range(6)]
        answers = at_once(
            *[
                lambda password=password: reset(APIClient(raise_request_exception=False), token, password)
                for password in passwords
            ]
        )
        statuses = [answer.status_code for answer in answers]
        assert sorted(statuses) == [204] + [400] * 5
        assert User.objects.get(pk=ada.pk).check_password(passwords[statuses.index(204)])


class TestChange:
    def change(self, client, current=PASSWORD, new=NEW):
        return post(client, "password/change", {"currentPassword": current, "newPassword": new})

    def test_the_caller_stays_signed_in_and_other_sessions_end(self, anonymous, session, ada):
        other = post(anonymous, "login", {"email": ada.email, "password": PASSWORD}).json()
        answer = self.change(bearer(session["token"]))
        assert (answer.status_code, set(answer.json())) == (200, {"token", "refreshToken"})
        assert answer["Cache-Control"] == "no-store"
        assert bearer(answer.json()["token"]).get("/api/auth/me").status_code == 200
        for old in (session, other):
            assert bearer(old["token"]).get("/api/auth/me").status_code == 401
            assert post(anonymous, "refresh", {"refreshToken": old["refreshToken"]}).status_code == 401

    def test_the_current_password_is_required(self, session, ada):
        answer = self.change(bearer(session["token"]), current="guess")
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")
        assert User.objects.get(pk=ada.pk).check_password(PASSWORD)

    def test_it_needs_a_token(self, anonymous):
        assert self.change(anonymous).status_code == 401

    def test_a_bad_password_is_refused(self, session):
        answer = self.change(bearer(session["token"]), new="ada@example.com")
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {"newPassword"})

    def test_guesses_with_a_stolen_token_are_limited(self, session, settings):
        settings.LOGIN_THROTTLE_RATE = "3/min"
        answers = [self.change(bearer(session["token"]), current="guess") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [403, 403, 403, 429]

    def test_an_open_reset_ends(self, anonymous, session, ada):
        token = RESET_PASSWORD.make(ada)
        self.change(bearer(session["token"]))
        assert_invalid(reset(anonymous, token))

    @pytest.mark.django_db(transaction=True)
    def test_of_concurrent_changes_one_succeeds(self, session, ada):
        passwords = [f"passphrase number {number}" for number in range(4)]
        answers = at_once(
            *[lambda new=new: self.change(bearer(session["token"]), new=new) for new in passwords]
        )
        statuses = [answer.status_code for answer in answers]
        assert statuses.count(200) == 1
        assert set(statuses) <= {200, 403, 401}
        assert User.objects.get(pk=ada.pk).check_password(passwords[statuses.index(200)])
