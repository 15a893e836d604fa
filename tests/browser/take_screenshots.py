"""Renews the admin's pictures in docs/images: `python -m pytest tests/browser/take_screenshots.py`.

Pytest does not collect it by itself.
"""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import PASSWORD, UserFactory
from tests.sample_data import (
    create_model_calls,
    create_prices,
    create_sample_history,
    subscribe,
    subscribe_at_unmapped_price,
)

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SECONDS_OF_ANIMATION = 2


@pytest.mark.django_db(transaction=True)
def test_take_screenshots(page, sandbox_with_webhooks):
    maria = UserFactory(email="maria.lopez@example.com", name="Maria Lopez", is_staff=True, is_superuser=True)
    ada, ben, *_ = create_sample_history(users=40, staff=maria)
    create_model_calls(user=ada)
    create_prices(staff=maria)
    subscribe(ada, sandbox_with_webhooks)
    subscribe_at_unmapped_price(ben, sandbox_with_webhooks)
    sandbox_with_webhooks.renew(ada.subscription_id)
    sandbox_with_webhooks.deliver_pending()

    page.goto("/admin/")
    page.get_by_label("Email address").fill(maria.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    for name, path in (
        ("index", "/admin/"),
        ("ledger", f"/admin/accounts/user/{ada.pk}/change/#ledger_entries"),
        ("adjust", f"/admin/accounts/user/{ada.pk}/adjust-credits/"),
        ("prices", "/admin/credits/actionprice/"),
        ("margins", "/admin/ai/modelcallrecord/margins/"),
    ):
        page.goto(path)
        page.wait_for_timeout(1000 * SECONDS_OF_ANIMATION)
        page.screenshot(path=IMAGES / f"admin-{name}.png")
    page.goto("/admin/second-factor/set-up/")
    page.screenshot(path=IMAGES / "admin-second-factor.png")
