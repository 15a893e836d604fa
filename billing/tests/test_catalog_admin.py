"""The prices on the admin pages of plans and packs: checked in Stripe before the transaction opens."""

import pytest
import stripe
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory
from billing.models import CreditPack, Payment, Plan, Price
from billing.services.catalog import load_first_price
from billing.stripe_api.client import HTTPClient
from billing.tests.catalog import create_pack, sell_at
from billing.tests.fake_stripe import stripe_api
from billing.tests.support import form_of, run_concurrently

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plans")]
MONTHLY, YEARLY, PACK = "price_sandbox_pro_monthly", "price_sandbox_pro_yearly", "price_sandbox_pack_500"


@pytest.fixture
def browser(plans):
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def stripe_requests(sandbox, monkeypatch):
    """The paths of the requests to Stripe. One inside a transaction fails the test."""
    paths = []

    class Recording(HTTPClient):
        def request(self, method, url, *args, **kwargs):
            assert not connection.in_atomic_block, f"{method} {url} was sent in a transaction."
            paths.append(url.split("/v1/")[1])
            return super().request(method, url, *args, **kwargs)

    monkeypatch.setattr(stripe, "default_http_client", Recording(timeout=10))
    return paths


def page_of(item):
    return reverse(f"admin:billing_{item._meta.model_name}_change", args=[item.pk])


def save(browser, item, price_id, **fields):
    """Enter a new price on an item's page and save it."""
    data = form_of(browser, page_of(item))
    row = int(data["prices-INITIAL_FORMS"])
    data |= {f"prices-{row}-{name}": value for name, value in {"stripe_id": price_id, **fields}.items()}
    return browser.post(page_of(item), data)


def errors_of(answer):
    (prices,) = answer.context["inline_admin_formsets"]
    formset = prices.formset
    found = [str(error) for form in formset.forms for errors in form.errors.values() for error in errors]
    return " ".join([*found, *map(str, formset.non_form_errors())])


def stripe_price(**changes):
    wanted = {
        "currency": "usd",
        "unit_amount": 1499,
        "product": "prod_sandbox_pro",
        "recurring": {"interval": "month"},
        **changes,
    }
    return stripe_api().v1.prices.create({name: value for name, value in wanted.items() if value})


@pytest.fixture
def pro(plans):
    return Plan.objects.get(slug="pro")


class TestSave:
    def test_a_price_is_filled_from_stripe_outside_of_transactions(self, browser, pro, stripe_requests):
        answer = save(browser, pro, f" {YEARLY} ", credits_per_period="12000", instalments="12")
        assert answer.status_code == 302, errors_of(answer)
        price = Price.objects.get(stripe_id=YEARLY)
        assert (price.plan, price.unit_amount, price.currency) == (pro, 9990, "usd")
        assert (price.interval, price.interval_count, price.product_id) == ("year", 1, "prod_sandbox_pro")
        assert (price.is_active, price.is_default) == (True, False)
        assert (price.plan_terms.credits_per_period, price.plan_terms.instalments) == (12_000, 12)
        assert stripe_requests == [f"prices/{YEARLY}"]

    def test_a_form_without_a_new_price_asks_stripe_nothing(self, browser, pro, stripe_requests):
        data = form_of(browser, page_of(pro)) | {"name": "Professional"}
        assert browser.post(page_of(pro), data).status_code == 302
        assert stripe_requests == []
        pro.refresh_from_db()
        assert pro.name == "Professional"

    def test_a_pack_is_created_with_its_price(self, browser, stripe_requests):
        page = reverse("admin:billing_creditpack_add")
        data = form_of(browser, page) | {"name": "500", "slug": "500", "credits": "500", "is_active": "on"}
        answer = browser.post(page, data | {"prices-0-stripe_id": PACK})
        assert answer.status_code == 302, errors_of(answer)
        price = Price.objects.get(pack__slug="500")
        assert (price.unit_amount, price.interval, price.is_default) == (499, "", True)

    @pytest.mark.parametrize("price_id", ["\0", "price_\0", f"{MONTHLY}\0"])
    def test_a_price_with_nul_is_refused(self, browser, pro, stripe_requests, price_id):
        answer = save(browser, pro, price_id)
        assert "Null characters are not allowed." in errors_of(answer)
        assert stripe_requests == []

    def test_the_page_works_where_requests_are_atomic(self, browser, pro, stripe_requests, monkeypatch):
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
        assert save(browser, pro, YEARLY, credits_per_period="12000").status_code == 302

    def test_the_default_moves_to_the_price_that_staff_tick(self, browser, pro, sandbox):
        assert save(browser, pro, stripe_price().id, is_default="on").status_code == 200  # two defaults
        data = form_of(browser, page_of(pro))
        del data["prices-0-is_default"]
        raised = stripe_price().id
        answer = browser.post(
            page_of(pro), data | {"prices-1-stripe_id": raised, "prices-1-is_default": "on"}
        )
        assert answer.status_code == 302, errors_of(answer)
        assert Price.objects.get(is_default=True).stripe_id == raised


