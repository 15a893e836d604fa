"""The control panel, whose forms work without JavaScript."""

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


def test_panel_of_an_empty_sandbox(browser):
    page = browser.get("/")
    assert page.status_code == 200
    assert "No endpoint is set" in page.text
    assert "no real money" in page.text


def test_life_of_a_subscription(api, browser, customer):
    open_session(api, customer.id)
    press(browser, "Decline")
    assert 'role="status"' in press(browser, "Pay").text
    press(browser, "Renew")
    press(browser, "Make card fail")
    press(browser, "Renew")
    subscription = api.subscriptions.list({"customer": customer.id}).data[0]
    assert subscription.status == "past_due"
    press(browser, "Make card work")
    press(browser, "Retry payment")
    assert api.subscriptions.retrieve(subscription.id).status == "active"
    press(browser, "Refund half")
    press(browser, "Dispute")
    press(browser, "Dispute lost")
    press(browser, "+1 month")
    press(browser, "Cancel")
    assert api.subscriptions.retrieve(subscription.id).status == "canceled"
    press(browser, "Reset")
    assert api.customers.list().data == []


def test_delayed_payment_succeeds(api, browser, sandbox, buy):
    session = buy("price_sandbox_pack_500", mode="payment", later=True)
    press(browser, "Transfer arrives")
    assert api.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_events_are_delivered_manually_redelivered_and_dropped(browser, sandbox, webhooks, api):
    press(browser, "Deliver manually")
    api.customers.create({"name": "<script>alert(1)</script>"})
    assert "Delivered 1 time(s); responses: 200" in press(browser, "Deliver pending").text
    press(browser, "Redeliver")
    press(browser, "Deliver 5 times at once")
    assert webhooks.types() == ["customer.created"] * 7
    api.customers.create({})
    press(browser, "Drop pending")
    assert len(sandbox.events(state="dropped")) == 1
    press(browser, "Deliver automatically")


def test_failures_are_injected_and_cleared(browser, http):
    data = {"kind": "error", "times": "1", "path": "/v1/account", "seconds": "2"}
    assert browser.post("/_sandbox/faults", data=data).status_code == 200
    assert http.get("/v1/account").status_code == 500
    browser.post("/_sandbox/faults", data={"kind": "error", "path": "/v1/account"})
    press(browser, "Clear failures")
    assert http.get("/v1/account").status_code == 200


def test_refused_command_shows_an_alert(browser):
    page = browser.post("/_sandbox/subscriptions/sub_none/renew", data={"x": ""})
    assert 'role="alert"' in page.text
    assert "No such subscription" in page.text


def test_user_input_is_escaped(api, browser, customer, buy):
    api.customers.update(customer.id, {"email": "<b>@example.com"})
    buy()
    assert "&lt;b&gt;@example.com" in browser.get("/").text
    assert "<i>" not in browser.get("/", params={"note": "<i>x</i>"}).text


def test_cross_site_command_is_refused(browser, api, customer):
    answer = browser.post("/_sandbox/reset", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert len(api.customers.list().data) == 1
