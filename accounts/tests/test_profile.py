"""The profile: the name is writable; credits, plan and permissions are not."""

import pytest
from asgiref.sync import async_to_sync

from accounts.models import User
from accounts.tests.factories import UserFactory
from billing.models import Payment, Plan
from billing.signals import payment_recorded
from credits import services as ledger
from credits.models import AiCreditLog
from credits.services import holds
from credits.tests.ledger_helpers import assert_ledger_consistent, balance

pytestmark = pytest.mark.django_db
PATHS = ["/api/users/profile", "/api/auth/me"]


@pytest.mark.parametrize("path", PATHS)
class TestProfile:
    def test_profile_is_the_callers_own(self, client_of, path):
        user = UserFactory(credits=42)
        UserFactory()
        body = client_of(user).get(path).json()
        assert (body["id"], body["email"], body["name"]) == (user.pk, user.email, user.name)
        assert (body["aiCredits"], body["plan"], body["subscriptionStatus"]) == (42, "free", None)

    def test_profile_without_a_token_is_401(self, anonymous, path):
        assert anonymous.get(path).status_code == 401
        assert anonymous.patch(path, {"name": "x"}, format="json").status_code == 401

    def test_patch_changes_the_name(self, api, user, path):
        answer = api.patch(path, {"name": "Grace"}, format="json")
        assert (answer.status_code, answer.json()["name"]) == (200, "Grace")
        user.refresh_from_db()
        assert user.name == "Grace"

    def test_an_empty_patch_changes_nothing(self, api, user, path):
        assert api.patch(path, {}, format="json").json()["name"] == user.name

    @pytest.mark.parametrize("name", [None, "x" * 151, [], {}, True, "nul\0"])
    def test_an_invalid_name_is_400(self, api, user, path, name):
        answer = api.patch(path, {"name": name}, format="json")
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {"name"})

    @pytest.mark.parametrize("method", ["put", "post", "delete"])
    def test_other_methods_on_the_profile_are_405(self, api, path, method):
        assert getattr(api, method)(path, {"name": "x"}, format="json").status_code == 405

    @pytest.mark.parametrize(
        "fields",
        [
            {"aiCredits": 10**6, "ai_credits": 10**6, "aiCreditsHeld": 0, "ai_credits_held": 7},
            {"plan": "pro", "subscriptionStatus": "active", "subscriptionId": "sub_1"},
            {"stripeCustomerId": "cus_1", "stripe_customer_id": "cus_1", "cancelAtPeriodEnd": True},
            {"isStaff": True, "is_staff": True, "is_superuser": True, "isSuperuser": True},
            {"email": "other@example.com", "password": "12345678", "id": 1, "is_active": False},
            {"blocked": True, "blocked_at": "2099-01-01T00:00:00Z", "blocked_reason": "x"},
            {"currentPeriodEnd": "2099-01-01T00:00:00Z", "createdAt": "1999-01-01T00:00:00Z"},
        ],
    )
    def test_patch_writes_no_other_field(self, api, user, path, fields):
        before = type(user).objects.values().get(pk=user.pk)
        answer = api.patch(path, {**fields, "name": "Grace"}, format="json")
        assert answer.status_code == 200
        assert type(user).objects.values().get(pk=user.pk) == {**before, "name": "Grace"}


class TestStaleRow:
    """Saving a stale instance does not overwrite newer values in the database."""

    def test_saving_a_stale_user_does_not_restore_spent_credits(self, user):
        stale = type(user).objects.get(pk=user.pk)
        ledger.spend(user_id=user.pk, amount=10, action_type="test", key="k")
        stale.name = "edited by staff"
        stale.save()
        assert balance(user) == (90, 0)

    def test_saving_a_stale_user_does_not_drop_held_credits(self, user):
        stale = type(user).objects.get(pk=user.pk)
        hold = holds.hold(user_id=user.pk, amount=10, action_type="test")
        stale.name = "edited by staff"
        stale.save()
        assert balance(user) == (90, 10)
        holds.capture(hold=hold)
        assert_ledger_consistent(user)

    @pytest.mark.parametrize("save", [User.save, async_to_sync(User.asave)])
    def test_saving_a_stale_user_does_not_end_a_subscription(self, user, save):
        stale = type(user).objects.get(pk=user.pk)
        type(user).objects.filter(pk=user.pk).update(
            stripe_customer_id="cus_1", subscription_id="sub_1", subscription_status="active", plan="pro"
        )
        stale.is_staff = True
        save(stale)
        user.refresh_from_db()
        assert (user.is_staff, user.plan, user.subscription_id) == (True, "pro", "sub_1")


class TestPaymentRecorded:
    """A payment that billing announces is granted once."""

    def announce(self, user, *, credits):  # noqa: A002  (the signal's argument)
        plan = Plan.objects.get_or_create(slug="pro", defaults={"name": "Pro"})[0]
        payment = Payment(
            user=user, plan=plan, stripe_id="in_1", credits=credits, action_type="subscription_renewal"
        )
        payment_recorded.send(Payment, payment=payment)
        payment_recorded.send(Payment, payment=payment)

    def test_a_payment_announced_repeatedly_is_granted_once(self, user):
        self.announce(user, credits=1000)
        entry = AiCreditLog.objects.of(user.pk).get(amount=1000)
        assert (entry.action_type, entry.idempotency_key) == ("subscription_renewal", "stripe:invoice:in_1")
        assert (entry.reference_type, entry.reference_id) == ("payment", "in_1")
        assert balance(user) == (1100, 0)

    @pytest.mark.parametrize("nothing", [0, None])
    def test_a_payment_of_no_credits_posts_no_entry(self, user, nothing):
        self.announce(user, credits=nothing)
        assert balance(user) == (100, 0)
