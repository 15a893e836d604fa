"""Blocked users: what is refused, what still works, and who blocks them."""

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import User
from accounts.tests.api_key_helpers import key_client
from accounts.tests.factories import UserFactory
from ai.tests.factories import QuestionFactory
from billing.models import Payment
from billing.services import resync_customer
from credits import services as ledger
from credits.exceptions import AccountBlocked, HoldClosed
from credits.models import AiCreditLog, CreditHold, HoldState
from credits.services import holds
from credits.tests.ledger_helpers import assert_ledger_consistent, at_once, balance

pytestmark = pytest.mark.django_db

EVALUATE = "/api/ai/evaluate-answer"
GENERATE = "/api/ai/generate-from-source"
REASON = "Sells access to others."


@pytest.fixture
def blocked(user, staff):
    assert services.block(user=user, reason=REASON, actor=staff)
    user.refresh_from_db()
    return user


def evaluate(client, user, **headers):
    body = {"questionId": str(QuestionFactory(user=user).pk), "userAnswer": "x"}
    return client.post(EVALUATE, body, format="json", headers=headers)


def assert_account_blocked(answer):
    assert answer.status_code == 403, answer.content
    assert answer.json()["code"] == "account_blocked"
    assert REASON not in answer.content.decode()


def is_blocked(user):
    return User.objects.values_list("blocked_at", flat=True).get(pk=user.pk) is not None


class TestRefused:
    def test_a_paid_call(self, blocked, api):
        assert_account_blocked(evaluate(api, blocked))
        assert balance(blocked) == (100, 0)
        assert not CreditHold.objects.exists()

    def test_a_paid_call_without_credits_and_with_a_new_key(self, staff, make_user, client_of):
        user = make_user(credits=0)
        services.block(user=user, reason=REASON, actor=staff)
        assert_account_blocked(evaluate(client_of(user), user, **{"Idempotency-Key": "new"}))

    def test_a_new_job(self, blocked, api):
        assert_account_blocked(evaluate(api, blocked, Prefer="respond-async"))
        assert not blocked.jobs.exists()

    def test_an_invalid_request_is_400_first(self, blocked, api):
        assert api.post(EVALUATE, {}, format="json").status_code == 400

    def test_a_hold_when_the_block_comes_after_the_permission(self, user, staff):
        """The user in memory, which the permission has read, is not blocked."""
        stale = User.objects.get(pk=user.pk)
        services.block(user=user, reason=REASON, actor=staff)
        assert stale.blocked_at is None
        with pytest.raises(AccountBlocked), transaction.atomic():
            ledger.reserve(user=stale, action="evaluate_answer")
        assert balance(user) == (100, 0)

    def test_a_hold_while_work_is_due(self, blocked):
        User.objects.filter(pk=blocked.pk).update(credits_due_at=timezone.now())
        with pytest.raises(AccountBlocked):
            holds.hold(user_id=blocked.pk, amount=1, action_type="work")

    def test_a_spend(self, blocked):
        for amount in (1, 101):
            with pytest.raises(AccountBlocked):
                ledger.spend(user_id=blocked.pk, amount=amount, action_type="import", key=f"import:{amount}")
        assert balance(blocked) == (100, 0)

    @pytest.mark.parametrize("body", [{}, {"plan": "pro"}, {"pack": "no-such-pack"}])
    def test_a_checkout(self, fake_stripe, blocked, api, body):
        answer = api.post("/api/payments/create-checkout-session", body, format="json")
        assert_account_blocked(answer)
        blocked.refresh_from_db()
        assert blocked.stripe_customer_id is None


