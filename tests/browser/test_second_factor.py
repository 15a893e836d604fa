"""Staff set up a second factor and log in with it, in a browser."""

import base64

import pytest
from django_otp.oath import totp
from playwright.sync_api import expect

from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def log_in(page, user):
    page.goto("/admin/accounts/user/")
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def test_staff_set_up_a_second_factor_and_log_in_with_it(page, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    maria = UserFactory(email="maria@example.com", name="Maria Lopez", is_staff=True, is_superuser=True)
    log_in(page, maria)

    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    image = page.get_by_role("img", name="QR code")
    assert image.evaluate("image => image.complete && image.naturalWidth > 0")
    key = base64.b32decode(page.locator(".fixed-width").inner_text().replace(" ", ""))
    page.get_by_label("Code").fill(f"{totp(key):06d}")
    page.get_by_role("button", name="Set up").click()
    recovery = page.locator("li").all_inner_texts()
    assert len(recovery) == 10
    page.get_by_role("link", name="Continue").click()
    expect(page.locator("#result_list")).to_contain_text(maria.email)

    page.context.clear_cookies()
    log_in(page, maria)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_label("Code").fill("1")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("The code is wrong")).to_be_visible()
    page.wait_for_timeout(1100)  # the wait after one wrong code
    page.get_by_label("Code").fill(recovery[0])
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#result_list")).to_contain_text(maria.email)
    expect(page.get_by_text("Unused codes left: 9")).to_be_visible()
