"""Coupons, discounts and taxes on invoices."""

import pytest
import stripe

from stripe_sandbox.testing import SandboxRefused


class TestDiscountsAndTaxes:
    def amounts(self, api, subscription):
        return [one.total for one in api.invoices.list({"subscription": subscription}).data][::-1]

    @pytest.mark.parametrize(
        ("coupon", "totals"),
        [
            ({"percent_off": 50, "duration": "once"}, [500, 999, 999]),
            ({"amount_off": 100, "currency": "usd", "duration": "forever"}, [899, 899, 899]),
            ({"percent_off": 10, "duration": "repeating", "duration_in_months": 2}, [899, 899, 999]),
        ],
    )
    def test_a_coupon_lasts_as_long_as_it_says(self, api, sandbox, buy, coupon, totals):
        session = buy(discounts=[{"coupon": api.coupons.create(coupon).id}])
        sandbox.advance(days=64)
        found = self.amounts(api, session.subscription)
        assert [abs(one - wanted) <= 1 for one, wanted in zip(found, totals, strict=True)] == [True] * 3

    def test_a_customers_discount_counts_too(self, api, sandbox, customer, subscription):
        coupon = api.coupons.create({"percent_off": 50, "duration": "forever"})
        sandbox.discount_customer(customer.id, coupon=coupon.id)
        sandbox.renew(subscription.id)
        assert self.amounts(api, subscription.id)[-1] in (499, 500)
        assert api.customers.retrieve(customer.id).discount.source.coupon == coupon.id

    @pytest.mark.parametrize(("inclusive", "total"), [(False, 1189), (True, 999)])
    def test_taxes(self, api, buy, inclusive, total):
        rate = api.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": inclusive})
        session = buy(subscription_data={"default_tax_rates": [rate.id]})
        invoice = api.invoices.retrieve(session.invoice)
        assert (invoice.subtotal, invoice.total) == (999, total)
        assert invoice.total_taxes[0].amount == (160 if inclusive else 190)

    @pytest.mark.parametrize(
        "coupon",
        [
            {"percent_off": 5, "amount_off": 5, "currency": "usd"},
            {"duration": "once"},
            {"percent_off": 101},
            {"amount_off": 5},
            {"percent_off": 5, "duration": "repeating"},
        ],
    )
    def test_a_coupon_that_makes_no_sense(self, api, coupon):
        with pytest.raises(stripe.InvalidRequestError):
            api.coupons.create(coupon)

    def test_a_coupon_can_run_out(self, api, buy):
        coupon = api.coupons.create({"percent_off": 5, "max_redemptions": 1})
        buy(discounts=[{"coupon": coupon.id}])
        with pytest.raises(SandboxRefused, match="expired"):
            buy(discounts=[{"coupon": coupon.id}])

    def test_a_deleted_discount_can_be_expanded(self, api, buy):
        coupon = api.coupons.create({"percent_off": 50})
        session = buy(discounts=[{"coupon": coupon.id}])
        api.subscriptions.update(session.subscription, {"discounts": ""})
        invoice = api.invoices.retrieve(session.invoice, {"expand": ["discounts"]})
        assert (invoice.discounts[0].deleted, invoice.discounts[0].source.coupon) == (True, coupon.id)
