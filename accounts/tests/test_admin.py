"""The admin's user pages: search, details, edits, and permissions that support cannot grant."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models.signals import pre_save
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import User
from accounts.tests.factories import PASSWORD, UserFactory
from credits import services as ledger
from credits.models import CreditGrant
from credits.services import holds
from credits.spending_limits import SpendingLimit

LIST = "/admin/accounts/user/"


@pytest.fixture
def support(db):
    """A member of staff who may add, change and view users."""
    support = UserFactory(email="support@example.com", is_staff=True)
    support.user_permissions.set(
        Permission.objects.filter(codename__in=["add_user", "change_user", "view_user", "view_aicreditlog"])
    )
    return support


@pytest.fixture
def browser(support):
    return signed_in(support)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def page(user, verb="change"):
    return reverse(f"admin:accounts_user_{verb}", args=[user.pk])


def form_of(browser, user):
    """Return the form as a browser would submit it unchanged."""
    form = browser.get(page(user)).context["adminform"].form
    values = {name: form[name].value() for name in form.fields if name != "password"}
    return {
        name: "on" if value is True else value
        for name, value in values.items()
        if value is not None and value is not False
    }


class TestSignIn:
    def test_staff_sign_in_with_the_email_in_any_case(self, support):
        browser = Client()
        answer = browser.post(
            "/admin/login/?next=/admin/accounts/user/",
            {"username": " Support@Example.com ", "password": PASSWORD, "next": LIST},
            follow=True,
        )
        assert answer.redirect_chain == [(LIST, 302)]
        assert answer.status_code == 200

    @pytest.mark.parametrize("email", ["user@example.com", "nobody@example.com"])
    def test_users_who_are_not_staff_cannot_sign_in(self, db, email):
        UserFactory(email="user@example.com")
        answer = Client().post("/admin/login/", {"username": email, "password": PASSWORD})
        assert answer.status_code == 200
        assert answer.context["form"].non_field_errors()


class TestList:
    @pytest.mark.parametrize(
        "query", ["ada@example", "ADA@EXAMPLE.COM", "lovelace", "cus_ada", "sub_ada", "Ada Lovelace"]
    )
    def test_list_is_searched_by_email_name_and_stripe_ids(self, browser, query):
        ada = UserFactory(email="ada@example.com", name="Ada Lovelace")
        UserFactory(name="Grace Hopper")
        User.objects.filter(pk=ada.pk).update(
            stripe_customer_id="cus_ada", subscription_id="sub_ada", subscription_status="active", plan="pro"
        )
        assert list(browser.get(LIST, {"q": query}).context["cl"].queryset) == [ada]

    def test_list_is_filtered_by_plan_subscription_staff_and_active(self, browser, support):
        paying, gone, other = UserFactory(), UserFactory(is_active=False), UserFactory()
        User.objects.filter(pk=paying.pk).update(
            stripe_customer_id="cus_1", subscription_id="sub_1", subscription_status="past_due", plan="pro"
        )

        def found(**query):
            return set(browser.get(LIST, query).context["cl"].queryset)

        assert found(plan="pro") == found(subscription="past_due") == {paying}
        assert found(subscription="none") == {gone, other, support}
        assert found(is_staff__exact="1") == {support}
        assert found(is_active__exact="0") == {gone}

    def test_filters_do_not_leak_password_hashes(self, browser):
        assert browser.get(LIST, {"password__startswith": "m"}).status_code == 400


class TestPage:
    def test_user_page_shows_spending_limits_of_the_current_period(self, staff, user):
        day, month = (ledger.Period.DAY, ledger.Period.MONTH)
        ledger.set_spending_limit(user_id=user.pk, period=month, amount=777)
        ledger.set_spending_limit(user_id=user.pk, period=day, amount=55, subject="key:12")
        SpendingLimit.objects.filter(period="day").update(
            period_start=day.start(timezone.now() - timedelta(days=3)), held=33, used=44
        )
        ledger.spend(user_id=user.pk, amount=6, action_type="evaluate_answer", key="k")
        (tab,) = [
            form
            for form in signed_in(staff).get(page(user)).context["inline_admin_formsets"]
            if form.opts.verbose_name == "spending limit"
        ]
        rows = [form.original for form in tab if form.original]
        shown = [
            (tab.opts.limited(row), row.amount, tab.opts.spent(row), tab.opts.reserved(row)) for row in rows
        ]
        assert shown == [("the whole account", 777, 6, 0), ("key:12", 55, 0, 0)]

    def test_user_page_shows_balance_subscription_and_ledger(self, browser, user):
        User.objects.filter(pk=user.pk).update(
            stripe_customer_id="cus_ada", subscription_id="sub_ada", subscription_status="active", plan="pro"
        )
        holds.hold(user_id=user.pk, amount=9, action_type="evaluate_answer")
        text = browser.get(page(user)).content.decode()
        for fact in ("91 credits", "9 credits", "cus_ada", "sub_ada", "active", "Signup", "+100"):
            assert fact in text

    def test_user_page_shows_claims_while_they_are_open(self, staff, user):
        client = Client()
        client.force_login(staff)
        held = holds.hold(user_id=user.pk, amount=40, action_type="evaluate_answer")
        ledger.clawback(
            user_id=user.pk,
            amount=-75,
            action_type="payment_returned",
            key="k",
            reference=ledger.Reference(type="payment", id="in_claimed"),
        )
        text = client.get(page(user)).content.decode()
        assert "40 credits, 15 of them claimed" in text
        (tab,) = [
            form
            for form in client.get(page(user)).context["inline_admin_formsets"]
            if form.opts.verbose_name == "open claim"
        ]
        assert [form.original.open_amount for form in tab if form.original] == [15]
        holds.release(hold=held)
        assert "claimed after" not in client.get(page(user)).content.decode()

    def test_user_page_shows_when_a_subscription_cancels(self, browser, user):
        User.objects.filter(pk=user.pk).update(
            stripe_customer_id="cus_ada",
            subscription_id="sub_ada",
            subscription_status="active",
            plan="pro",
            current_period_end=datetime(2099, 3, 1, 9, 5, tzinfo=UTC),
            cancel_at_period_end=True,
        )
        text = strip_tags(browser.get(page(user)).content.decode())
        assert "1 Mar 2099, 09:05, then cancels" in text

    def test_user_page_shows_the_balance_after_expiry(self, browser, user):
        an_hour_ago = timezone.now() - timedelta(hours=1)
        holds.hold(user_id=user.pk, amount=9, action_type="evaluate_answer", at=an_hour_ago)
        ledger.grant(
            user_id=user.pk,
            amount=50,
            action_type="subscription_renewal",
            key="k",
            expires_at=an_hour_ago + timedelta(minutes=30),
            at=an_hour_ago,
        )
        context = browser.get(page(user)).context
        assert (context["original"].ai_credits, context["original"].ai_credits_held) == (100, 0)

    def test_user_page_opens_when_the_ledger_does_not_balance(self, browser, user):
        ledger.spend(user_id=user.pk, amount=5, action_type="evaluate_answer", key="k")
        CreditGrant.objects.filter(user=user).update(remaining=0)
        answer = browser.get(page(user))
        assert answer.status_code == 200
        assert "verify_ledger --repair" in str([str(message) for message in answer.context["messages"]])

    def test_user_page_links_to_stripes_dashboard_unless_the_sandbox_is_used(self, browser, user, settings):
        User.objects.filter(pk=user.pk).update(stripe_customer_id="cus_ada")
        link = "https://dashboard.stripe.com/test/customers/cus_ada"
        assert link not in browser.get(page(user)).content.decode()
        settings.STRIPE_API_HOST = "https://api.stripe.com"
        assert link in browser.get(page(user)).content.decode()

    def test_support_changes_name_and_email(self, browser, user):
        data = form_of(browser, user) | {"name": "Ada", "email": " ADA@example.com"}
        assert browser.post(page(user), data).status_code == 302
        user.refresh_from_db()
        assert (user.name, user.email) == ("Ada", "ada@example.com")

    def test_an_email_in_another_case_is_refused_as_a_duplicate(self, browser, user):
        UserFactory(email="ada@example.com")
        answer = browser.post(page(user), form_of(browser, user) | {"email": "Ada@example.com"})
        assert answer.context["adminform"].form.errors["email"]

    def test_saving_writes_no_balance_and_no_stripe_field(self, staff, user):
        browser = signed_in(staff)
        ledger.process_due(user_id=user.pk)  # as opening the page does
        before = User.objects.filter(pk=user.pk).values().get()
        posted = {
            "ai_credits": "9999",
            "ai_credits_held": "9999",
            "plan": "pro",
            "subscription_status": "active",
            "subscription_id": "sub_mine",
            "stripe_customer_id": "cus_mine",
            "current_period_end": "2099-01-01",
            "date_joined": "2001-01-01",
            "ledger_entries-0-amount": "9999",
            "ledger_entries-0-DELETE": "on",
        }
        assert browser.post(page(user), form_of(browser, user) | posted).status_code == 302
        after = User.objects.filter(pk=user.pk).values().get()
        assert after == before
        assert user.ledger_entries.get().amount == 100

    def test_saving_keeps_changes_made_since_the_page_was_loaded(self, browser, user):
        def hold_meanwhile(**kwargs):
            holds.hold(user_id=user.pk, amount=30, action_type="evaluate_answer")

        data = form_of(browser, user) | {"name": "Ada"}
        pre_save.connect(hold_meanwhile, sender=User)
        try:
            assert browser.post(page(user), data).status_code == 302
        finally:
            pre_save.disconnect(hold_meanwhile, sender=User)
        user.refresh_from_db()
        assert (user.name, user.ai_credits, user.ai_credits_held) == ("Ada", 70, 30)

    def test_support_deactivates_a_user(self, browser, user):
        data = form_of(browser, user)
        del data["is_active"]
        assert browser.post(page(user), data).status_code == 302
        user.refresh_from_db()
        assert not user.is_active

    def test_users_cannot_be_deleted(self, staff, user):
        browser = signed_in(staff)
        assert browser.post(page(user, "delete"), {"post": "yes"}).status_code == 403
        browser.post(LIST, {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"})
        assert User.objects.filter(pk=user.pk).exists()

    def test_view_permission_allows_no_change(self, user):
        onlooker = UserFactory(is_staff=True)
        onlooker.user_permissions.set(Permission.objects.filter(codename="view_user"))
        browser = signed_in(onlooker)
        text = browser.get(page(user)).content.decode()
        assert "Ledger entries" not in text
        assert user.password not in text
        assert browser.post(page(user), {"email": "mine@example.com"}).status_code == 403


class TestRights:
    def test_support_cannot_grant_permissions(self, browser, user, support):
        group = Group.objects.create(name="Bosses")
        rights = {
            "is_staff": "on",
            "is_superuser": "on",
            "groups": [group.pk],
            "user_permissions": list(Permission.objects.values_list("pk", flat=True)[:3]),
        }
        assert browser.post(page(user), form_of(browser, user) | rights).status_code == 302
        user.refresh_from_db()
        assert (user.is_staff, user.is_superuser) == (False, False)
        assert (user.groups.count(), user.user_permissions.count()) == (0, 0)

    def test_support_cannot_change_staff_or_their_passwords(self, browser, staff, support):
        for colleague in (staff, UserFactory(is_staff=True), support):
            assert browser.get(page(colleague)).status_code == 200
            assert browser.post(page(colleague), {"email": "mine@example.com"}).status_code == 403
            password = f"/admin/accounts/user/{colleague.pk}/password/"
            new = {
                "password1": "let me in, please",
                "password2": "let me in, please",
                "usable_password": "true",
            }
            assert browser.post(password, new).status_code == 403
            colleague.refresh_from_db()
            assert colleague.check_password(PASSWORD)

    def test_support_sets_a_users_password(self, browser, user):
        holds.hold(user_id=user.pk, amount=30, action_type="evaluate_answer")
        new = {"password1": "a brand new one", "password2": "a brand new one", "usable_password": "true"}
        assert browser.post(f"/admin/accounts/user/{user.pk}/password/", new).status_code == 302
        user.refresh_from_db()
        assert user.check_password("a brand new one")
        assert (user.ai_credits, user.ai_credits_held) == (70, 30)

    def test_a_superuser_grants_only_permissions_that_have_an_effect(self, staff, user):
        browser = signed_in(staff)
        permission = Permission.objects.get(codename="adjust_credits")
        data = form_of(browser, user) | {"is_staff": "on", "user_permissions": [permission.pk]}
        assert browser.post(page(user), data).status_code == 302
        user = User.objects.get(pk=user.pk)
        assert user.is_staff
        assert user.has_perm("credits.adjust_credits")
        useless = Permission.objects.get(codename="delete_aicreditlog")
        answer = browser.post(page(user), data | {"user_permissions": [useless.pk]})
        assert answer.context["adminform"].form.errors["user_permissions"]

    def test_only_superusers_change_groups(self, support, staff):
        support.user_permissions.add(*Permission.objects.filter(content_type__app_label="auth"))
        group = Group.objects.create(name="Support")
        change = reverse("admin:auth_group_change", args=[group.pk])
        browser = signed_in(support)
        assert browser.post(change, {"name": "Mine"}).status_code == 403
        assert browser.post(change.replace("change", "delete"), {"post": "yes"}).status_code == 403
        assert browser.post(reverse("admin:auth_group_add"), {"name": "Mine"}).status_code == 403
        assert signed_in(staff).post(change, {"name": "First line"}).status_code == 302
        group.refresh_from_db()
        assert group.name == "First line"


class TestAdd:
    def test_a_user_added_in_the_admin_has_no_permissions(self, browser, settings):
        settings.SIGNUP_CREDITS = 7
        data = {
            "email": "New@Example.com",
            "name": "New",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "is_staff": "on",
            "is_superuser": "on",
            "ai_credits": "9999",
        }
        answer = browser.post("/admin/accounts/user/add/", data)
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        user = User.objects.get(email="new@example.com")
        assert (user.ai_credits, user.is_staff, user.is_superuser) == (7, False, False)
        assert user.check_password(PASSWORD)
        assert user.ledger_entries.get().action_type == "signup"

    def test_adding_a_user_with_a_taken_email_is_refused(self, browser):
        UserFactory(email="ada@example.com")
        data = {"email": "ADA@example.com", "name": "", "password1": PASSWORD, "password2": PASSWORD}
        answer = browser.post("/admin/accounts/user/add/", data)
        assert answer.context["adminform"].form.errors["email"]

    def test_adding_a_user_with_a_weak_password_is_refused(self, browser):
        data = {"email": "ada@example.com", "name": "", "password1": "12345", "password2": "12345"}
        answer = browser.post("/admin/accounts/user/add/", data)
        assert answer.context["adminform"].form.errors["password2"]
