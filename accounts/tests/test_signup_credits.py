"""SIGNUP_CREDITS_MODE: credits at once, after the email is verified, or never."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from rest_framework.test import APIClient

from accounts import services
from accounts.mail_tokens import CONFIRM_EMAIL, VERIFY_EMAIL
from accounts.models import EmailChange
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.mail_helpers import at_once, post
from billing.models import Plan
from credits import services as ledger
from credits.models import AiCreditLog
from credits.tests.ledger_helpers import assert_ledger_consistent
from stripe_sandbox.testing import SandboxRefused

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def mode(settings):
    def choose(name):
        settings.SIGNUP_CREDITS_MODE = name

    choose("after_verification")
    return choose


def verify(user):
    services.verify_email(token=VERIFY_EMAIL.make(User.objects.get(pk=user.pk)))


def entries(user):
    assert_ledger_consistent(user)
    rows = AiCreditLog.objects.of(user.pk).order_by("id")
    return [(row.idempotency_key, row.action_type, row.amount) for row in rows]


NOTHING, OPENED = [("signup", "signup", 0)], [("signup", "signup", 100)]
VERIFIED = [*NOTHING, ("signup:verified", "signup", 100)]


class TestAfterVerification:
    def test_the_credits_come_with_the_verification(self, mode, anonymous):
        body = post(anonymous, "register", {"email": "ada@example.com", "password": PASSWORD}).json()
        assert body["user"]["aiCredits"] == 0
        user = User.objects.get()
        assert entries(user) == NOTHING
        verify(user)
        assert entries(user) == VERIFIED

    @pytest.mark.parametrize(
        "create", [User.objects.create_user, lambda email: User.objects.create(email=email)]
    )
    def test_no_way_to_create_a_user_gives_them_before(self, mode, create):
        assert entries(create("ada@example.com")) == NOTHING

    def test_another_verification_posts_nothing(self, mode, settings):
        user = UserFactory()
        verify(user)
        services.reset_verification(user=user)
        settings.SIGNUP_CREDITS = 500
        verify(user)
        assert entries(user) == VERIFIED

    def test_a_change_of_the_email_verifies_and_posts_once(self, mode, client_of):
        user = UserFactory(email="ada@example.com")
        for email in ("b@example.com", "c@example.com"):
            post(client_of(user), "email/change", {"email": email, "password": PASSWORD})
            services.confirm_email_change(token=CONFIRM_EMAIL.make(EmailChange.objects.get(new_email=email)))
        assert entries(user) == VERIFIED

    def test_users_who_had_them_at_sign_up_get_no_more(self, mode):
        mode("at_once")
        user = UserFactory()
        mode("after_verification")
        verify(user)
        assert entries(user) == OPENED

    def test_zero_credits_post_nothing(self, mode, settings):
        settings.SIGNUP_CREDITS = 0
        user = UserFactory()
        verify(user)
        assert entries(user) == NOTHING

    @pytest.mark.django_db(transaction=True)
    def test_concurrent_verifications_post_once(self, mode):
        user = UserFactory()
        token = VERIFY_EMAIL.make(user)
        answers = at_once(*[lambda: post(APIClient(), "verify-email", {"token": token})] * 6)
        assert sorted(answer.status_code for answer in answers) == [204] + [400] * 5
        assert entries(user) == VERIFIED

    @pytest.mark.django_db(transaction=True)
    def test_verification_and_change_of_the_email_at_once_post_once(self, mode, client_of):
        user = UserFactory(email="ada@example.com")
        post(client_of(user), "email/change", {"email": "b@example.com", "password": PASSWORD})
        verify_token, change_token = VERIFY_EMAIL.make(user), CONFIRM_EMAIL.make(EmailChange.objects.get())
        at_once(
            lambda: services.verify_email(token=verify_token),
            lambda: services.confirm_email_change(token=change_token),
        )
        assert entries(user) == VERIFIED

    def test_unverified_users_spend_what_they_bought(self, mode, client_of):
        user = UserFactory(credits=0)
        ledger.grant(user_id=user.pk, amount=10, action_type="pack", key="bought")
        assert client_of(user).get("/api/credits").json()["aiCredits"] == 10
        ledger.spend(user_id=user.pk, amount=10, action_type="generate_from_source", key="spent")


class TestOtherModes:
    def test_never(self, mode):
        mode("never")
        user = UserFactory()
        verify(user)
        assert entries(user) == NOTHING

    def test_at_once(self, mode):
        mode("at_once")
        user = UserFactory()
        verify(user)
        assert entries(user) == OPENED

    def test_a_process_does_not_start_with_an_unknown_mode(self, mode):
        mode("later")
        with pytest.raises(ImproperlyConfigured, match="SIGNUP_CREDITS_MODE is 'later'"):
            apps.get_app_config("accounts").ready()


class TestTrial:
    """A trial gives credits too, so it needs a verified address where sign-up credits need one."""

    @pytest.fixture(autouse=True)
    def trial(self, fake_stripe):
        Plan.objects.filter(slug="pro").update(trial_days=7, trial_credits=500)

    def buy(self, fake_stripe, user):
        fake_stripe.sandbox.pay(fake_stripe.checkout(user))
        assert set(fake_stripe.deliver()) == {200}
        user.refresh_from_db()
        return user.subscription_status

    @pytest.mark.parametrize(
        ("name", "status"), [("at_once", "trialing"), ("after_verification", "active"), ("never", "active")]
    )
    def test_an_unverified_address_gets_it_only_in_the_mode_at_once(self, mode, fake_stripe, name, status):
        mode(name)
        assert self.buy(fake_stripe, UserFactory()) == status

    @pytest.mark.parametrize("name", ["after_verification", "never"])
    def test_a_verified_address_gets_it(self, mode, fake_stripe, name):
        mode(name)
        user = UserFactory()
        verify(user)
        user.refresh_from_db()
        assert self.buy(fake_stripe, user) == "trialing"
        assert entries(user)[-1][1:] == ("subscription_start", 500)

    def test_a_session_opened_before_the_verification_is_replaced(self, mode, fake_stripe):
        user = UserFactory()
        without_trial = fake_stripe.checkout(user)
        verify(user)
        user.refresh_from_db()
        assert self.buy(fake_stripe, user) == "trialing"
        with pytest.raises(SandboxRefused):
            fake_stripe.sandbox.pay(without_trial)


def wait_for_a_lock():
    """Return when another connection to this database waits for a lock."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("select from pg_locks where not granted")
            if cursor.rowcount:
                return
        time.sleep(0.02)
    raise AssertionError("Nothing waits.")


