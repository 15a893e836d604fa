"""Plans are edited, what was paid and what Stripe says are looked at."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.factories import UserFactory
from billing.admin import money, stripe_link
from billing.models import Payment, Plan
from billing.services import record_invoice


@pytest.fixture
def browser(staff):
    client = Client()
    client.force_login(staff)
    return client


def invoice(price, **changes):
    """A paid first invoice, as Stripe sends it."""
    return {
        "id": "in_1",
        "status": "paid",
        "created": 1767225600,
        "billing_reason": "subscription_create",
        "amount_paid": 999,
        "currency": "usd",
        "lines": {"data": [{"amount": 999, "quantity": 1, "pricing": {"price_details": {"price": price}}}]},
        **changes,
    }


@pytest.fixture
def ungranted(user):
    return record_invoice(user=user, invoice=invoice("price_unknown"))


@pytest.fixture
def granted(user, settings):
    return record_invoice(user=user, invoice=invoice(settings.STRIPE_PRICE_ID, id="in_2"))


class TestPlan:
    def page(self, plan):
        return reverse("admin:billing_plan_change", args=[plan.pk])

    def form_of(self, browser, plan):
        form = browser.get(self.page(plan)).context["adminform"].form
        values = {name: form[name].value() for name in form.fields}
        return {
            name: "on" if value is True else value
            for name, value in values.items()
            if value is not None and value is not False
        }

    def test_is_edited_by_staff(self, browser):
        pro = Plan.objects.get(slug="pro")
        data = self.form_of(browser, pro) | {"credits_per_period": "1200", "slug": "renamed"}
        assert browser.post(self.page(pro), data).status_code == 302
        pro.refresh_from_db()
        assert (pro.credits_per_period, pro.slug, pro.stripe_price_id) == (1200, "pro", None)

    def test_a_price_belongs_to_one_plan(self, browser, db):
        first = Plan.objects.create(slug="first", name="First", stripe_price_id="price_1")
        data = self.form_of(browser, first)
        second = Plan.objects.create(slug="second", name="Second")
        answer = browser.post(self.page(second), data)
        assert answer.context["adminform"].form.errors["stripe_price_id"]

    def test_free_and_what_was_paid_for_stay(self, browser, granted):
        for plan in Plan.objects.filter(slug__in=["free", "pro"]):
            delete = reverse("admin:billing_plan_delete", args=[plan.pk])
            assert browser.post(delete, {"post": "yes"}).status_code == 403
            browser.post(
                reverse("admin:billing_plan_changelist"),
                {"action": "delete_selected", "_selected_action": [plan.pk], "post": "yes"},
            )
        assert Plan.objects.filter(slug__in=["free", "pro"]).count() == 2

    def test_one_that_nobody_bought_can_go(self, browser, db):
        plan = Plan.objects.create(slug="mistake", name="Mistake")
        delete = reverse("admin:billing_plan_delete", args=[plan.pk])
        assert browser.post(delete, {"post": "yes"}).status_code == 302
        assert not Plan.objects.filter(slug="mistake").exists()

    def test_staff_without_the_permission_are_refused(self, db):
        onlooker = UserFactory(is_staff=True)
        onlooker.user_permissions.set(
            Permission.objects.filter(codename="view_plan", content_type__app_label="billing")
        )
        browser = Client()
        browser.force_login(onlooker)
        plan = Plan.objects.get(slug="pro")
        assert browser.get(self.page(plan)).status_code == 200
        assert browser.post(self.page(plan), {"name": "Mine", "credits_per_period": 9}).status_code == 403


class TestPayment:
    def test_one_whose_price_no_plan_knows_is_pointed_at(self, browser, ungranted, granted):
        found = browser.get(reverse("admin:billing_payment_changelist"), {"attention": "needed"})
        assert list(found.context["cl"].queryset) == [ungranted]
        page = browser.get(reverse("admin:billing_payment_change", args=[ungranted.pk])).content.decode()
        assert "no plan knows this price" in page
        assert "Give a plan the price price_unknown, then run manage.py resync_customers" in page
        assert "Paid at a price that no plan knows" in browser.get("/admin/").content.decode()

    def test_one_that_gave_its_credits_needs_nothing(self, browser, granted):
        page = browser.get(reverse("admin:billing_payment_change", args=[granted.pk])).content.decode()
        assert "resync_customers" not in page
        assert "Every payment gave its credits" in browser.get("/admin/").content.decode()

    def test_nobody_writes_it(self, browser, ungranted):
        page = reverse("admin:billing_payment_change", args=[ungranted.pk])
        assert browser.post(page, {"credits": "9999"}).status_code == 403
        assert browser.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
        ungranted.refresh_from_db()
        assert ungranted.credits is None
        assert Payment.objects.count() == 1

    def test_is_found_by_invoice_price_and_user(self, browser, ungranted, granted, user):
        def found(query):
            return set(
                browser.get(reverse("admin:billing_payment_changelist"), {"q": query}).context["cl"].queryset
            )

        assert found("in_1") == found("price_unknown") == {ungranted}
        assert found(user.email) == {ungranted, granted}


class TestStripeLink:
    def test_leads_to_the_dashboard_of_the_mode(self, settings):
        settings.STRIPE_API_HOST = "https://api.stripe.com"
        assert 'href="https://dashboard.stripe.com/test/customers/cus_1"' in stripe_link("customers", "cus_1")
        settings.STRIPE_LIVE_MODE = True
        assert 'href="https://dashboard.stripe.com/customers/cus_1"' in stripe_link("customers", "cus_1")

    def test_is_no_link_where_the_sandbox_is_used(self, settings):
        settings.STRIPE_API_HOST = "http://127.0.0.1:12111"
        assert stripe_link("customers", "cus_1") == "cus_1"

    def test_of_nothing_is_nothing(self):
        assert stripe_link("customers", None) is None


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (999, "usd", "9.99 USD"),
        (123456789, "eur", "1,234,567.89 EUR"),
        (-50, "eur", "-0.50 EUR"),
        (500, "jpy", "500 JPY"),
        (None, "usd", "-"),
        (5, None, "-"),
    ],
)
def test_money_is_written_in_major_units(amount, currency, text):
    assert money(amount, currency) == text
