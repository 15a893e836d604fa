"""Fixtures for tests in Chromium. Without it the tests are skipped with that reason."""

import os
import shutil

import pytest
from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def chromium():
    """The system's Chromium, or the one of `playwright install chromium`.

    Its scope is one module: while Playwright's event loop runs in this thread, no other test can run one,
    and Django refuses to use the database.
    """
    path = next(filter(None, map(shutil.which, NAMES)), None)
    # Chromium's sandbox does not start as root; the pages are our own.
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        try:
            browser = playwright.chromium.launch(executable_path=path, args=arguments)
        except Error as error:
            pytest.skip(f"no Chromium here: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, live_server):
    """A page on the live server. A script error, a 5xx response or a breach of the policy fails the test."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on(
        "console",
        lambda message: failures.append(message.text) if "Content Security Policy" in message.text else None,
    )
    page.on(
        "response",
        lambda answer: failures.append(answer.url) if answer.status >= 500 else None,
    )
    yield page
    context.close()
    assert not failures
