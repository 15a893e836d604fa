"""Sign-up: one account per email, 100 credits, and no writable field beyond the name."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from accounts.tests.factories import PASSWORD, UserFactory
from credits.models import AiCreditLog
from credits.tests.ledger_helpers import assert_ledger_consistent, at_once, refused

pytestmark = pytest.mark.django_db
User = get_user_model()
URL = "/api/auth/register"


def register(client, **fields):
    return client.post(URL, {"email": "ada@example.com", "password": PASSWORD, **fields}, format="json")


class TestRegister:
    def test_registration_returns_tokens_and_the_profile(self, anonymous):
        answer = register(anonymous, name="Ada")
        body = answer.json()
        assert answer.status_code == 201
        assert set(body) == {"token", "refreshToken", "user"}
        assert body["user"] == {
            "id": User.objects.get().pk,
            "email": "ada@example.com",
            "emailVerified": False,
            "name": "Ada",
            "aiCredits": 100,
            "aiCreditsHeld": 0,
            "plan": "free",
            "subscriptionStatus": None,
            "subscriptionId": None,
            "stripeCustomerId": None,
            "currentPeriodEnd": None,
            "cancelAtPeriodEnd": False,
            "blocked": False,
            "createdAt": body["user"]["createdAt"],
        }

    def test_the_token_of_a_registration_is_valid(self, anonymous):
        token = register(anonymous).json()["token"]
        answer = anonymous.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.json()["email"] == "ada@example.com"

    def test_the_opening_credits_have_a_ledger_entry(self, anonymous):
        register(anonymous)
        user = User.objects.get()
        assert AiCreditLog.objects.of(user.pk).values_list("action_type", "amount").get() == ("signup", 100)
        assert_ledger_consistent(user)

    @pytest.mark.parametrize("credits", [0, 7])
    def test_a_new_user_has_the_credits_of_the_setting(self, anonymous, settings, credits):  # noqa: A002  (what it is)
        settings.SIGNUP_CREDITS = credits
        assert register(anonymous).json()["user"]["aiCredits"] == credits
        call_command("createsuperuser", email="root@example.com", interactive=False, verbosity=0)
        for user in User.objects.all():
            entry = AiCreditLog.objects.of(user.pk).get()
            assert (entry.action_type, entry.amount) == ("signup", credits)
            assert_ledger_consistent(user)

    def test_the_password_is_stored_hashed_and_never_returned(self, anonymous):
        answer = register(anonymous)
        assert PASSWORD not in answer.content.decode()
        assert PASSWORD not in User.objects.get().password

    def test_name_is_optional_and_white_space_in_a_password_is_kept(self, anonymous):
        assert register(anonymous, password=f" {PASSWORD} ").status_code == 201
        user = User.objects.get()
        assert user.name == ""
        assert user.check_password(f" {PASSWORD} ")


class TestEmail:
    @pytest.mark.parametrize("email", ["ADA@EXAMPLE.COM", "Ada@Example.com", "  ada@example.com "])
    def test_an_email_in_another_case_cannot_register_again(self, anonymous, email):
        assert register(anonymous).status_code == 201
        answer = register(anonymous, email=email)
        assert answer.status_code == 400
        assert answer.json() == {
            "message": "There is an account with this email address already.",
            "code": "invalid",
            "errors": {"email": ["There is an account with this email address already."]},
        }
        assert User.objects.get().email == "ada@example.com"

    @pytest.mark.parametrize(
        "email",
        [
            "",
            "ada",
            "ada@",
            "@example.com",
            "a b@example.com",
            "x" * 250 + "@example.com",
            "ada@example.com\0",
        ],
    )
    def test_an_invalid_email_is_refused(self, anonymous, email):
        answer = register(anonymous, email=email)
        assert answer.status_code == 400
        assert set(answer.json()["errors"]) == {"email"}
        assert User.objects.count() == 0


class TestPassword:
    @pytest.mark.parametrize(
        "password",
        ["", "short1!", "password123", "20261122203", "ada@example.com", "x" * 129, "nul\0nul\0nul"],
    )
    def test_a_password_must_pass_the_validators(self, anonymous, password):
        answer = register(anonymous, password=password)
        assert answer.status_code == 400
        assert set(answer.json()["errors"]) == {"password"}
        assert User.objects.count() == 0

    def test_a_password_must_not_be_the_name(self, anonymous):
        answer = register(anonymous, name="Augusta Ada King", password="augusta ada king")
        assert answer.status_code == 400
        assert "too similar to the name" in answer.json()["errors"]["password"][0]


class TestMassAssignment:
    @pytest.mark.parametrize(
        "fields",
        [
            {"aiCredits": 10**6, "ai_credits": 10**6, "aiCreditsHeld": 5, "ai_credits_held": 5},
            {"plan": "pro", "subscriptionStatus": "active", "subscription_status": "active"},
            {"stripeCustomerId": "cus_x", "stripe_customer_id": "cus_x", "subscription_id": "sub_x"},
            {"isStaff": True, "is_staff": True, "isSuperuser": True, "is_superuser": True},
            {"id": 1, "pk": 1, "is_active": False, "groups": [1], "user_permissions": [1]},
            {"user": {"aiCredits": 10**6}, "currentPeriodEnd": "2099-01-01T00:00:00Z"},
        ],
    )
    def test_registration_ignores_other_fields(self, anonymous, fields):
        assert register(anonymous, **fields).status_code == 201
        user = User.objects.get()
        assert (user.ai_credits, user.ai_credits_held, user.plan) == (100, 0, "free")
        assert (user.stripe_customer_id, user.subscription_id, user.subscription_status) == (None, None, None)
        assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
        assert (user.groups.count(), user.user_permissions.count(), user.current_period_end) == (0, 0, None)


class TestManager:
    def test_every_way_of_saving_stores_the_email_in_lower_case(self):
        assert UserFactory(email=" ADA@Example.com ").email == "ada@example.com"
        assert User.objects.create(email="BOB@example.com").email == "bob@example.com"

    def test_the_database_refuses_an_email_in_upper_case(self):
        with refused("accounts_user_email_is_lower_case"):
            User.objects.bulk_create([User(email="ADA@example.com")])

    def test_a_user_without_an_email_is_refused(self):
        with pytest.raises(ValueError, match="needs an email"):
            User.objects.create_user("")

    def test_create_superuser_sets_both_flags(self):
        user = User.objects.create_superuser("root@example.com", PASSWORD)
        assert (user.is_staff, user.is_superuser) == (True, True)

    def test_natural_key_lookup_ignores_case(self):
        user = User(email="ADA@example.com")
        user.clean()
        assert user.email == "ada@example.com"
        UserFactory(email="ada@example.com")
        assert User.objects.get_by_natural_key("ADA@example.com").email == "ada@example.com"

    def test_a_user_has_one_name(self):
        assert (User(name="Ada").get_full_name(), User(name="Ada").get_short_name()) == ("Ada", "Ada")
        assert User(email="ada@example.com").get_short_name() == "ada@example.com"


@pytest.mark.django_db(transaction=True)
class TestRace:
    def test_concurrent_registrations_of_one_email_create_one_account(self, anonymous):
        clients = [type(anonymous)(raise_request_exception=False) for _ in range(8)]
        answers = at_once(
            *[
                lambda client=client, n=n: register(
                    client, email="Ada@example.com" if n % 2 else "ada@example.com"
                )
                for n, client in enumerate(clients)
            ]
        )
        assert sorted(answer.status_code for answer in answers) == [201] + [400] * 7
        assert_ledger_consistent(User.objects.get())
