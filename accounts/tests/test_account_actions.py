"""Staff delete an account, or export its data, with a permission of its own and a confirmation."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from accounts.tests.factories import UserFactory
from accounts.tests.personal_data import EMAIL, create_known_user
from billing.models import CustomerDeletion
from credits.tests.ledger_helpers import balance

pytestmark = pytest.mark.django_db


def browser_of(*permissions):
    support = UserFactory(email="support@example.com", is_staff=True)
    support.user_permissions.set(Permission.objects.filter(codename__in=["view_user", *permissions]))
    browser = Client()
    browser.force_login(support)
    return browser


def url(user, action):
    return f"/admin/accounts/user/{user.pk}/{action}-account/"


@pytest.fixture
def known(db):
    return create_known_user()


class TestDelete:
    def test_with_the_permission_and_the_email(self, known):
        browser = browser_of("delete_account")
        assert "Type it to confirm" in browser.get(url(known, "delete")).content.decode()
        answer = browser.post(url(known, "delete"), {"email": EMAIL}, follow=True)
        assert "The account is deleted." in answer.content.decode()
        known.refresh_from_db()
        assert (known.is_active, balance(known)) == (False, (0, 0))
        entry = LogEntry.objects.get(object_id=str(known.pk))
        assert "Deleted the account." in entry.get_change_message()
        assert entry.object_repr == f"deleted user {known.pk}"

    @pytest.mark.parametrize("email", ["", "other@example.com", EMAIL.upper()])
    def test_not_with_another_email(self, known, email):
        browser_of("delete_account").post(url(known, "delete"), {"email": email})
        known.refresh_from_db()
        assert known.is_active

    @pytest.mark.parametrize("action", ["delete", "export"])
    @pytest.mark.parametrize("permission", ["change_user", "adjust_credits"])
    def test_not_with_another_permission(self, known, action, permission):
        browser = browser_of(permission)
        assert browser.post(url(known, action), {"email": EMAIL}).status_code == 403
        assert User.objects.get(pk=known.pk).is_active

    def test_not_by_a_link(self, known):
        assert browser_of("delete_account").get(url(known, "delete")).status_code == 200
        assert User.objects.get(pk=known.pk).is_active

    def test_not_of_staff(self, staff):
        answer = browser_of("delete_account").post(url(staff, "delete"), {"email": staff.email})
        assert "A superuser must remove its staff status first." in answer.content.decode()
        staff.refresh_from_db()
        assert staff.is_active

    def test_twice(self, known):
        browser = browser_of("delete_account")
        for _ in range(2):
            answer = browser.post(url(known, "delete"), {"email": EMAIL}, follow=True)
        assert "This account has already been deleted." in answer.content.decode()

    def test_what_is_pending_in_stripe_is_shown(self, subscriber):
        browser = browser_of("delete_account", "view_customerdeletion")
        answer = browser.post(url(subscriber, "delete"), {"email": subscriber.email}, follow=True)
        assert "Its customer in Stripe will be deleted shortly." in answer.content.decode()
        page = browser.get("/admin/billing/customerdeletion/?state=pending").content.decode()
        assert CustomerDeletion.objects.get().customer_id in page
        done = browser.get("/admin/billing/customerdeletion/?state=done").content.decode()
        assert CustomerDeletion.objects.get().customer_id not in done


class TestExport:
    def test_with_the_permission(self, known):
        browser = browser_of("export_account")
        assert browser.get(url(known, "export")).status_code == 200
        answer = browser.post(url(known, "export"))
        assert json.loads(answer.getvalue())["profile"]["email"] == EMAIL
        assert "no-store" in answer["Cache-Control"]
        assert answer["Content-Disposition"] == f'attachment; filename="account-{known.pk}.json"'
        assert "Exported the data" in LogEntry.objects.get().get_change_message()

    def test_of_staff_only_by_superusers(self, staff):
        assert browser_of("export_account").post(url(staff, "export")).status_code == 403


class TestExportOfOnesOwn:
    def test_over_the_api(self, known, client_of):
        answer = client_of(known).get("/api/users/export")
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert "ETag" not in answer
        assert json.loads(answer.getvalue())["profile"]["email"] == EMAIL

    def test_it_is_limited(self, known, client_of, settings):
        settings.EXPORT_THROTTLE_RATE = "2/hour"
        api = client_of(known)
        assert [api.get("/api/users/export").status_code for _ in range(3)] == [200, 200, 429]

    def test_it_needs_a_token(self, anonymous):
        assert anonymous.get("/api/users/export").status_code == 401
