"""The page of the API's documentation works with the Content-Security-Policy that it is sent with."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_swagger_ui_shows_the_operations(page):
    page.goto("/api/docs")
    expect(page.get_by_text("/api/auth/register")).to_be_visible(timeout=30_000)
    page.get_by_text("/api/auth/register").click()
    expect(page.get_by_text("Request body").first).to_be_visible()


def test_an_inline_script_does_not_run(chromium, live_server):
    page = chromium.new_page(base_url=live_server.url)
    page.goto("/payments/success")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    assert page.evaluate("window.ran") is None
    page.close()