class TestFormerMailbox:
    def change(self, user, email):
        services.request_email_change(user=user, email=email, password=PASSWORD)
        services.confirm_email_change(token=CONFIRM_EMAIL.make(EmailChange.objects.get(confirmed_at=None)))

    def test_an_address_that_was_never_its_users_is_not_remembered(self, mode):
        """Another person may have signed up with it."""
        foreign = services.register(email="ada@example.com", password=PASSWORD)
        services.erase_account(user_id=foreign.pk)
        owner = services.register(email="ada@example.com", password=PASSWORD)
        verify(owner)
        assert entries(owner) == VERIFIED

    @pytest.mark.django_db(transaction=True)
    def test_a_sign_up_that_waits_for_a_deletion_gets_none(self):
        first = services.register(email="ada@example.com", password=PASSWORD)

        def again():
            try:
                return services.register(email="ada@example.com", password=PASSWORD)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                services.erase_account(user_id=first.pk)
                waiting = pool.submit(again)
                wait_for_a_lock()
            assert waiting.result(timeout=60).ai_credits == 0

    def test_a_mailbox_that_an_account_has_left_earns_no_credits_again(self):
        self.change(UserFactory(email="ada@example.com"), "other@example.com")
        again = services.register(email="ada+1@example.com", password=PASSWORD)
        assert entries(again) == NOTHING

    def test_verification_gives_none_to_the_mailbox_of_a_deleted_account(self, mode):
        first = services.register(email="ada@example.com", password=PASSWORD)
        verify(first)
        services.erase_account(user_id=first.pk)
        again = services.register(email="ada@example.com", password=PASSWORD)
        verify(again)
        assert entries(again) == NOTHING