class TestStillWorks:
    def test_reads(self, blocked, api):
        for path in (
            "/api/credits",
            "/api/credits/log",
            "/api/credits/usage",
            "/api/ai/question-sets",
            "/api/ai/evaluations",
            "/api/ai/jobs",
            "/api/payments/plans",
        ):
            assert api.get(path).status_code == 200, path
        assert api.patch("/api/users/profile", {"name": "Ada"}, format="json").status_code == 200

    def test_the_profile_says_so(self, user, staff, client_of):
        assert client_of(user).get("/api/auth/me").json()["blocked"] is False
        services.block(user=user, reason=REASON, actor=staff)
        api = client_of(user)
        assert api.get("/api/auth/me").json()["blocked"] is True
        assert REASON not in api.get("/api/users/profile").content.decode()

    def test_a_preview(self, blocked, api):
        body = {"questionId": str(QuestionFactory(user=blocked).pk), "userAnswer": "x"}
        answer = api.post(f"{EVALUATE}?preview=true", body, format="json")
        assert (answer.status_code, answer.json()["covered"]) == (200, False)

    def test_the_replay_of_a_call_that_was_charged_before(self, user, staff, client_of):
        body = {"questionId": str(QuestionFactory(user=user).pk), "userAnswer": "x"}
        sent = {"path": EVALUATE, "data": body, "format": "json", "headers": {"Idempotency-Key": "k"}}
        first = client_of(user).post(**sent)
        services.block(user=user, reason=REASON, actor=staff)
        again = client_of(user).post(**sent)
        assert (again.status_code, again.json()) == (first.status_code, first.json())
        assert again["Idempotent-Replayed"] == "true"
        assert balance(user) == (98, 0)

    def test_the_repeat_of_a_spend(self, user, staff):
        spend = partial(ledger.spend, user_id=user.pk, amount=2, action_type="import", key="import:1")
        first = spend()
        services.block(user=user, reason=REASON, actor=staff)
        assert spend().entry_id == first.entry_id

    def test_the_capture_of_a_hold_from_before(self, user, staff):
        hold = holds.hold(user_id=user.pk, amount=10, action_type="work")
        services.block(user=user, reason=REASON, actor=staff)
        assert holds.capture(hold=hold, amount=7).amount == 7
        assert balance(user) == (93, 0)
        assert_ledger_consistent(user)

    def test_a_release(self, user, staff):
        hold = holds.hold(user_id=user.pk, amount=10, action_type="work")
        services.block(user=user, reason=REASON, actor=staff)
        assert holds.release(hold=hold)
        assert balance(user) == (100, 0)

    def test_an_expired_hold_is_not_reserved_again(self, user, staff):
        hold = holds.hold(user_id=user.pk, amount=10, action_type="work")
        later = timezone.now() + timedelta(days=1)
        ledger.process_due(user_id=user.pk, at=later)
        services.block(user=user, reason=REASON, actor=staff)
        with pytest.raises(HoldClosed), transaction.atomic():
            holds.capture(hold=hold, at=later)
        assert balance(user) == (100, 0)
        assert CreditHold.objects.get().state == HoldState.EXPIRED

    def test_staff_and_payments_move_credits(self, blocked, staff):
        spent = AiCreditLog.objects.of(blocked.pk).get()
        assert ledger.adjust(
            user_id=blocked.pk, amount=-5, actor_id=staff.pk, reason="x", key="adjust:1"
        ).created
        assert ledger.grant(user_id=blocked.pk, amount=10, action_type="purchase", key="order:1").created
        assert ledger.clawback(user_id=blocked.pk, amount=-10, action_type="payment_returned", key="back:1")
        assert balance(blocked) == (95, 0)
        assert spent.amount == 100

    def test_money_that_arrives_is_recorded_and_not_spendable(self, fake_stripe, user, staff, client_of):
        session = fake_stripe.checkout(user)
        services.block(user=user, reason=REASON, actor=staff)
        fake_stripe.sandbox.pay(session)
        assert set(fake_stripe.deliver()) == {200}
        assert balance(user) == (1100, 0)
        assert Payment.objects.filter(user=user).count() == 1
        assert_account_blocked(evaluate(client_of(user), user))

    def test_the_portal(self, subscriber, staff, client_of):
        services.block(user=subscriber, reason=REASON, actor=staff)
        assert client_of(subscriber).post("/api/payments/create-portal-session").status_code == 200


