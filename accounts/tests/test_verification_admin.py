"""The verification of emails in the admin."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from accounts import services
from accounts.mail_tokens import VERIFY_EMAIL
from accounts.models import EmailChange, User
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.mail_helpers import deliver, post, queued
from accounts.tests.test_admin import LIST, form_of, page, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_queue")]


def staff_with(*permissions):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return signed_in(user)


@pytest.fixture
def browser():
    return staff_with("change_user", "view_user")


@pytest.fixture
def ada():
    return UserFactory(email="ada@example.com")


def send_page(user):
    return f"{LIST}{user.pk}/send-verification/"


def text_of(answer):
    return " ".join(strip_tags(answer.content.decode()).split())


class TestShown:
    def test_the_page_shows_whether_and_when_an_email_was_verified(self, browser, ada):
        assert "Email verified not verified" in text_of(browser.get(page(ada)))
        services.verify_email(token=VERIFY_EMAIL.make(ada))
        assert f"Email verified {timezone.now():%-d %b %Y}, " in text_of(browser.get(page(ada)))

    @pytest.mark.parametrize(("value", "found"), [("yes", 1), ("no", 2), ("x", 3)])
    def test_the_list_is_filtered(self, browser, ada, value, found):
        UserFactory()
        services.verify_email(token=VERIFY_EMAIL.make(ada))
        answer = browser.get(LIST, {"verified": value})
        assert (answer.status_code, len(answer.context["cl"].result_list)) == (200, found)


class TestSend:
    def test_staff_send_the_mail_again_after_a_question(self, browser, ada):
        assert "send-verification" in browser.get(page(ada)).content.decode()
        assert browser.get(send_page(ada)).status_code == 200
        assert queued() == []  # following a link sends nothing
        answer = browser.post(send_page(ada), follow=True)
        assert "An email to ada@example.com is on its way." in text_of(answer)
        assert [message.to for message in deliver()] == [["ada@example.com"]]

    def test_it_needs_a_csrf_token(self, ada):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(UserFactory(is_staff=True, is_superuser=True))
        assert strict.post(send_page(ada)).status_code == 403

    def test_it_is_not_offered_for_a_verified_email(self, browser, ada):
        services.verify_email(token=VERIFY_EMAIL.make(ada))
        assert "send-verification" not in browser.get(page(ada)).content.decode()
        browser.post(send_page(ada))
        assert queued() == []

    def test_it_needs_the_permission_to_change_the_user(self, ada, browser):
        staff = UserFactory(is_staff=True)
        for client, user in ((staff_with("view_user"), ada), (browser, staff)):
            assert "send-verification" not in client.get(page(user)).content.decode()
            assert client.post(send_page(user)).status_code == 403
        assert queued() == []

    def test_an_unknown_user_is_no_error(self, browser):
        assert browser.post(f"{LIST}{10**9}/send-verification/").status_code in {302, 403}

    def test_staff_cannot_flood_a_mailbox(self, browser, ada, settings):
        settings.MAIL_THROTTLE_RATE = "2/hour"
        answers = [browser.post(send_page(ada), follow=True) for _ in range(3)]
        assert "No email was sent" in text_of(answers[2])
        assert len(queued()) == 2


class TestEmailSetByStaff:
    def test_it_is_not_verified_and_ends_open_changes(self, browser, ada):
        services.verify_email(token=VERIFY_EMAIL.make(ada))
        services.request_email_change(user=ada, email="x@example.com", password=PASSWORD)
        assert browser.post(page(ada), {**form_of(browser, ada), "email": "b@example.com"}).status_code == 302
        user = User.objects.get(pk=ada.pk)
        assert (user.email, user.email_verified) == ("b@example.com", False)
        assert not EmailChange.objects.exists()

    @pytest.mark.parametrize("active", [True, False])
    def test_the_old_mailbox_earns_no_credits_again(self, browser, anonymous, active):
        """As after a change by the user."""
        ada = UserFactory(email="ada@example.com", is_active=active)
        form = {**form_of(browser, ada), "email": "b@example.com"}
        assert browser.post(page(ada), form).status_code == 302
        for email, credits_ in (("ada+1@example.com", 0), ("new@example.com", 100)):
            answer = post(anonymous, "register", {"email": email, "password": PASSWORD})
            assert (answer.status_code, answer.json()["user"]["aiCredits"]) == (201, credits_)

    def test_the_correction_of_an_address_without_credits_is_not_remembered(
        self, browser, anonymous, settings
    ):
        """The person to whom the mistyped address belongs may sign up with it."""
        settings.SIGNUP_CREDITS_MODE = "after_verification"
        ada = services.register(email="typo@example.com", password=PASSWORD)
        browser.post(page(ada), {**form_of(browser, ada), "email": "ada@example.com"})
        owner = services.register(email="typo@example.com", password=PASSWORD)
        services.verify_email(token=VERIFY_EMAIL.make(owner))
        assert User.objects.get(pk=owner.pk).ai_credits == 100

    @pytest.mark.parametrize("email", ["ada@example.com", " ADA@example.com"])
    def test_saving_the_same_email_keeps_it_verified(self, browser, ada, email):
        services.verify_email(token=VERIFY_EMAIL.make(ada))
        browser.post(page(ada), {**form_of(browser, ada), "email": email, "name": "Ada"})
        user = User.objects.get(pk=ada.pk)
        assert (user.name, user.email_verified) == ("Ada", True)
