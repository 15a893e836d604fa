"""From the page of sent mails to a verified email, by clicks."""

import pytest
from playwright.sync_api import expect

from accounts import services
from accounts.models import User
from accounts.tests.factories import PASSWORD
from accounts.tests.mail_helpers import deliver


@pytest.mark.django_db(transaction=True)
def test_a_link_of_a_mail_leads_to_a_page_that_verifies(page, live_server, settings, tmp_path):
    settings.LOCAL_DIR = tmp_path
    settings.EMAIL_BACKEND = "demo.mail_backend.EmailBackend"
    settings.VERIFY_EMAIL_URL = f"{live_server.url}/account/verify-email?token={{TOKEN}}"
    services.register(email="ada@example.com", password=PASSWORD)
    deliver()
    page.goto("/demo/mails")
    expect(page.get_by_role("heading", name="Verify your email address")).to_be_visible()
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").first.get_by_role("link", name="Verify my email address").click()
    opened.value.get_by_role("button", name="Verify my email address").click()
    expect(opened.value.get_by_role("status")).to_contain_text("Your email address is verified.")
    assert User.objects.get().email_verified