class TestBlock:
    def test_the_sessions_end_and_the_user_may_sign_in_again(self, user, staff, client_of):
        before = client_of(user)
        services.block(user=user, reason=REASON, actor=staff)
        assert before.get("/api/credits").status_code == 401
        assert client_of(user).get("/api/credits").status_code == 200

    def test_an_api_key_reads_and_does_not_spend(self, blocked):
        key = key_client(blocked)
        assert key.get("/api/credits").status_code == 200
        assert_account_blocked(evaluate(key, blocked))

    def test_nothing_else_changes_and_unblocking_restores(self, user, staff, client_of):
        before = User.objects.values().get(pk=user.pk)
        services.block(user=user, reason=REASON, actor=staff)
        assert services.unblock(user=user, reason="A mistake.", actor=staff)
        assert User.objects.values().get(pk=user.pk) == before
        assert evaluate(client_of(user), user).status_code == 200

    def test_a_second_block_keeps_the_first_reason(self, blocked, staff):
        assert not services.block(user=blocked, reason="Another.", actor=staff)
        blocked.refresh_from_db()
        assert blocked.blocked_reason == REASON
        assert LogEntry.objects.count() == 1

    def test_the_history_keeps_actors_and_reasons(self, blocked, staff):
        services.unblock(user=blocked, reason="A mistake.", actor=staff)
        assert not services.unblock(user=blocked, reason="Again.", actor=staff)
        entries = LogEntry.objects.filter(object_id=str(blocked.pk)).order_by("id")
        assert [entry.user for entry in entries] == [staff, staff]
        block, unblock = (entry.get_change_message() for entry in entries)
        assert block == f"Blocked: {REASON}"
        assert unblock.startswith("Unblocked: A mistake. (blocked since ")
        assert REASON in unblock

    def test_a_block_needs_a_reason(self, user, staff):
        with pytest.raises(ValueError, match="reason"):
            services.block(user=user, reason="", actor=staff)

    @pytest.mark.parametrize("values", [{"blocked_at": timezone.now()}, {"blocked_reason": "x"}])
    def test_the_database_keeps_time_and_reason_together(self, user, values):
        with pytest.raises(IntegrityError, match="block_has_a_reason"), transaction.atomic():
            User.objects.filter(pk=user.pk).update(**values)

    def test_saving_a_user_from_before_does_not_unblock(self, user, staff):
        stale = User.objects.get(pk=user.pk)
        services.block(user=user, reason=REASON, actor=staff)
        stale.name = "Ada"
        stale.save()
        assert is_blocked(user)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_each_hold_is_before_the_block_or_refused(self, make_user):
        user, staff = make_user(credits=100), make_user()
        hold = partial(holds.hold, user_id=user.pk, amount=1, action_type="race")
        block = partial(services.block, user=user, reason=REASON, actor=staff)
        results = at_once(*[hold] * 6, block, *[hold] * 6)
        held = [result for result in results if isinstance(result, holds.Hold)]
        assert {type(result) for result in results} <= {holds.Hold, AccountBlocked, bool}
        assert balance(user) == (100 - len(held), len(held))
        with pytest.raises(AccountBlocked):
            hold()
        for one in held:
            assert holds.capture(hold=one).amount == 1
        assert_ledger_consistent(user)

    def test_a_hold_waits_for_a_block_that_is_not_committed(self, make_user):
        user, staff = make_user(), make_user()
        with transaction.atomic():
            services.block(user=user, reason=REASON, actor=staff)
            (waits,) = at_once(partial(hold_within_a_moment, user))
        assert "lock timeout" in str(waits)
        with pytest.raises(AccountBlocked):
            holds.hold(user_id=user.pk, amount=1, action_type="race")

    def test_two_members_of_staff_block_once(self, make_user):
        user, first, second = make_user(), make_user(), make_user()
        results = at_once(
            *(partial(services.block, user=user, reason=REASON, actor=actor) for actor in (first, second))
        )
        assert sorted(results) == [False, True]
        assert LogEntry.objects.count() == 1


