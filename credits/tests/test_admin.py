"""Staff move credits through the services, with a reason and their name, and in no other way."""

import uuid
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from common.admin import change_link
from credits import services as ledger
from credits.admin import ADJUST_PERMISSION
from credits.models import AiCreditLog, EntryKind
from credits.services import holds

REASON = "Goodwill after last week's outage."


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def clerk(db):
    """Support: may look at users and the ledger, and adjust credits."""
    clerk = UserFactory(is_staff=True)
    clerk.user_permissions.set(
        Permission.objects.filter(
            codename__in=["view_user", "view_aicreditlog", ADJUST_PERMISSION.split(".")[1]]
        )
    )
    return clerk


@pytest.fixture
def onlooker(db):
    """May look at users and the ledger, no more."""
    onlooker = UserFactory(is_staff=True)
    onlooker.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "view_aicreditlog"]))
    return onlooker


@pytest.fixture
def browser(clerk):
    return signed_in(clerk)


def user_page(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


def adjust_page(user):
    return reverse("admin:accounts_user_adjust_credits", args=[user.pk])


def entry_page(entry_id):
    return reverse("admin:credits_aicreditlog_change", args=[entry_id])


def refund_page(entry_id):
    return reverse("admin:credits_aicreditlog_refund_spend", args=[entry_id])


def said(answer):
    return [str(message) for message in answer.context["messages"]]


class TestAdjust:
    def post(self, browser, user, **changes):
        data = {"amount": "50", "reason": REASON, "key": str(uuid.uuid4()), "confirmed": "on", **changes}
        return browser.post(adjust_page(user), data, follow=True)

    def test_posts_the_amount_with_reason_and_name(self, browser, clerk, user):
        answer = self.post(browser, user)
        assert answer.redirect_chain == [(user_page(user), 302)]
        assert said(answer) == ["+50 credits posted. 150 credits are available now."]
        entry = AiCreditLog.objects.of(user.pk).latest("id")
        assert (entry.kind, entry.amount, entry.actor, entry.reason) == ("adjustment", 50, clerk, REASON)
        user.refresh_from_db()
        assert user.ai_credits == 150

    def test_an_adjustment_is_confirmed_with_the_balance_that_results(self, browser, user):
        answer = self.post(browser, user, amount="-30", confirmed="")
        assert AiCreditLog.objects.of(user.pk).count() == 1
        assert dict(answer.context["facts"])["Available afterwards"] == "70"
        assert dict(answer.context["facts"])["Adjustment"] == "\N{MINUS SIGN}30"
        fields = {field.name: field.value() for field in answer.context["form"]}
        assert all(field.is_hidden for field in answer.context["form"])
        self.post(browser, user, **fields)
        user.refresh_from_db()
        assert user.ai_credits == 70

    def test_the_confirmation_shows_a_balance_of_zero_at_least(self, browser, user):
        answer = self.post(browser, user, amount="-300", confirmed="")
        assert dict(answer.context["facts"])["Available afterwards"] == "0"

    def test_nobody_adjusts_their_own_balance(self, clerk, browser):
        for staff in (clerk, UserFactory(is_staff=True, is_superuser=True)):
            assert self.post(signed_in(staff), staff).status_code == 403
            assert AiCreditLog.objects.of(staff.pk).count() == 1

    def test_a_member_of_staff_gives_at_most_the_limit_in_a_day(self, browser, clerk, user, settings):
        settings.CREDIT_ADJUSTMENT_LIMIT = 100
        self.post(browser, user, amount="60")
        answer = self.post(browser, UserFactory(), amount="41")
        assert "You may adjust by 40 credits now" in str(answer.context["form"].errors["amount"])
        assert said(self.post(browser, user, amount="40")) == [
            "+40 credits posted. 200 credits are available now."
        ]
        assert self.post(browser, user, amount="-101").context["form"].errors["amount"]
        self.post(browser, user, amount="-100")
        user.refresh_from_db()
        assert user.ai_credits == 100

    def test_a_form_at_the_limit_that_is_sent_twice_posts_once_and_says_so(self, browser, user, settings):
        settings.CREDIT_ADJUSTMENT_LIMIT = 100
        key = str(uuid.uuid4())
        self.post(browser, user, amount="100", key=key)
        assert "had already been posted" in said(self.post(browser, user, amount="100", key=key))[0]

    def test_a_key_that_is_sent_for_several_users_does_not_raise_the_limit(self, browser, user, settings):
        settings.CREDIT_ADJUSTMENT_LIMIT = 100
        key = str(uuid.uuid4())
        self.post(browser, user, amount="100", key=key)
        other = UserFactory()
        answer = self.post(browser, other, amount="100", key=key)
        assert "You may adjust by 0 credits now" in str(answer.context["form"].errors["amount"])
        other.refresh_from_db()
        assert other.ai_credits == 100

    def test_the_second_permission_has_no_limit(self, clerk, user, settings):
        settings.CREDIT_ADJUSTMENT_LIMIT = 100
        clerk.user_permissions.add(Permission.objects.get(codename="adjust_without_limit"))
        self.post(signed_in(clerk), user, amount="101")
        user.refresh_from_db()
        assert user.ai_credits == 201

    def test_taking_stops_at_zero_and_says_so(self, browser, user):
        answer = self.post(browser, user, amount="-500")
        assert said(answer) == [
            "100 of 500 credits taken: no more were available. 0 credits are available now."
        ]
        user.refresh_from_db()
        assert user.ai_credits == 0

    def test_held_credits_are_not_taken(self, browser, user):
        holds.hold(user_id=user.pk, amount=30, action_type="evaluate_answer")
        self.post(browser, user, amount="-100")
        user.refresh_from_db()
        assert (user.ai_credits, user.ai_credits_held) == (0, 30)

    def test_the_form_shows_the_balance_and_brings_a_new_key_each_time(self, browser, user):
        first, second = browser.get(adjust_page(user)), browser.get(adjust_page(user))
        assert ("Available", "100") in first.context["facts"]
        assert first.context["form"]["key"].value() != second.context["form"]["key"].value()

    def test_a_form_that_is_sent_twice_posts_once(self, browser, user):
        key = str(uuid.uuid4())
        self.post(browser, user, key=key)
        answer = self.post(browser, user, key=key)
        assert said(answer) == [
            "This adjustment had already been posted. Nothing was changed. 150 credits are available now."
        ]
        assert AiCreditLog.objects.of(user.pk).filter(kind=EntryKind.ADJUSTMENT).count() == 1

    def test_a_form_that_is_sent_again_with_another_amount_is_refused_until_it_is_meant(self, browser, user):
        key = str(uuid.uuid4())
        self.post(browser, user, key=key)
        answer = self.post(browser, user, key=key, amount="70")
        form = answer.context["form"]
        assert "already been sent with another amount" in str(form.non_field_errors())
        user.refresh_from_db()
        assert user.ai_credits == 150
        assert form["key"].value() != key
        self.post(browser, user, key=form["key"].value(), amount="70")
        user.refresh_from_db()
        assert user.ai_credits == 220

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("amount", "0"),
            ("amount", ""),
            ("amount", "1.5"),
            ("amount", "ten"),
            ("amount", str(10**13)),
            ("amount", "9" * 400),
            ("reason", ""),
            ("reason", "  \n "),
            ("reason", "x" * 501),
            ("reason", "a\0b"),
            ("key", ""),
            ("key", "not-a-uuid"),
        ],
    )
    def test_what_is_not_an_adjustment_is_refused(self, browser, user, field, value):
        answer = self.post(browser, user, **{field: value})
        assert answer.status_code == 200
        assert answer.context["form"].errors[field]
        assert AiCreditLog.objects.of(user.pk).count() == 1

    def test_staff_without_the_permission_are_refused(self, onlooker, user):
        browser = signed_in(onlooker)
        assert b"Adjust credits" not in browser.get(user_page(user)).content
        assert browser.get(adjust_page(user)).status_code == 403
        assert self.post(browser, user).status_code == 403
        assert AiCreditLog.objects.of(user.pk).count() == 1

    def test_the_permission_without_the_user_pages_is_not_enough(self, user):
        staff = UserFactory(is_staff=True)
        staff.user_permissions.set(Permission.objects.filter(codename="adjust_credits"))
        assert self.post(signed_in(staff), user).status_code == 403
        assert AiCreditLog.objects.of(user.pk).count() == 1

    def test_without_a_csrf_token_nothing_is_posted(self, clerk, user):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(clerk)
        assert self.post(browser, user).status_code == 403
        assert AiCreditLog.objects.of(user.pk).count() == 1

    @pytest.mark.parametrize("user_id", ["0", "99999999", "9" * 30, "x", "1_2F"])
    def test_an_unknown_user_is_not_adjusted(self, browser, user_id):
        answer = browser.get(f"/admin/accounts/user/{user_id}/adjust-credits/")
        assert answer.status_code == 302

    def test_is_in_the_history_of_the_user(self, browser, user):
        self.post(browser, user)
        history = browser.get(reverse("admin:accounts_user_history", args=[user.pk]))
        assert b"Adjusted the credits by +50" in history.content


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_post_once():
    staff, user = UserFactory(is_staff=True, is_superuser=True), UserFactory()
    data = {"amount": "50", "reason": REASON, "key": str(uuid.uuid4()), "confirmed": "on"}
    gate = Barrier(2)
    codes = []

    def click():
        browser = signed_in(staff)
        gate.wait()
        codes.append(browser.post(adjust_page(user), data).status_code)
        connection.close()

    clicks = [Thread(target=click) for _ in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert codes == [302, 302]
    user.refresh_from_db()
    assert user.ai_credits == 150


class TestRefund:
    @pytest.fixture
    def spend(self, user):
        return ledger.spend(user_id=user.pk, amount=7, action_type="evaluate_answer", key="k").entry_id

    def test_gives_back_what_was_spent_with_reason_and_name(self, browser, clerk, user, spend):
        assert b"Refund spend" in browser.get(entry_page(spend)).content
        answer = browser.post(refund_page(spend), {"reason": REASON}, follow=True)
        assert said(answer) == ["+7 credits refunded."]
        entry = AiCreditLog.objects.of(user.pk).latest("id")
        assert (entry.kind, entry.amount, entry.actor, entry.reason) == ("refund", 7, clerk, REASON)
        user.refresh_from_db()
        assert user.ai_credits == 100

    def test_happens_once(self, browser, user, spend):
        browser.post(refund_page(spend), {"reason": REASON})
        page = browser.get(entry_page(spend)).content
        assert b"Refund spend" not in page
        assert b"Refunded by" in page
        answer = browser.post(refund_page(spend), {"reason": REASON}, follow=True)
        assert said(answer) == ["This spend had already been refunded. Nothing was changed."]
        user.refresh_from_db()
        assert user.ai_credits == 100

    def test_needs_a_reason(self, browser, user, spend):
        answer = browser.post(refund_page(spend), {"reason": " "})
        assert answer.context["form"].errors["reason"]
        assert AiCreditLog.objects.of(user.pk).count() == 2

    def test_what_is_no_spend_is_not_refunded(self, browser, user):
        signup = AiCreditLog.objects.of(user.pk).get()
        assert b"Refund spend" not in browser.get(entry_page(signup.pk)).content
        answer = browser.post(refund_page(signup.pk), {"reason": REASON}, follow=True)
        assert said(answer) == [f"Entry {signup.pk} is not a spend."]
        assert AiCreditLog.objects.of(user.pk).count() == 1

    def test_staff_without_the_permission_are_refused(self, onlooker, spend):
        browser = signed_in(onlooker)
        assert b"Refund spend" not in browser.get(entry_page(spend)).content
        assert browser.post(refund_page(spend), {"reason": REASON}).status_code == 403

    def test_an_entry_that_is_not_there_is_not_found(self, browser):
        assert browser.get("/admin/credits/aicreditlog/999999/refund/").status_code == 302


class TestLedger:
    def test_cannot_be_written(self, staff, user):
        browser, entry = signed_in(staff), AiCreditLog.objects.of(user.pk).get()
        page = entry_page(entry.pk)
        assert browser.post(page, {"amount": "9999", "balance_after": "9999"}).status_code == 403
        assert browser.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
        assert (
            browser.post("/admin/credits/aicreditlog/add/", {"user": user.pk, "amount": 5}).status_code == 403
        )
        browser.post(
            "/admin/credits/aicreditlog/",
            {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"},
        )
        entry.refresh_from_db()
        assert entry.amount == 100

    def test_is_found_by_user_cause_and_day(self, browser, user):
        other = UserFactory()
        ledger.spend(
            user_id=user.pk,
            amount=7,
            action_type="evaluate_answer",
            key="k",
            reference=ledger.Reference(type="question_set", id="set-1"),
        )
        today = timezone.localdate().isoformat()

        def found(**query):
            return set(browser.get("/admin/credits/aicreditlog/", query).context["cl"].queryset)

        mine = set(AiCreditLog.objects.of(user.pk))
        assert found(q=user.email) == mine
        assert found(q="set-1") == found(kind__exact="spend") == found(action_type="evaluate_answer")
        assert found(q="set-1") == {AiCreditLog.objects.get(user=user, kind="spend")}
        assert mine | set(AiCreditLog.objects.of(other.pk)) <= found(
            created_at_from=today, created_at_to=today
        )
        assert found(created_at_to="2001-01-01") == set()
        assert found(created_at_from="9999-12-31", created_at_to="9999-12-31") == set()
        assert mine <= found(created_at_from="tomorrow", created_at_to="")


def test_a_users_ledger_is_on_their_page_newest_first_and_signed(browser, user, clerk):
    ledger.spend(user_id=user.pk, amount=7, action_type="evaluate_answer", key="k")
    ledger.adjust(user_id=user.pk, amount=1500, actor_id=clerk.pk, reason=REASON, key="a")
    page = browser.get(user_page(user)).content.decode()
    assert page.index("+1,500") < page.index("\N{MINUS SIGN}7") < page.index("+100")
    assert f"{clerk.email}: Goodwill after last week&#x27;s outage." in page


def test_a_long_ledger_comes_in_pages(browser, user, clerk):
    for n in range(20):
        ledger.adjust(user_id=user.pk, amount=1, actor_id=clerk.pk, reason=f"reason number {n}.", key=str(n))
    first = browser.get(user_page(user)).content.decode()
    second = browser.get(user_page(user), {"ledger_entries-page": "2"}).content.decode()
    assert "reason number 19." in first
    assert "reason number 1." not in first
    assert "reason number 1." in second
    assert "reason number 19." not in second


def test_what_has_no_page_in_the_admin_is_named_without_a_link():
    assert change_link(ContentType(pk=1), "<someone>") == "&lt;someone&gt;"