class TestTooManyCredits:
    """A price's own credits, times the largest quantity, must fit the columns that store credits."""

    TOO_MANY = "Too many credits at the largest quantity."

    def test_of_a_new_price(self, browser, pro, stripe_requests):
        Plan.objects.update(max_quantity=999)
        answer = save(browser, pro, YEARLY, credits_per_period="3000000")
        assert (answer.status_code, errors_of(answer)) == (200, self.TOO_MANY)
        assert not Price.objects.filter(stripe_id=YEARLY).exists()

    def test_of_a_stored_price(self, browser, pro, stripe_requests):
        Plan.objects.update(max_quantity=999)
        data = form_of(browser, page_of(pro)) | {"prices-0-credits_per_period": "3000000"}
        answer = browser.post(page_of(pro), data)
        assert (answer.status_code, errors_of(answer)) == (200, self.TOO_MANY)
        assert Price.objects.get(plan=pro).credits_per_period is None

    def test_of_a_stored_price_when_the_quantity_rises(self, browser, pro, stripe_requests):
        Price.objects.filter(plan=pro).update(credits_per_period=3_000_000)
        data = form_of(browser, page_of(pro)) | {"max_quantity": "999"}
        answer = browser.post(page_of(pro), data)
        assert (answer.status_code, errors_of(answer)) == (200, self.TOO_MANY)
        pro.refresh_from_db()
        assert pro.max_quantity == 1

    def test_the_most_that_fits_is_saved(self, browser, pro, stripe_requests):
        most = (2**31 - 1) // 999
        Price.objects.filter(plan=pro).update(credits_per_period=most)
        data = form_of(browser, page_of(pro)) | {"max_quantity": "999"}
        assert browser.post(page_of(pro), data).status_code == 302
        assert Price.objects.get(plan=pro).plan_terms.credits_per_period == most


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"recurring": None}, "is a one-time price. A plan needs a recurring price."),
            (
                {"unit_amount": None, "unit_amount_decimal": "0.5"},
                "has no fixed amount above 0 for a unit.",
            ),
            ({"active": "false"}, "is archived in Stripe. Only an active price can be sold."),
        ],
    )
    def test_a_plan_cannot_be_sold_at_it(self, browser, pro, stripe_requests, changes, sentence):
        price_id = stripe_price(**changes).id
        stripe_requests.clear()
        answer = save(browser, pro, price_id)
        assert answer.status_code == 200
        assert errors_of(answer) == f"{price_id} {sentence}"
        assert not Price.objects.filter(stripe_id=price_id).exists()

    def test_a_price_of_nothing(self, browser, pro, stripe_requests):
        answer = save(browser, pro, "price_nonexistent")
        assert errors_of(answer) == "Stripe does not know the price price_nonexistent in test mode."

    @pytest.mark.parametrize("wrong", ["../customers", "price_1?x=1", "price 1", "prod/1"])
    def test_what_is_no_price_id_reaches_no_other_url(self, browser, pro, stripe_requests, wrong):
        assert save(browser, pro, wrong).status_code == 200
        assert stripe_requests == []

    def test_a_recurring_price_for_a_pack(self, browser, sandbox):
        answer = save(browser, create_pack(), YEARLY)
        assert errors_of(answer) == f"{YEARLY} is a recurring price. A pack needs a one-time price."

    def test_a_price_of_another_plan(self, browser, pro, sandbox):
        other = Plan.objects.create(slug="other", name="Other")
        assert "already exists" in errors_of(save(browser, other, MONTHLY))
        assert Price.objects.get(stripe_id=MONTHLY).plan == pro

    def test_stripe_does_not_respond(self, browser, pro, sandbox, monkeypatch):
        sandbox.fail(path="/v1/prices", status=400)
        answer = save(browser, pro, YEARLY, credits_per_period="12000")
        assert (answer.status_code, "refused the request" in errors_of(answer)) == (200, True)

    def test_another_interval_needs_its_own_credits(self, browser, pro, sandbox):
        assert "Enter the credits of a period at this price" in errors_of(save(browser, pro, YEARLY))

    def test_a_price_with_payments_cannot_be_removed(self, browser, pro, sandbox, user, settings):
        settings.STRIPE_PRICE_ID = ""
        sell_at(pro, YEARLY, credits_per_period=12_000)
        Payment.objects.create(
            user=user,
            stripe_id="in_1",
            stripe_price_id=MONTHLY,
            plan=pro,
            credits=5,
            action_type="payment",
            amount_paid=999,
            currency="usd",
            paid_at="2026-01-01T00:00Z",
        )
        data = form_of(browser, page_of(pro))
        assert "has payments" in errors_of(browser.post(page_of(pro), data | {"prices-0-DELETE": "on"}))
        assert browser.post(page_of(pro), data | {"prices-1-DELETE": "on"}).status_code == 302
        assert [price.stripe_id for price in pro.prices.all()] == [MONTHLY]

    def test_staff_who_may_only_view_ask_stripe_nothing(self, pro, stripe_requests):
        onlooker = UserFactory(is_staff=True)
        onlooker.user_permissions.set(Permission.objects.filter(codename="view_plan"))
        browser = Client()
        browser.force_login(onlooker)
        page = browser.get(page_of(pro))
        assert MONTHLY in page.content.decode()
        assert browser.post(page_of(pro), {"prices-0-stripe_id": YEARLY}).status_code == 403
        assert stripe_requests == []

    def test_staff_who_may_change_a_plan_may_change_its_prices(self, pro, sandbox):
        editor = UserFactory(is_staff=True)
        editor.user_permissions.set(
            Permission.objects.filter(
                codename__in=["view_plan", "change_plan"], content_type__app_label="billing"
            )
        )
        browser = Client()
        browser.force_login(editor)
        assert save(browser, pro, stripe_price().id).status_code == 302


