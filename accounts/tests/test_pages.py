"""The pages that the links in mails open: they work without scripts, cookies and a front end."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts import services
from accounts.mail_tokens import RESET_PASSWORD, VERIFY_EMAIL
from accounts.models import User
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.mail_helpers import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_queue")]
PAGES = ["/account/verify-email", "/account/reset-password", "/account/confirm-email"]


@pytest.fixture
def browser():
    """A browser without cookies that does not know a CSRF token."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.fixture
def ada():
    return UserFactory(email="ada@example.com")


def open_link(browser, message):
    """Open a mail's link, and return the page's path, its query and the token of its form."""
    link = urlsplit(re.search(r"https://\S+", message.body)[0])
    assert link.netloc == "api.example"
    answer = browser.get(f"{link.path}?{link.query}")
    assert answer.status_code == 200
    token = unescape(re.search(r'name="token" value="([^"]+)"', answer.content.decode())[1])
    return f"{link.path}?{link.query}", token


class TestLinks:
    def test_a_click_verifies_and_opening_does_not(self, browser, ada):
        services.send_verification(user=ada)
        path, token = open_link(browser, *deliver())
        assert not User.objects.get().email_verified
        answer = browser.post(path, {"token": token})
        assert (answer.status_code, "is verified" in answer.content.decode()) == (200, True)
        assert User.objects.get().email_verified
        again = browser.post(path, {"token": token})
        assert (again.status_code, "has been used" in again.content.decode()) == (400, True)

    def test_a_form_sets_a_new_password(self, browser, ada):
        services.send_password_reset(email=ada.email)
        path, token = open_link(browser, *deliver())
        weak = browser.post(path, {"token": token, "password": "password"})
        assert (weak.status_code, "too common" in weak.content.decode()) == (400, True)
        answer = browser.post(path, {"token": token, "password": " another passphrase "})
        assert (answer.status_code, "is set" in answer.content.decode()) == (200, True)
        assert User.objects.get().check_password(" another passphrase ")

    def test_a_click_changes_the_email(self, browser, ada):
        services.request_email_change(user=ada, email="new@example.com", password=PASSWORD)
        path, token = open_link(browser, deliver()[1])
        assert User.objects.get().email == "ada@example.com"
        assert browser.post(path, {"token": token}).status_code == 200
        assert User.objects.get().email == "new@example.com"

    def test_an_address_that_was_taken_meanwhile_is_409(self, browser, ada):
        services.request_email_change(user=ada, email="new@example.com", password=PASSWORD)
        path, token = open_link(browser, deliver()[1])
        UserFactory(email="new@example.com")
        assert browser.post(path, {"token": token}).status_code == 409


@pytest.mark.parametrize("path", PAGES)
class TestHostile:
    def test_the_policy_allows_nothing_but_the_form(self, browser, path):
        answer = browser.get(f"{path}?token=x")
        assert answer["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        assert (answer["Referrer-Policy"], answer["X-Frame-Options"]) == ("no-referrer", "DENY")
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies
        assert not re.search(r"<script|style=|<style| on\w+=", answer.content.decode())

    @pytest.mark.parametrize("token", ['"><script>alert(1)</script>', "é", "\x00", "x" * 9000, ""])
    def test_a_hostile_token_is_escaped_and_refused(self, browser, path, token):
        shown = browser.get(path, {"token": token[:500]})
        expected = 400 if token == "\x00" else 200  # a query has no NUL
        assert (shown.status_code, b"<script" in shown.content) == (expected, False)
        answer = browser.post(path, {"token": token[:600], "password": "another passphrase"})
        assert (answer.status_code, b"<script" in answer.content) == (400, False)

    def test_a_form_without_its_fields_is_400(self, browser, path):
        for body in ({}, {"token": ["a", "b"]}, {"password": "x"}):
            assert browser.post(path, body).status_code == 400

    def test_a_large_body_is_refused_unread(self, browser, path):
        assert browser.post(path, {"token": "x" * 10_000}).status_code == 413

    def test_attempts_are_throttled_with_those_at_the_api(self, browser, path, settings, anonymous):
        settings.AUTH_THROTTLE_RATE = "2/min"
        anonymous.post("/api/auth/verify-email", {"token": "x"}, format="json")
        answers = [browser.post(path, {"token": "x", "password": PASSWORD}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [400, 429]

    @pytest.mark.parametrize("method", ["put", "delete", "patch"])
    def test_other_methods_are_405(self, browser, path, method):
        assert getattr(browser, method)(path).status_code == 405


def test_a_token_works_on_its_own_page_only(browser, ada):
    for token in (VERIFY_EMAIL.make(ada), RESET_PASSWORD.make(ada)):
        assert browser.post("/account/confirm-email", {"token": token}).status_code == 400
