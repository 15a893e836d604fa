"""The customer portal's page."""

import httpx
import pytest
import stripe

from stripe_sandbox.domain.money import currency_text

MONTHLY = "price_sandbox_pro_monthly"


class TestPortal:
    @pytest.fixture
    def portal(self, api, customer, subscription):
        session = api.billing_portal.sessions.create(
            {"customer": customer.id, "return_url": "http://shop.example/me"}
        )

        def act(**form):
            return httpx.post(session.url, data={"subscription": subscription.id, **form}, trust_env=False)

        act.url = session.url
        return act

    def test_shows_the_plan(self, portal):
        page = httpx.get(portal.url, trust_env=False)
        assert page.status_code == 200
        for text in ("Elevate Pro Plan", "$9.99", "Renews on", "http://shop.example/me", "no real money"):
            assert text in page.text

    def test_cancel_and_resume(self, api, portal, subscription):
        assert "ends with its current period" in portal(action="cancel").text
        assert api.subscriptions.retrieve(subscription.id).cancel_at_period_end
        assert "continues" in portal(action="resume").text
        assert not api.subscriptions.retrieve(subscription.id).cancel_at_period_end

    def test_cancel_now(self, api, portal, subscription):
        assert "has ended" in portal(action="cancel_now").text
        assert api.subscriptions.retrieve(subscription.id).status == "canceled"
        assert portal(action="cancel").status_code == 400

    def test_new_card_pays_open_invoices(self, api, sandbox, portal, customer, subscription):
        sandbox.decline_cards(customer.id)
        sandbox.renew(subscription.id)
        assert portal(action="card").status_code == 200
        assert api.subscriptions.retrieve(subscription.id).status == "active"

    def test_a_configuration_offers_changes_of_price(self, api, customer, subscription):
        yearly = api.prices.retrieve("price_sandbox_pro_yearly")
        update = {
            "enabled": True,
            "default_allowed_updates": ["price"],
            "proration_behavior": "always_invoice",
            "products": [{"product": yearly.product, "prices": [MONTHLY, yearly.id]}],
        }
        configuration = api.billing_portal.configurations.create(
            {"features": {"subscription_update": update}}
        )
        session = api.billing_portal.sessions.create(
            {"customer": customer.id, "configuration": configuration.id}
        )
        page = httpx.get(session.url, trust_env=False).text
        assert "Change to Elevate Pro Plan, $99.90 per year" in page
        assert "$9.99 per month</button>" not in page  # the current price
        form = {"subscription": subscription.id, "action": "change"}
        assert httpx.post(session.url, data={**form, "price": "price_x"}, trust_env=False).status_code == 400
        assert httpx.post(session.url, data={**form, "price": yearly.id}, trust_env=False).status_code == 200
        (item,) = api.subscriptions.retrieve(subscription.id).to_dict()["items"]["data"]
        assert item["price"]["id"] == yearly.id

    def test_the_default_configuration_offers_no_change_of_price(self, portal):
        assert "Change to" not in httpx.get(portal.url, trust_env=False).text
        assert portal(action="change", price="price_sandbox_pro_yearly").status_code == 400

    @pytest.mark.parametrize(
        ("changes", "param"),
        [
            ({"products": []}, "[products]"),
            ({"default_allowed_updates": []}, "[default_allowed_updates]"),
            ({"products": [{"product": "prod_sandbox_pack", "prices": [MONTHLY]}]}, "[products][0][prices]"),
            ({"products": [{"product": "prod_none", "prices": [MONTHLY]}]}, "[products][0][product]"),
            (
                {"products": [{"product": "prod_sandbox_pack", "prices": ["price_sandbox_pack_500"]}]},
                "[products][0][prices]",
            ),
        ],
    )
    def test_a_configuration_that_cannot_change_prices_is_refused(self, api, changes, param):
        update = {
            "enabled": True,
            "default_allowed_updates": ["price"],
            "products": [{"product": "prod_sandbox_pro", "prices": [MONTHLY]}],
            **changes,
        }
        with pytest.raises(stripe.InvalidRequestError) as refused:
            api.billing_portal.configurations.create({"features": {"subscription_update": update}})
        assert refused.value.param == f"features[subscription_update]{param}"

    def test_another_customers_subscription_is_refused(self, api, sandbox, portal):
        other = api.customers.create({"email": "eve@example.com"})
        method = api.payment_methods.attach("pm_card_visa", {"customer": other.id})
        theirs = api.subscriptions.create(
            {"customer": other.id, "items": [{"price": MONTHLY}], "default_payment_method": method.id}
        )
        assert portal(subscription=theirs.id, action="cancel_now").status_code == 403
        assert api.subscriptions.retrieve(theirs.id).status == "active"

    def test_invalid_actions_are_refused(self, sandbox, portal):
        assert portal(action="fly").status_code == 400
        assert httpx.get(f"{sandbox.url}/p/session/bps_none", trust_env=False).status_code == 404
        assert httpx.post(f"{sandbox.url}/p/session/bps_none", trust_env=False).status_code == 404

    def test_an_invoice_has_a_page(self, api, sandbox, subscription):
        invoice = api.invoices.retrieve(subscription.latest_invoice)
        page = httpx.get(invoice.hosted_invoice_url, trust_env=False)
        assert (page.status_code, invoice.number in page.text) == (200, True)
        assert httpx.get(f"{sandbox.url}/i/acct/in_none", trust_env=False).status_code == 404


class TestMoney:
    @pytest.mark.parametrize(
        ("amount", "currency", "text"),
        [
            (999, "usd", "$9.99"),
            (-50, "eur", "-€0.50"),
            (-500, "jpy", "-¥500"),
            (1234560, "kwd", "1,234.560 KWD"),
            (-5, "bhd", "-0.005 BHD"),
            (500, "ugx", "5.00 UGX"),
        ],
    )
    def test_amounts_follow_the_currencys_exponent(self, amount, currency, text):
        assert currency_text(amount, currency) == text


def test_a_lookup_key_is_taken_from_another_price_only_on_request(api):
    wanted = {
        "currency": "usd",
        "unit_amount": 5,
        "product": "prod_sandbox_pro",
        "recurring": {"interval": "month"},
        "lookup_key": "key",
    }
    first = api.prices.create(wanted)
    api.prices.update(first.id, {"active": False})
    assert [price.id for price in api.prices.list({"lookup_keys": ["key"]}).data] == [first.id]
    with pytest.raises(stripe.InvalidRequestError):
        api.prices.create(wanted)
    second = api.prices.create({**wanted, "transfer_lookup_key": True})
    assert [price.id for price in api.prices.list({"lookup_keys": ["key"]}).data] == [second.id]
    assert api.prices.retrieve(first.id).lookup_key is None


def test_an_account_without_a_configuration_opens_no_portal(api, sandbox, customer):
    sandbox.settings(default_portal=False)
    with pytest.raises(stripe.InvalidRequestError, match="No configuration provided"):
        api.billing_portal.sessions.create({"customer": customer.id})
    assert api.billing_portal.configurations.list().data == []
    created = api.billing_portal.configurations.create({"features": {"invoice_history": {"enabled": True}}})
    assert api.billing_portal.sessions.create({"customer": customer.id, "configuration": created.id}).url


def test_an_object_that_is_forgotten_never_existed(api, sandbox, customer):
    sandbox.forget(customer.id)
    with pytest.raises(stripe.InvalidRequestError) as gone:
        api.customers.retrieve(customer.id)
    assert (gone.value.http_status, gone.value.code) == (404, "resource_missing")
