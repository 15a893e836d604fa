"""A real Chromium. Where there is none these tests are skipped, and say so."""

import os
import shutil

import pytest
from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def chromium():
    """The system's Chromium, or the one that `playwright install chromium` brought.

    For one module: while Playwright's loop runs in this thread no other test can run a loop here,
    and Django would refuse to use the database beside it.
    """
    path = next(filter(None, map(shutil.which, NAMES)), None)
    # As root there is no sandbox to start; the pages are our own.
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
    """A page on the live server. A script that fails on it, or an answer of 500, fails the test."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on(
        "response",
        lambda answer: failures.append(answer.url) if answer.status >= 500 else None,
    )
    yield page
    context.close()
    assert not failures