def hold_within_a_moment(user):
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = '300ms'")
    return holds.hold(user_id=user.pk, amount=1, action_type="race")


class TestAfterDisputes:
    @pytest.fixture(autouse=True)
    def _after_one(self, settings):
        settings.BLOCK_AFTER_DISPUTES = 1

    @pytest.fixture
    def paid(self, subscriber):
        return Payment.objects.get(user=subscriber)

    def spend(self, user, amount):
        ledger.spend(user_id=user.pk, amount=amount, action_type="import", key=f"import:{amount}")

    def dispute(self, fake_stripe, payment):
        dispute = fake_stripe.sandbox.dispute(payment.stripe_id)
        assert set(fake_stripe.deliver()) == {200}
        return dispute

    def test_spent_credits_of_a_disputed_payment_block(self, fake_stripe, subscriber, paid):
        self.spend(subscriber, 500)
        self.dispute(fake_stripe, paid)
        subscriber.refresh_from_db()
        assert subscriber.blocked_reason == (
            f"Disputed payments with spent credits: 1, the last one {paid.stripe_id}"
        )

    def test_nobody_is_blocked_by_default(self, fake_stripe, subscriber, paid, settings):
        settings.BLOCK_AFTER_DISPUTES = 0
        self.spend(subscriber, 500)
        self.dispute(fake_stripe, paid)
        assert not is_blocked(subscriber)

    def test_a_dispute_of_which_all_credits_are_recovered_does_not_block(self, fake_stripe, subscriber, paid):
        self.dispute(fake_stripe, paid)
        assert not is_blocked(subscriber)

    def test_a_refund_does_not_block(self, fake_stripe, subscriber, paid):
        self.spend(subscriber, 500)
        fake_stripe.sandbox.refund(paid.stripe_id)
        assert set(fake_stripe.deliver()) == {200}
        assert not is_blocked(subscriber)

    def test_held_credits_block_when_they_are_spent_after_all(self, fake_stripe, subscriber, paid):
        hold = holds.hold(user_id=subscriber.pk, amount=1050, action_type="work")
        self.dispute(fake_stripe, paid)
        assert not is_blocked(subscriber)  # the credits are claimed
        holds.capture(hold=hold)
        assert is_blocked(subscriber)
        assert_ledger_consistent(subscriber)

    def test_held_credits_do_not_block_when_they_are_returned(self, fake_stripe, subscriber, paid):
        hold = holds.hold(user_id=subscriber.pk, amount=1050, action_type="work")
        self.dispute(fake_stripe, paid)
        holds.release(hold=hold)
        assert not is_blocked(subscriber)

    def test_the_setting_counts_payments(self, fake_stripe, subscriber, paid, settings):
        settings.BLOCK_AFTER_DISPUTES = 2
        self.spend(subscriber, 1100)
        self.dispute(fake_stripe, paid)
        assert not is_blocked(subscriber)
        fake_stripe.sandbox.advance(days=32)
        fake_stripe.deliver()
        self.spend(subscriber, 1000)
        self.dispute(fake_stripe, Payment.objects.exclude(pk=paid.pk).get())
        assert is_blocked(subscriber)

    def test_a_resync_blocks_once_and_never_again_after_staff_unblocked(
        self, fake_stripe, subscriber, paid, staff
    ):
        self.spend(subscriber, 500)
        fake_stripe.sandbox.dispute(paid.stripe_id)
        events = fake_stripe.new_events()
        resync_customer(customer_id=subscriber.stripe_customer_id, dry_run=True)
        assert not is_blocked(subscriber)
        for _ in range(2):
            resync_customer(customer_id=subscriber.stripe_customer_id)
            assert is_blocked(subscriber)
        services.unblock(user=subscriber, reason="A friend.", actor=staff)
        assert {fake_stripe.post(event).status_code for event in events} == {200}
        resync_customer(customer_id=subscriber.stripe_customer_id)
        assert not is_blocked(subscriber)

    def test_a_won_dispute_does_not_unblock(self, fake_stripe, subscriber, paid):
        self.spend(subscriber, 500)
        dispute = self.dispute(fake_stripe, paid)
        fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
        assert set(fake_stripe.deliver()) == {200}
        assert is_blocked(subscriber)

    def test_a_block_by_staff_keeps_its_reason(self, fake_stripe, subscriber, paid):
        self.spend(subscriber, 500)
        services.block(user=subscriber, reason=REASON, actor=UserFactory())
        self.dispute(fake_stripe, paid)
        subscriber.refresh_from_db()
        assert subscriber.blocked_reason == REASON


