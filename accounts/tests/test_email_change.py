"""Change of the email: confirmed at the new address, reported to the old one."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services
from accounts.mail_tokens import CONFIRM_EMAIL, RESET_PASSWORD, VERIFY_EMAIL
from accounts.models import EmailChange, User
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.mail_helpers import at_once, deliver, html_of, post, queued, token_of
from credits.tests.ledger_helpers import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_queue")]


@pytest.fixture
def ada():
    return UserFactory(email="ada@example.com")


@pytest.fixture
def client(client_of, ada):
    return client_of(ada)


def change(client, email="ada@new.example", password=PASSWORD):
    return post(client, "email/change", {"email": email, "password": password})


def confirm(client, token):
    return post(client, "email/confirm", {"token": token})


def token_to(email):
    return token_of(next(message for message in deliver() if message.to == [email]))


def email_of(user):
    return User.objects.get(pk=user.pk).email


def assert_invalid(answer):
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_link")


class TestRequest:
    def test_the_new_address_gets_the_link_and_the_old_one_a_notice(self, client, anonymous, ada):
        assert change(client).status_code == 202
        assert email_of(ada) == "ada@example.com"
        notice, confirmation = deliver()
        assert (notice.to, confirmation.to) == (["ada@example.com"], ["ada@new.example"])
        for text in (notice.body, html_of(notice)):
            assert "ada@new.example" in text
            assert "token=" not in text
        assert confirm(anonymous, token_of(confirmation)).status_code == 204
        user = User.objects.get(pk=ada.pk)
        assert (user.email, user.email_verified) == ("ada@new.example", True)
        assert client.get("/api/auth/me").json()["emailVerified"] is True  # still signed in
        assert post(anonymous, "login", {"email": user.email, "password": PASSWORD}).status_code == 200
        assert post(anonymous, "login", {"email": ada.email, "password": PASSWORD}).status_code == 401

    def test_it_needs_the_password(self, client):
        answer = change(client, password="guess")
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")
        assert queued() == []

    def test_a_blocked_user_cannot_change_the_address(self, client, anonymous, ada):
        """Otherwise, the mailbox would be free for an account without the block."""
        assert change(client).status_code == 202
        token = token_to("ada@new.example")
        User.objects.filter(pk=ada.pk).update(blocked_at=timezone.now(), blocked_reason="fraud")
        for answer in (change(client), confirm(anonymous, token)):
            assert (answer.status_code, answer.json()["code"]) == (403, "account_blocked")
        assert email_of(ada) == ada.email

    def test_no_link_is_sent_if_another_spelling_of_the_mailbox_is_taken(self, client):
        UserFactory(email="grace+work@example.com")
        assert change(client, "grace@example.com").status_code == 202
        assert [message.to for message in deliver()] == [["ada@example.com"]]

    def test_the_notices_of_a_mailbox_are_limited_whatever_account_asks(self, client_of, settings):
        """An account may be deleted and made again, with the address of another person."""
        settings.MAIL_THROTTLE_RATE = "2/hour"
        for number in range(3):
            user = UserFactory(email="victim@example.com")
            assert change(client_of(user), f"new{number}@example.com").status_code == 202
            notices = [message for message in deliver() if message.to == [user.email]]
            assert len(notices) == (1 if number < 2 else 0)
            assert EmailChange.objects.get(user=user).new_email == f"new{number}@example.com"
            services.delete_own_account(user=user, password=PASSWORD)

    def test_it_needs_a_token(self, anonymous):
        assert change(anonymous).status_code == 401

    def test_guesses_at_the_password_are_limited_with_those_at_login(self, client, settings):
        settings.LOGIN_THROTTLE_RATE = "3/min"
        answers = [change(client, password="guess") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [403, 403, 403, 429]

    @pytest.mark.parametrize(
        "email",
        ["", "ada", "x@mailinator.com", "x@sub.mailinator.com", '"a b"@example.com', "x@[1.2.3.4]", None],
    )
    def test_an_invalid_or_disposable_address_is_refused(self, client, email):
        answer = change(client, email)
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {"email"})
        assert queued() == []

    def test_it_does_not_tell_whether_an_address_is_taken(self, client):
        UserFactory(email="bob@example.com")
        free, taken = change(client, "free@example.com"), change(client, "bob@example.com")
        assert (free.status_code, free.content) == (taken.status_code, taken.content) == (202, b"")
        assert ["bob@example.com"] not in [message.to for message in deliver()]

    def test_the_new_address_is_stored_in_its_one_spelling(self, client, ada):
        change(client, " ADA@New.Example. ")
        assert EmailChange.objects.get().new_email == "ada@new.example"

    def test_a_user_cannot_ask_for_many_mails(self, client, settings):
        settings.MAIL_THROTTLE_RATE = "2/hour"
        assert [change(client).status_code for _ in range(3)] == [202, 202, 429]

    def test_many_accounts_cannot_flood_a_mailbox(self, client_of, settings):
        settings.MAIL_THROTTLE_RATE = "2/hour"
        for number in range(5):
            assert change(client_of(UserFactory()), f"v.ictim+{number}@gmail.com").status_code == 202
        assert len([message for message in deliver() if "gmail.com" in message.to[0]]) == 2

    def test_one_account_cannot_use_up_the_mails_of_a_mailbox(self, client, client_of, settings):
        settings.MAIL_THROTTLE_RATE = "5/hour"
        stranger, sent = client_of(UserFactory()), []
        for number in range(5):
            assert change(stranger, f"grace+{number}@new.example").status_code == 202
            sent += [message for message in deliver() if "@new.example" in message.to[0]]
        assert len(sent) == 2
        assert change(client, "grace@new.example").status_code == 202
        assert ["grace@new.example"] in [message.to for message in deliver()]

    def test_changes_leave_the_mails_of_a_sign_up_and_a_reset_alone(self, anonymous, client_of, settings):
        settings.MAIL_THROTTLE_RATE = "2/hour"
        for _ in range(3):
            change(client_of(UserFactory()), "grace@new.example")
        deliver()
        body = {"email": "grace@new.example", "password": PASSWORD}
        assert post(anonymous, "register", body).status_code == 201
        assert post(anonymous, "password/forgot", {"email": body["email"]}).status_code == 202
        assert [message.to for message in deliver()] == [[body["email"]]] * 2

    def test_the_database_keeps_one_open_change_of_a_user(self, client, ada):
        change(client)
        change(client, "other@new.example")
        assert EmailChange.objects.get().new_email == "other@new.example"
        with refused("accounts_emailchange_one_open"):
            EmailChange.objects.create(
                user=ada, old_email=ada.email, new_email="x@new.example", requested_at=timezone.now()
            )


class TestConfirm:
    def test_a_used_token_is_refused(self, client, anonymous):
        change(client)
        token = token_to("ada@new.example")
        assert confirm(anonymous, token).status_code == 204
        assert_invalid(confirm(anonymous, token))

    def test_a_used_token_stays_used_when_the_old_address_comes_back(self, client, anonymous, ada):
        change(client)
        token = token_to("ada@new.example")
        confirm(anonymous, token)
        change(client, "ada@example.com")
        confirm(anonymous, token_to("ada@example.com"))
        assert email_of(ada) == "ada@example.com"
        assert_invalid(confirm(anonymous, token))

    def test_an_expired_token_is_refused(self, client, anonymous, ada, settings):
        change(client)
        token = token_to("ada@new.example")
        settings.CONFIRM_EMAIL_HOURS = 0
        assert_invalid(confirm(anonymous, token))
        assert email_of(ada) == "ada@example.com"

    def test_a_newer_request_ends_the_one_before(self, client, anonymous, ada):
        change(client, "first@new.example")
        first = token_to("first@new.example")
        change(client, "second@new.example")
        second = token_to("second@new.example")
        assert_invalid(confirm(anonymous, first))
        assert confirm(anonymous, second).status_code == 204

    def test_a_new_password_ends_an_open_change(self, client, anonymous, ada):
        """After the notice, the owner only needs to change the password."""
        change(client)
        token = token_to("ada@new.example")
        body = {"token": RESET_PASSWORD.make(User.objects.get(pk=ada.pk)), "password": "another passphrase"}
        assert post(anonymous, "password/reset", body).status_code == 204
        assert_invalid(confirm(anonymous, token))

    def test_open_tokens_of_the_old_address_end(self, client, anonymous, ada):
        verify, reset = VERIFY_EMAIL.make(ada), RESET_PASSWORD.make(ada)
        change(client)
        confirm(anonymous, token_to("ada@new.example"))
        assert_invalid(post(anonymous, "verify-email", {"token": verify}))
        assert_invalid(post(anonymous, "password/reset", {"token": reset, "password": "another passphrase"}))

    def test_a_token_of_another_purpose_is_refused(self, anonymous, ada):
        assert_invalid(confirm(anonymous, VERIFY_EMAIL.make(ada)))

    def test_an_inactive_user_is_not_changed(self, client, anonymous, ada):
        change(client)
        token = token_to("ada@new.example")
        User.objects.filter(pk=ada.pk).update(is_active=False)
        assert_invalid(confirm(anonymous, token))

    @pytest.mark.parametrize("taken", ["ada@new.example", "ada+tag@new.example"])
    def test_an_address_that_was_taken_meanwhile_is_409(self, client, anonymous, ada, taken):
        change(client)
        token = token_to("ada@new.example")
        UserFactory(email=taken)
        answer = confirm(anonymous, token)
        assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
        user = User.objects.get(pk=ada.pk)
        assert (user.email, user.email_verified) == ("ada@example.com", False)
        assert EmailChange.objects.get().confirmed_at is None

    def test_the_owner_may_add_a_tag_to_the_address(self, client, anonymous, ada):
        change(client, "ada+shop@example.com")
        assert confirm(anonymous, token_to("ada+shop@example.com")).status_code == 204

    @pytest.mark.django_db(transaction=True)
    def test_of_two_users_who_want_one_address_one_gets_it(self, client_of):
        users = [UserFactory() for _ in range(4)]
        for user in users:
            assert change(client_of(user), "wanted@new.example").status_code == 202
        changes = EmailChange.objects.select_related("user")
        tokens = [CONFIRM_EMAIL.make(one) for one in changes]
        answers = at_once(*[lambda token=token: confirm(APIClient(), token) for token in tokens])
        assert sorted(answer.status_code for answer in answers) == [204, 409, 409, 409]
        assert User.objects.filter(email="wanted@new.example").count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_of_concurrent_confirmations_one_succeeds(self, client):
        change(client)
        token = token_to("ada@new.example")
        answers = at_once(*[lambda: confirm(APIClient(), token)] * 5)
        assert sorted(answer.status_code for answer in answers) == [204] + [400] * 4

    @pytest.mark.django_db(transaction=True)
    def test_a_sign_up_and_a_confirmation_for_one_address_have_one_winner(self, client):
        change(client)
        token = token_to("ada@new.example")
        body = {"email": "ada@new.example", "password": PASSWORD}
        answers = at_once(lambda: confirm(APIClient(), token), lambda: post(APIClient(), "register", body))
        assert [answer.status_code for answer in answers] in ([204, 400], [409, 201])

    def test_the_notice_goes_to_the_old_address_even_after_the_confirmation(self, client, anonymous):
        change(client)
        (open_change,) = EmailChange.objects.all()
        confirm(anonymous, CONFIRM_EMAIL.make(open_change))
        assert [message.to for message in deliver()] == [["ada@example.com"]]
