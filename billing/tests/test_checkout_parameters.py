"""The parameters of a Checkout Session, a pure function of the options."""

import pytest

from billing.rules.checkout_parameters import CheckoutOptions, checkout_parameters

PLAN, PACK = {"plan": "pro"}, {"pack": "pack-500"}
KEY = "user_id@api.example"


def parameters(
    product=PLAN, *, price_id="price_1", user_id="7", success_url="https://a.example/s", **options
):
    return checkout_parameters(
        product=product,
        price_id=price_id,
        options=CheckoutOptions(**options),
        user_id=user_id,
        user_id_key=KEY,
        success_url=success_url,
        cancel_url="https://a.example/c",
    )


def test_a_plan_without_options():
    found = parameters()
    metadata = found.pop("metadata")
    terms = metadata.pop("terms")
    assert len(terms) == 16
    assert metadata == {KEY: "7", "plan": "pro"}
    assert found == {
        "mode": "subscription",
        "client_reference_id": "7",
        "line_items": [{"price": "price_1", "quantity": 1}],
        "success_url": "https://a.example/s",
        "cancel_url": "https://a.example/c",
        "subscription_data": {"metadata": metadata},
    }


def test_a_pack_without_options():
    found = parameters(PACK)
    assert found["mode"] == "payment"
    assert found["payment_intent_data"] == {"metadata": {KEY: "7", "pack": "pack-500"}}
    assert not {"subscription_data", "invoice_creation", "allow_promotion_codes", "automatic_tax"} & set(
        found
    )


def test_a_trial():
    assert parameters(trial_days=7)["subscription_data"]["trial_period_days"] == 7


def test_an_invoice_for_a_pack():
    found = parameters(PACK, invoice=True)["invoice_creation"]
    assert found == {"enabled": True, "invoice_data": {"metadata": {KEY: "7", "pack": "pack-500"}}}


@pytest.mark.parametrize("product", [PLAN, PACK])
class TestBoth:
    def test_a_quantity(self, product):
        (item,) = parameters(product, max_quantity=9)["line_items"]
        assert item["adjustable_quantity"] == {"enabled": True, "minimum": 1, "maximum": 9}
        assert item["quantity"] == 1

    def test_promotion_codes(self, product):
        assert parameters(product, promotion_codes=True)["allow_promotion_codes"] is True

    def test_automatic_tax_saves_the_address(self, product):
        found = parameters(product, automatic_tax=True)
        assert (found["automatic_tax"], found["customer_update"]) == ({"enabled": True}, {"address": "auto"})

    def test_the_terms_tell_any_difference(self, product):
        def terms(**changed):
            return parameters(**{"product": product, **changed})["metadata"]["terms"]

        changes = [
            {"price_id": "price_2"},
            {"user_id": "8"},
            {"success_url": "https://b.example"},
            {"max_quantity": 2},
            {"promotion_codes": True},
            {"automatic_tax": True},
            {"trial_days": 7} if product is PLAN else {"invoice": True},
        ]
        assert len({terms(), *(terms(**change) for change in changes)}) == 1 + len(changes)
        assert terms() == terms()
