"""Admin pages: editable plans, read-only payments and Stripe data."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory
from billing import services
from billing.admin import money, stripe_link
from billing.models import Payment, Plan
from billing.tests.catalog import forget_prices
from billing.tests.support import form_of
from common.admin import change_link


@pytest.fixture
def browser(staff):
    client = Client()
    client.force_login(staff)
    return client


def paid(user, sandbox):
    """Return the user's payment for the pro plan, recorded by a resync."""
    session = services.create_checkout_session(user=user)
    sandbox.pay(session.id)
    services.resync_customer(customer_id=user.stripe_customer_id)
    return user.payments.get()


@pytest.fixture
def ungranted(user, sandbox, settings):
    session = services.create_checkout_session(user=user)
    settings.STRIPE_PRICE_ID = ""
    forget_prices("pro")
    sandbox.pay(session.id)
    services.resync_customer(customer_id=user.stripe_customer_id)
    settings.STRIPE_PRICE_ID = "price_sandbox_pro_monthly"
    return user.payments.get()


@pytest.fixture
def granted(sandbox, db):
    return paid(UserFactory(), sandbox)


class TestPlan:
    def page(self, plan):
        return reverse("admin:billing_plan_change", args=[plan.pk])

    def test_staff_edit_a_plan(self, browser):
        pro = Plan.objects.get(slug="pro")
        data = form_of(browser, self.page(pro)) | {"credits_per_period": "1200", "slug": "renamed"}
        assert browser.post(self.page(pro), data).status_code == 302
        pro.refresh_from_db()
        assert (pro.credits_per_period, pro.slug) == (1200, "pro")

    @pytest.mark.parametrize(
        ("policy", "cap", "accepted"),
        [
            ("rollover_capped", "500", True),
            ("rollover_capped", "", False),
            ("rollover", "500", False),
            ("expire", "", True),
        ],
    )
    def test_a_cap_belongs_to_credits_that_roll_over_up_to_it(self, browser, db, policy, cap, accepted):
        pro = Plan.objects.get(slug="pro")
        data = form_of(browser, self.page(pro)) | {"unspent_credits": policy, "rollover_cap": cap}
        answer = browser.post(self.page(pro), data)
        assert (answer.status_code == 302) is accepted
        assert accepted or answer.context["adminform"].form.errors["rollover_cap"]

    def test_free_and_paid_plans_cannot_be_deleted(self, browser, granted):
        for plan in Plan.objects.filter(slug__in=["free", "pro"]):
            delete = reverse("admin:billing_plan_delete", args=[plan.pk])
            assert browser.post(delete, {"post": "yes"}).status_code == 403
            browser.post(
                reverse("admin:billing_plan_changelist"),
                {"action": "delete_selected", "_selected_action": [plan.pk], "post": "yes"},
            )
        assert Plan.objects.filter(slug__in=["free", "pro"]).count() == 2

    def test_an_unsold_plan_can_be_deleted(self, browser, db):
        plan = Plan.objects.create(slug="mistake", name="Mistake")
        delete = reverse("admin:billing_plan_delete", args=[plan.pk])
        assert browser.post(delete, {"post": "yes"}).status_code == 302
        assert not Plan.objects.filter(slug="mistake").exists()

    def test_staff_with_view_permission_cannot_edit_a_plan(self, db):
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
    def test_a_payment_at_an_unmapped_price_is_flagged(self, browser, ungranted, granted):
        found = browser.get(reverse("admin:billing_payment_changelist"), {"attention": "needed"})
        assert list(found.context["cl"].queryset) == [ungranted]
        page = browser.get(reverse("admin:billing_payment_change", args=[ungranted.pk])).content.decode()
        assert "unmapped price" in page
        assert (
            "Map the price price_sandbox_pro_monthly to a plan or a pack, then run manage.py resync_customers"
            in page
        )
        assert "Unmapped price" in browser.get("/admin/").content.decode()

    def test_a_granted_payment_requires_no_action(self, browser, granted):
        page = browser.get(reverse("admin:billing_payment_change", args=[granted.pk])).content.decode()
        assert "resync_customers" not in page
        assert "Every payment granted its credits" in browser.get("/admin/").content.decode()

    def test_payments_are_read_only(self, browser, ungranted):
        page = reverse("admin:billing_payment_change", args=[ungranted.pk])
        assert browser.post(page, {"credits": "9999"}).status_code == 403
        assert browser.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
        ungranted.refresh_from_db()
        assert ungranted.credits is None
        assert Payment.objects.count() == 1

    def test_payments_are_searched_by_invoice_price_and_user(self, browser, ungranted, granted, user):
        def found(query):
            page = browser.get(reverse("admin:billing_payment_changelist"), {"q": query})
            return set(page.context["cl"].queryset)

        assert found(ungranted.stripe_id) == found(user.email) == {ungranted}
        assert found("price_sandbox_pro_monthly") == {ungranted, granted}

    def test_payment_page_shows_refunds(self, browser, granted, sandbox):
        sandbox.refund(granted.stripe_id, amount=300)
        services.resync_customer(customer_id=granted.user.stripe_customer_id)
        changelist = reverse("admin:billing_payment_changelist")
        assert list(browser.get(changelist, {"returned": "yes"}).context["cl"].queryset) == [granted]
        assert list(browser.get(changelist, {"returned": "short"}).context["cl"].queryset) == []
        page = browser.get(reverse("admin:billing_payment_change", args=[granted.pk])).content.decode()
        assert "3.00\N{NO-BREAK SPACE}USD" in page


class TestStripeLink:
    def test_stripe_link_follows_the_mode(self, settings):
        settings.STRIPE_API_HOST = "https://api.stripe.com"
        assert 'href="https://dashboard.stripe.com/test/customers/cus_1"' in stripe_link("customers", "cus_1")
        settings.STRIPE_LIVE_MODE = True
        assert 'href="https://dashboard.stripe.com/customers/cus_1"' in stripe_link("customers", "cus_1")

    def test_stripe_link_is_plain_text_with_the_sandbox(self, settings):
        settings.STRIPE_API_HOST = "http://127.0.0.1:12111"
        assert stripe_link("customers", "cus_1") == "cus_1"

    def test_stripe_link_without_an_id_is_none(self):
        assert stripe_link("customers", None) is None


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (999, "usd", "9.99 USD"),
        (123456789, "eur", "1,234,567.89 EUR"),
        (-50, "eur", "-0.50 EUR"),
        (500, "jpy", "500 JPY"),
        (1234560, "kwd", "1,234.560 KWD"),
        (-5, "bhd", "-0.005 BHD"),
        (500, "ugx", "5.00 UGX"),
        (12345678901234567890, "usd", "123,456,789,012,345,678.90 USD"),
        (None, "usd", "-"),
        (5, None, "-"),
    ],
)
def test_money_is_formatted_in_major_units(amount, currency, text):
    assert money(amount, currency).replace("\N{NO-BREAK SPACE}", " ") == text


def test_change_link_of_an_unregistered_model_is_plain_text():
    assert change_link(ContentType(pk=1), "<someone>") == "&lt;someone&gt;"