class TestAdmin:
    @pytest.fixture
    def guard(self, db):
        guard = UserFactory(is_staff=True)
        guard.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "block_user"]))
        return guard

    @pytest.fixture
    def browser(self, guard):
        return signed_in(guard)

    def test_staff_block_and_unblock_with_a_reason(self, browser, guard, user):
        assert browser.get(page(user, "block")).status_code == 200
        answer = browser.post(page(user, "block"), {"reason": ""})
        assert answer.context["form"].errors["reason"]
        assert not is_blocked(user)
        for _ in range(2):  # a double click
            assert browser.post(page(user, "block"), {"reason": REASON}).status_code == 302
        user.refresh_from_db()
        assert user.blocked_reason == REASON
        shown = browser.get(page(user)).content.decode()
        assert REASON in shown
        assert page(user, "unblock") in shown
        assert page(user, "block") not in shown
        history = browser.get(reverse("admin:accounts_user_history", args=[user.pk])).content.decode()
        assert f"Blocked: {REASON}" in history
        assert browser.post(page(user, "unblock"), {"reason": "Paid."}).status_code == 302
        assert not is_blocked(user)
        assert [entry.user for entry in LogEntry.objects.all()] == [guard, guard]

    def test_nothing_happens_on_a_get(self, browser, user):
        browser.get(page(user, "block") + "?reason=x")
        assert not is_blocked(user)

    def test_the_list_is_filtered_and_shows_a_badge(self, browser, guard, user):
        services.block(user=user, reason=REASON, actor=guard)
        answer = browser.get("/admin/accounts/user/", {"blocked": "yes"})
        assert list(answer.context["cl"].queryset) == [user]
        assert "blocked" in answer.content.decode()
        answer = browser.get("/admin/accounts/user/", {"blocked": "no"})
        assert list(answer.context["cl"].queryset) == [guard]

    def test_it_needs_its_own_permission(self, user):
        support = UserFactory(is_staff=True)
        support.user_permissions.set(
            Permission.objects.filter(codename__in=["view_user", "change_user", "adjust_credits"])
        )
        for verb in ("block", "unblock"):
            assert signed_in(support).post(page(user, verb), {"reason": REASON}).status_code == 403
        assert not is_blocked(user)

    def test_nobody_unblocks_themselves(self, browser, guard, staff):
        services.block(user=guard, reason=REASON, actor=staff)
        assert browser.post(page(guard, "unblock"), {"reason": "Me."}).status_code == 403
        assert is_blocked(guard)

    def test_only_superusers_block_staff(self, browser, guard, staff):
        assert browser.post(page(staff, "block"), {"reason": REASON}).status_code == 403
        assert signed_in(staff).post(page(guard, "block"), {"reason": REASON}).status_code == 302
        assert is_blocked(guard)

    @pytest.mark.parametrize("object_id", ["x", "0", "99999999999999999999", "%00"])
    def test_an_unknown_user_is_no_fault(self, browser, object_id):
        for path in (f"/admin/accounts/user/{object_id}/block/", f"/admin/accounts/user/{object_id}/change/"):
            assert browser.get(path).status_code in {302, 404}


def page(user, verb="change"):
    return reverse(f"admin:accounts_user_{verb}", args=[user.pk])


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client
