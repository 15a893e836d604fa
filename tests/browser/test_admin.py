"""Support tasks in a browser."""

import re

import pytest
from django.contrib.auth.models import Permission
from playwright.sync_api import expect

from accounts.tests.factories import PASSWORD, UserFactory
from credits import services as ledger
from credits.models import AiCreditLog
from tests.sample_data import create_model_calls, create_prices, create_sample_history

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RIGHTS = [
    *("view_user", "change_user", "view_aicreditlog", "view_credithold", "view_payment", "adjust_credits"),
    *("view_actionprice", "add_actionprice", "view_modelcallrecord"),
]


@pytest.fixture
def support():
    support = UserFactory(email="maria@example.com", name="Maria Lopez", is_staff=True)
    support.user_permissions.set(
        Permission.objects.filter(
            codename__in=RIGHTS, content_type__app_label__in=["accounts", "ai", "billing", "credits"]
        )
    )
    return support


@pytest.fixture
def signed_in(page, support):
    page.goto("/admin/")
    page.get_by_label("Email address").fill(support.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    return page


def test_support_finds_a_user_adjusts_credits_and_sees_why(signed_in, support):
    page, ada = signed_in, UserFactory(email="ada@example.com", name="Ada Lovelace")
    UserFactory(name="Grace Hopper")

    page.get_by_role("link", name="Users").first.click()
    page.locator("#searchbar").fill("lovelace")
    page.keyboard.press("Enter")
    expect(page.locator("#result_list")).not_to_contain_text("Grace Hopper")
    page.get_by_role("link", name="ada@example.com").click()
    expect(page.get_by_text("100 credits", exact=True)).to_be_visible()

    page.get_by_role("link", name="Adjust credits").click()
    page.get_by_label("Credits").fill("-130")
    page.get_by_label("Reason").fill("Charged back by the bank.")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Available afterwards")).to_be_visible()
    page.get_by_role("button", name="Apply adjustment").dblclick()
    expect(page.get_by_text(re.compile("0 credits are available now"))).to_be_visible()
    expect(page.get_by_text("0 credits", exact=True).first).to_be_visible()

    page.get_by_text("Ledger entries", exact=True).first.click()
    newest = page.locator("#ledger_entries-data tbody").first
    expect(newest).to_contain_text("\N{MINUS SIGN}100")
    expect(newest).to_contain_text("maria@example.com: Charged back by the bank.")
    entries = AiCreditLog.objects.of(ada.pk).filter(kind="adjustment")
    assert [(entry.amount, entry.actor) for entry in entries] == [(-100, support)]


def test_support_refunds_a_spend_from_the_users_page(signed_in, support):
    page, user = signed_in, create_sample_history(users=1, staff=support)[0]
    spend = (
        AiCreditLog.objects.of(user.pk).filter(kind="spend", idempotency_key__startswith="hold:").latest("id")
    )
    page.goto(f"/admin/accounts/user/{user.pk}/change/#ledger_entries")
    page.locator(f"#ledger_entries-data a[href$='/aicreditlog/{spend.pk}/change/']").click()
    page.get_by_role("link", name="Refund spend").click()
    page.get_by_label("Reason").fill("It graded another question.")
    page.get_by_role("button", name="Refund").click()
    expect(page.get_by_text("credits refunded")).to_be_visible()
    expect(page.get_by_role("link", name="Refund spend")).to_have_count(0)
    refund = AiCreditLog.objects.of(user.pk).latest("id")
    assert (refund.kind, refund.amount, refund.actor) == ("refund", -spend.amount, support)


def test_a_name_is_saved_with_the_ledger_open_on_its_second_page(signed_in, support):
    page, user = signed_in, UserFactory(name="Ada")
    for n in range(20):
        ledger.adjust(user_id=user.pk, amount=1, actor_id=support.pk, reason=f"number {n}.", key=str(n))
    page.goto(f"/admin/accounts/user/{user.pk}/change/#ledger_entries")
    page.locator("#ledger_entries-data .inline-pagination").get_by_text("2", exact=True).click()
    expect(page.locator("#ledger_entries-data")).to_contain_text("number 1.")
    page.locator("#tabs-wrapper").get_by_text("General").click()
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    user.refresh_from_db()
    assert (user.name, user.ai_credits) == ("Ada Lovelace", 120)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_the_screen(signed_in, support, width, scheme):
    page, user = signed_in, create_sample_history(users=3, staff=support)[0]
    create_model_calls(user=user)
    create_prices(staff=support)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    for path in (
        "/admin/",
        "/admin/accounts/user/",
        f"/admin/accounts/user/{user.pk}/change/",
        f"/admin/accounts/user/{user.pk}/change/#ledger_entries",
        f"/admin/accounts/user/{user.pk}/adjust-credits/",
        "/admin/credits/aicreditlog/",
        "/admin/billing/payment/",
        "/admin/credits/actionprice/",
        "/admin/credits/actionprice/add/",
        "/admin/ai/modelcallrecord/",
        "/admin/ai/modelcallrecord/margins/",
    ):
        page.goto(path)
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
