"""Staff see the keys of users without their secrets, and revoke them with a permission."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import ApiKey
from accounts.tests.api_key_helpers import create_key
from accounts.tests.factories import UserFactory

LIST = "/admin/accounts/apikey/"
pytestmark = pytest.mark.django_db


def staff_with(*permissions):
    staff = UserFactory(is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def key(user):
    return create_key(user, "read", name="Production")


def test_lists_show_prefix_scopes_and_state_and_never_a_secret(user, key):
    expired, revoked = create_key(user, expires_at=timezone.now()), create_key(user)
    services.revoke_api_key(key=revoked.row)
    browser = staff_with("view_apikey", "view_user")
    for page in (LIST, f"{LIST}{key.row.pk}/change/", f"/admin/accounts/user/{user.pk}/change/"):
        text = browser.get(page).content.decode()
        assert key.row.prefix in text
        assert "Production" in text
        for one in (key, expired, revoked):
            assert one.text.split("_")[2] not in text
            assert one.row.secret_hash not in text
    text = browser.get(LIST).content.decode()
    assert all(state in text for state in ("live", "expired", "revoked", "never"))
    found = browser.get(LIST, {"q": key.row.prefix}).context["cl"].queryset
    assert list(found) == [key.row]


def test_revoking_needs_the_permission_and_a_confirmation(user, key):
    at = f"{LIST}{key.row.pk}/revoke/"
    for permissions in ((), ("view_apikey",), ("revoke_apikey",), ("view_apikey", "change_apikey")):
        assert staff_with(*permissions).post(at).status_code == 403
    browser = staff_with("view_apikey", "revoke_apikey")
    assert at in browser.get(f"{LIST}{key.row.pk}/change/").content.decode()
    assert browser.get(at).status_code == 200
    assert ApiKey.objects.get().revoked_at is None
    assert browser.post(at).status_code == 302
    assert ApiKey.objects.get().revoked_at
    assert LogEntry.objects.get().change_message == "Revoked the key."
    assert at not in browser.get(f"{LIST}{key.row.pk}/change/").content.decode()
    assert browser.post(at).status_code == 302  # changes nothing
    assert LogEntry.objects.count() == 1


def test_only_superusers_revoke_the_keys_of_staff(staff):
    key = create_key(staff)
    at = f"{LIST}{key.row.pk}/revoke/"
    assert staff_with("revoke_apikey", "view_apikey").post(at).status_code == 403
    key.row.refresh_from_db()
    assert key.row.revoked_at is None


def test_no_permission_lets_staff_create_or_edit_keys(user, key):
    browser = staff_with("view_apikey", "add_apikey", "change_apikey", "delete_apikey", "revoke_apikey")
    page = f"{LIST}{key.row.pk}/"
    for at in (f"{LIST}add/", f"{page}change/", f"{page}delete/"):
        assert browser.post(at, {"name": "x", "can_spend": "on", "post": "yes"}).status_code == 403
    assert (ApiKey.objects.get().name, ApiKey.objects.get().scopes) == ("Production", ["read"])


def test_only_superusers_can_grant_the_permission(staff):
    client = Client()
    client.force_login(staff)
    page = client.get(f"/admin/accounts/user/{UserFactory().pk}/change/").content.decode()
    assert "Can revoke API keys of users" in page
