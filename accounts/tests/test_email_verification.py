"""Verification of the email: a token works once, for its user and purpose, while nothing has changed."""

import pytest
from rest_framework.test import APIClient

from accounts import services
from accounts.mail_tokens import CONFIRM_EMAIL, RESET_PASSWORD, VERIFY_EMAIL
from accounts.models import EmailChange, User
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.mail_helpers import at_once, deliver, post, queued, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_queue")]
SECRET = "another-secret-key-that-is-long-enough-0123456789-abcdef"


@pytest.fixture
def ada():
    return UserFactory(email="ada@example.com")


def verified(user):
    return User.objects.get(pk=user.pk).email_verified


def assert_invalid(answer):
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_link")


class TestVerify:
    def test_the_token_of_the_mail_verifies_the_email_without_a_session(self, anonymous):
        body = {"email": "ada@example.com", "password": PASSWORD}
        assert post(anonymous, "register", body).json()["user"]["emailVerified"] is False
        (message,) = deliver()
        assert message.to == ["ada@example.com"]
        answer = post(anonymous, "verify-email", {"token": token_of(message)})
        assert (answer.status_code, answer.content) == (204, b"")
        assert post(anonymous, "login", body).json()["user"]["emailVerified"] is True

    def test_a_used_token_is_refused(self, anonymous, ada):
        token = VERIFY_EMAIL.make(ada)
        assert post(anonymous, "verify-email", {"token": token}).status_code == 204
        assert_invalid(post(anonymous, "verify-email", {"token": token}))

    def test_an_expired_token_is_refused(self, anonymous, ada, settings):
        token = VERIFY_EMAIL.make(ada)
        settings.VERIFY_EMAIL_HOURS = 0
        assert_invalid(post(anonymous, "verify-email", {"token": token}))
        assert not verified(ada)

    @pytest.mark.parametrize("forge", [str.swapcase, lambda token: token[:-1], lambda token: f"{token}A"])
    def test_an_altered_token_is_refused(self, anonymous, ada, forge):
        assert_invalid(post(anonymous, "verify-email", {"token": forge(VERIFY_EMAIL.make(ada))}))

    @pytest.mark.parametrize("token", ["x", "a:b:c", ":::", ".x:y:z", "é", "0" * 512, "W10:1:x"])
    def test_a_malformed_token_is_refused(self, anonymous, token):
        assert_invalid(post(anonymous, "verify-email", {"token": token}))

    @pytest.mark.parametrize("token", [None, 1, [], {}, "", "0" * 513, "nul\0", "\ud800"])
    def test_what_is_no_token_is_invalid(self, anonymous, token):
        answer = post(anonymous, "verify-email", {"token": token})
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {"token"})

    def test_a_token_of_another_purpose_is_refused(self, anonymous, ada):
        change = EmailChange.objects.create(
            user=ada, old_email=ada.email, new_email="new@example.com", requested_at=ada.date_joined
        )
        for token in (RESET_PASSWORD.make(ada), CONFIRM_EMAIL.make(change)):
            assert_invalid(post(anonymous, "verify-email", {"token": token}))

    def test_a_token_verifies_nobody_else(self, anonymous, ada):
        bob = UserFactory(email="bob@example.com")
        assert post(anonymous, "verify-email", {"token": VERIFY_EMAIL.make(ada)}).status_code == 204
        assert (verified(ada), verified(bob)) == (True, False)

    def test_a_token_is_for_the_email_that_it_was_mailed_to(self, anonymous, ada):
        token = VERIFY_EMAIL.make(ada)
        User.objects.filter(pk=ada.pk).update(email="other@example.com")
        assert_invalid(post(anonymous, "verify-email", {"token": token}))

    def test_an_inactive_user_is_not_verified(self, anonymous, ada):
        token = VERIFY_EMAIL.make(ada)
        User.objects.filter(pk=ada.pk).update(is_active=False)
        assert_invalid(post(anonymous, "verify-email", {"token": token}))

    def test_a_roll_of_the_secret_key_keeps_tokens_valid(self, anonymous, ada, settings):
        token = VERIFY_EMAIL.make(ada)
        settings.SECRET_KEY, old = SECRET, settings.SECRET_KEY
        assert_invalid(post(anonymous, "verify-email", {"token": token}))
        settings.SECRET_KEY_FALLBACKS = [old]
        assert post(anonymous, "verify-email", {"token": token}).status_code == 204

    def test_a_token_tells_nothing_of_the_user(self, ada):
        assert "ada" not in VERIFY_EMAIL.make(ada)

    @pytest.mark.django_db(transaction=True)
    def test_of_concurrent_requests_one_succeeds(self, ada):
        token = VERIFY_EMAIL.make(ada)
        clients = [APIClient(raise_request_exception=False) for _ in range(6)]
        answers = at_once(
            *[lambda client=client: post(client, "verify-email", {"token": token}) for client in clients]
        )
        assert sorted(answer.status_code for answer in answers) == [204] + [400] * 5


class TestSend:
    def test_a_signed_in_user_gets_the_mail_again(self, client_of, ada):
        assert post(client_of(ada), "verify-email/send", {}).status_code == 202
        (message,) = deliver()
        services.verify_email(token=token_of(message))
        assert verified(ada)

    def test_it_needs_a_token(self, anonymous):
        assert post(anonymous, "verify-email/send", {}).status_code == 401

    def test_a_verified_user_gets_no_mail(self, client_of, ada):
        services.verify_email(token=VERIFY_EMAIL.make(ada))
        assert post(client_of(ada), "verify-email/send", {}).status_code == 202
        assert queued() == []

    def test_a_user_cannot_ask_for_many_mails(self, client_of, ada, settings):
        settings.MAIL_THROTTLE_RATE = "2/hour"
        answers = [post(client_of(ada), "verify-email/send", {}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [202, 202, 429]
        assert answers[2]["RateLimit-Policy"] == '"mail";q=2;w=3600'
        assert len(queued()) == 2

    def test_accounts_of_one_mailbox_cannot_flood_it(self, anonymous, settings):
        """Such as when accounts are made and deleted again and again."""
        settings.MAIL_THROTTLE_RATE = "2/hour"
        for number in range(4):
            email = f"ada+{number}@example.com"
            post(anonymous, "register", {"email": email, "password": PASSWORD})
            User.objects.filter(email=email).update(email=f"gone{number}@example.com")
        assert len(queued()) == 2


class TestSignUp:
    def test_a_refused_sign_up_sends_nothing(self, anonymous, ada):
        body = {"email": ada.email, "password": PASSWORD}
        assert post(anonymous, "register", body).status_code == 400
        assert queued() == []

    def test_the_queue_holds_ids_only(self, anonymous):
        post(anonymous, "register", {"email": "ada@example.com", "password": PASSWORD})
        assert queued() == [{"kind": "verify_email", "row_id": User.objects.get().pk}]
