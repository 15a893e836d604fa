"""The page of the API's documentation: sign in by running an operation, and stay signed in."""

import pytest
from playwright.sync_api import expect

from accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def docs(page, settings):
    settings.WHITENOISE_USE_FINDERS = True
    page.emulate_media(color_scheme="dark")
    page.goto("/api/docs")
    expect(page.locator("#operations-auth-auth_register")).to_be_visible(timeout=30_000)
    return page


def run(page, operation):
    block = page.locator(f"#operations-{operation}")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    block.get_by_role("button", name="Execute").click()
    return block.locator(".live-responses-table tr.response .response-col_status").first


def test_running_sign_up_signs_in_and_the_token_survives_a_reload(docs):
    expect(run(docs, "auth-auth_register")).to_have_text("201", timeout=30_000)
    assert User.objects.get().email == "ada@example.com"
    docs.reload()
    expect(run(docs, "credits-credits_balance")).to_have_text("200", timeout=30_000)


def test_the_page_follows_the_system_and_has_real_examples(docs):
    assert docs.evaluate("document.documentElement.classList.contains('dark-mode')")
    background = docs.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert max(map(int, background.removeprefix("rgb(").removesuffix(")").split(","))) < 64
    docs.locator("#operations-ai-ai_generate_from_source .opblock-summary-control").click()
    expect(docs.get_by_text("The Moon is the only natural satellite").first).to_be_visible()
    assert "stringstring" not in docs.content()
