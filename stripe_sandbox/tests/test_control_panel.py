"""The control panel: everything is there, and its forms work without a script."""

import re

import httpx
import pytest

from .conftest import open_session


@pytest.fixture
def browser(sandbox):
    with httpx.Client(base_url=sandbox.url, trust_env=False, follow_redirects=True) as client:
        yield client


def forms(page):
    """What each form on the page would post: (path, fields, button)."""
    found = []
    for action, body in re.findall(
        r'<form method="post" action="([^"]+)">(.*?)</form>', page.text, re.DOTALL
    ):
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', body))
        found.append((action, fields, re.search(r"<button[^>]*>([^<]+)</button>", body)[1]))
    return found


def press(browser, button):
    page = browser.get("/")
    action, fields, _ = next(form for form in forms(page) if form[2] == button)
    # A form without fields still has a form's content type.
    page = browser.post(action, data=fields, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert page.status_code == 200
    return page


def test_an_empty_sandbox_has_a_panel(browser):
    page = browser.get("/")
    assert page.status_code == 200
    assert "No endpoint is set" in page.text
    assert "no real money" in page.text


def test_a_life_from_the_panel(api, browser, customer):
    open_session(api, customer.id)
    press(browser, "Decline")
    assert 'role="status"' in press(browser, "Pay").text
    press(browser, "Renew")
    press(browser, "Break card")
    press(browser, "Renew")
    subscription = api.subscriptions.list({"customer": customer.id}).data[0]
    assert subscription.status == "past_due"
    press(browser, "Mend card")
    press(browser, "Try again")
    assert api.subscriptions.retrieve(subscription.id).status == "active"
    press(browser, "Refund half")
    press(browser, "Dispute")
    press(browser, "Dispute lost")
    press(browser, "1 month on")
    press(browser, "Cancel")
    assert api.subscriptions.retrieve(subscription.id).status == "canceled"
    press(browser, "Forget everything")
    assert api.customers.list().data == []


def test_a_transfer_from_the_panel(api, browser, sandbox, buy):
    session = buy("price_sandbox_pack_500", mode="payment", later=True)
    press(browser, "Transfer arrives")
    assert api.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_events_are_held_back_sent_again_and_lost(browser, sandbox, webhooks, api):
    press(browser, "Hold events back")
    api.customers.create({"name": "<script>alert(1)</script>"})
    assert "Delivered 1 time(s); answered: 200" in press(browser, "Deliver pending").text
    press(browser, "Send again")
    press(browser, "Send 5 at once")
    assert webhooks.types() == ["customer.created"] * 7
    api.customers.create({})
    press(browser, "Lose pending")
    assert len(sandbox.events(state="dropped")) == 1
    press(browser, "Deliver by itself")


def test_failures_from_the_panel(browser, http):
    data = {"kind": "error", "times": "1", "path": "/v1/account", "seconds": "2"}
    assert browser.post("/_sandbox/faults", data=data).status_code == 200
    assert http.get("/v1/account").status_code == 500
    browser.post("/_sandbox/faults", data={"kind": "error", "path": "/v1/account"})
    press(browser, "Stop failing")
    assert http.get("/v1/account").status_code == 200


def test_what_cannot_be_done_is_said_on_the_page(browser):
    page = browser.post("/_sandbox/subscriptions/sub_none/renew", data={"x": ""})
    assert 'role="alert"' in page.text
    assert "No such subscription" in page.text


def test_what_people_typed_is_escaped(api, browser, customer, buy):
    api.customers.update(customer.id, {"email": "<b>@example.com"})
    buy()
    assert "&lt;b&gt;@example.com" in browser.get("/").text
    assert "<i>" not in browser.get("/", params={"note": "<i>x</i>"}).text


def test_another_site_may_not_press_the_buttons(browser, api, customer):
    answer = browser.post("/_sandbox/reset", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert len(api.customers.list().data) == 1