class TestWithoutAPrice:
    def test_the_list_says_so(self, browser, pro, sandbox):
        create_pack()
        page = browser.get(reverse("admin:billing_plan_changelist")).content.decode()
        assert "9.99\N{NO-BREAK SPACE}USD per month" in page
        Price.objects.update(is_active=False)
        for model in ("plan", "creditpack"):
            page = browser.get(reverse(f"admin:billing_{model}_changelist")).content.decode()
            assert "no active price" in page

    def test_check_says_so(self, plans, sandbox, capsys):
        create_pack()
        call_command("check", databases=["default"])
        assert "billing.W004" not in capsys.readouterr().err
        Price.objects.update(is_active=False)
        CreditPack.objects.create(slug="kept", name="Kept", credits=5, is_active=False)
        call_command("check", databases=["default"])
        warned = capsys.readouterr().err
        assert warned.count("billing.W004") == 2
        assert "The plan 'pro' is not on sale" in warned
        assert "The credit pack 'pack' is not on sale" in warned


class TestFirstPrice:
    """STRIPE_PRICE_ID becomes a row when it is first needed, outside of transactions."""

    @pytest.fixture(autouse=True)
    def new_installation(self, plans):
        Price.objects.all().delete()
        cache.clear()

    def test_the_first_listing_stores_it(self, anonymous, stripe_requests):
        for _ in range(2):
            (plan,) = anonymous.get("/api/payments/plans").json()["plans"]
            assert (plan["amount"], plan["currency"], plan["interval"]) == (999, "usd", "month")
        assert stripe_requests == [f"prices/{MONTHLY}"]

    def test_many_first_requests_store_it_once(self, sandbox):
        run_concurrently(*[load_first_price] * 6)
        assert Price.objects.get().is_default

    def test_the_first_checkout_stores_it(self, api, stripe_requests):
        assert api.post("/api/payments/create-checkout-session", {}, format="json").status_code == 200
        assert Price.objects.get().is_default

    def test_a_wrong_one_sells_nothing_and_is_looked_up_once_a_minute(
        self, anonymous, api, settings, stripe_requests, caplog
    ):
        settings.STRIPE_PRICE_ID = "price_nonexistent"
        for _ in range(3):
            assert anonymous.get("/api/payments/plans").json() == {"plans": [], "packs": []}
        assert stripe_requests == ["prices/price_nonexistent"]
        assert "does not know the price price_nonexistent" in caplog.text
        assert api.post("/api/payments/create-checkout-session", {}, format="json").status_code == 400

    def test_a_one_time_price_sells_no_plan(self, anonymous, settings, sandbox, caplog):
        settings.STRIPE_PRICE_ID = PACK
        assert anonymous.get("/api/payments/plans").json()["plans"] == []
        assert "A plan needs a recurring price." in caplog.text

    def test_a_listing_survives_stripe(self, anonymous, sandbox):
        sandbox.fail(path="/v1/prices", status=400)
        assert anonymous.get("/api/payments/plans").json() == {"plans": [], "packs": []}
