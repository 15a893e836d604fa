"""The options of a Checkout page: quantity, promotion codes, automatic tax."""

import httpx
import pytest
import stripe

from stripe_sandbox.testing import SandboxRefused

PACK = "price_sandbox_pack_500"
PRO = "price_sandbox_pro_monthly"
TAX = {"automatic_tax": {"enabled": True}, "customer_update": {"address": "auto"}}


@pytest.fixture
def open_session(api, customer):
    def make(price=PACK, *, adjustable=None, **params):
        item = {"price": price, "quantity": 1}
        if adjustable:
            item["adjustable_quantity"] = {"enabled": True, **adjustable}
        wanted = {
            "mode": "payment" if price == PACK else "subscription",
            "customer": customer.id,
            "line_items": [item],
            "success_url": "http://shop.example/thanks",
        }
        return api.checkout.sessions.create({**wanted, **params})

    return make


def line_of(api, session):
    return api.checkout.sessions.line_items.list(session.id).data[0]


class TestQuantity:
    def test_a_chosen_quantity_is_charged(self, api, sandbox, open_session):
        session = open_session(adjustable={"minimum": 1, "maximum": 5})
        assert sandbox.pay(session.id, quantity=3)["amount_total"] == 3 * 499
        assert line_of(api, session).quantity == 3

    def test_a_subscription_has_the_chosen_quantity(self, api, sandbox, open_session):
        session = open_session(PRO, adjustable={"maximum": 5})
        paid = sandbox.pay(session.id, quantity=4)
        item = api.subscriptions.retrieve(paid["subscription"])["items"].data[0]
        assert (item.quantity, paid["amount_total"]) == (4, 4 * 999)

    @pytest.mark.parametrize("quantity", [0, 6, "many"])
    def test_a_quantity_outside_the_limits_is_refused(self, api, sandbox, open_session, quantity):
        session = open_session(adjustable={"minimum": 1, "maximum": 5})
        with pytest.raises(SandboxRefused):
            sandbox.pay(session.id, quantity=quantity)
        assert api.checkout.sessions.retrieve(session.id).amount_total == 499

    def test_a_fixed_quantity_stays(self, sandbox, open_session):
        with pytest.raises(SandboxRefused):
            sandbox.pay(open_session().id, quantity=2)

    def test_limits_that_exclude_the_quantity_are_refused(self, open_session):
        with pytest.raises(stripe.InvalidRequestError):
            open_session(adjustable={"minimum": 2})


class TestPromotionCodes:
    def test_a_code_reduces_the_price(self, api, sandbox, open_session):
        api.coupons.create({"id": "HALF", "percent_off": 50, "duration": "once"})
        paid = sandbox.pay(open_session(PRO, allow_promotion_codes=True).id, promotion_code="HALF")
        assert api.invoices.retrieve(paid["invoice"]).amount_paid == paid["amount_total"] == 499

    def test_a_pack_can_be_free(self, api, sandbox, open_session):
        api.coupons.create({"id": "GIFT", "percent_off": 100, "duration": "once"})
        paid = sandbox.pay(open_session(allow_promotion_codes=True).id, promotion_code="GIFT")
        assert (paid["amount_total"], paid["payment_status"]) == (0, "no_payment_required")

    @pytest.mark.parametrize(("allowed", "code"), [(True, "NONE"), (True, PACK), (False, "HALF")])
    def test_a_code_that_does_not_count_is_refused(self, api, sandbox, open_session, allowed, code):
        api.coupons.create({"id": "HALF", "percent_off": 50, "duration": "once"})
        with pytest.raises(SandboxRefused):
            sandbox.pay(open_session(allow_promotion_codes=allowed).id, promotion_code=code)


class TestAutomaticTax:
    def test_the_tax_is_added_and_the_address_saved(self, api, sandbox, customer, open_session):
        session = open_session(**TAX)
        assert session.automatic_tax.status == "requires_location_inputs"
        paid = sandbox.pay(session.id, country="DE")
        assert (paid["amount_total"], paid["total_details"]["amount_tax"]) == (549, 50)
        assert paid["automatic_tax"]["status"] == "complete"
        assert api.customers.retrieve(customer.id).address.country == "DE"

    def test_renewals_are_taxed_too(self, api, sandbox, open_session):
        paid = sandbox.pay(open_session(PRO, **TAX).id)
        first = api.invoices.retrieve(paid["invoice"])
        assert (first.amount_paid, first.total_excluding_tax) == (paid["amount_total"], 999) == (1099, 999)
        sandbox.renew(paid["subscription"])
        renewed = api.subscriptions.retrieve(paid["subscription"])
        assert api.invoices.retrieve(renewed.latest_invoice).amount_paid == 1099

    def test_a_customer_without_an_address_must_give_one(self, open_session):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            open_session(automatic_tax={"enabled": True})
        assert refused.value.code == "customer_tax_location_invalid"


def test_the_page_has_a_field_for_each_option(sandbox, open_session):
    names = ("quantity", "promotion_code", "country")
    plain = httpx.get(open_session().url, trust_env=False).text
    assert not [name for name in names if f'name="{name}"' in plain]
    session = open_session(adjustable={"maximum": 5}, allow_promotion_codes=True, **TAX)
    page = httpx.get(session.url, trust_env=False).text
    assert [name for name in names if f'name="{name}"' in page] == list(names)
    form = {"action": "pay", "quantity": "2", "promotion_code": "", "country": "FR"}
    assert httpx.post(session.url, data=form, trust_env=False).status_code == 303
