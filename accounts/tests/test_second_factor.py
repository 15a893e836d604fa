"""The second factor of staff: set-up, login, recovery codes, reset; and attempts to bypass it."""

import logging
import re
import time
from base64 import b32decode, b32encode
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session as BrowserSession
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import URLResolver, reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import services
from accounts.models import RecoveryCode
from accounts.tests.factories import PASSWORD, UserFactory
from config.checks import check_second_factor
from credits.tests.ledger_helpers import at_once
from limits import counter
from limits.models import KnownAddress

pytestmark = pytest.mark.django_db
LOGIN, VERIFY, SET_UP = "/admin/login/", "/admin/second-factor/", "/admin/second-factor/set-up/"
USERS = "/admin/accounts/user/"


@pytest.fixture
def required(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def boss():
    return UserFactory(email="boss@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def protected(boss):
    """A superuser with a second factor: the user, the key, the recovery codes."""
    device = services.new_device(user=boss)
    _, codes = services.set_up_second_factor(user=boss, key=device.key, code=code_of(device.key, steps=-1))
    return SimpleNamespace(user=boss, key=device.key, codes=codes)


def code_of(key, steps=0):
    """Return the code that the app shows `steps` half minutes from now; one step off is accepted."""
    return f"{totp(bytes.fromhex(key), t0=-30 * steps):06d}"


def wrong_code(key):
    return next(
        code for code in map("{:06d}".format, range(10)) if code not in {code_of(key, n) for n in (-1, 0, 1)}
    )


def with_password(user, path=LOGIN):
    """Return a browser whose user has entered the password."""
    browser = Client()
    answer = browser.post(path, {"username": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return browser


def send(browser, code, path=VERIFY, **more):
    return browser.post(path, {"code": code, **more})


def errors_of(answer):
    assert answer.status_code == 200
    return [str(error) for errors in answer.context["form"].errors.values() for error in errors]


def opens(browser, path="/admin/"):
    return browser.get(path).status_code == 200


def pages(patterns, prefix="/admin/"):
    """Return a path for each URL pattern of the admin, with 1 for every argument."""
    for pattern in patterns:
        text = re.sub(r"<[^>]+>|\(\?P<[^>]+>[^)]*\)", "1", str(pattern.pattern)).strip("^$")
        if isinstance(pattern, URLResolver):
            yield from pages(pattern.url_patterns, prefix + text)
        else:
            yield prefix + text


class TestLogin:
    def test_the_password_alone_opens_nothing(self, protected):
        browser = with_password(protected.user)
        answer = browser.get(USERS, follow=True)
        assert answer.redirect_chain[-1][0].startswith(VERIFY)
        assert not opens(browser)

    def test_a_code_opens_the_page_that_was_asked_for(self, protected):
        browser = with_password(protected.user, f"{LOGIN}?next={USERS}")
        page = browser.get(USERS, follow=True)
        answer = send(browser, code_of(protected.key), next=page.context["next"])
        assert (answer.status_code, answer["Location"]) == (302, USERS)
        assert opens(browser, USERS)

    def test_a_verified_session_has_a_new_id(self, protected):
        browser = with_password(protected.user)
        before = browser.session.session_key
        send(browser, code_of(protected.key))
        assert browser.session.session_key != before
        assert not BrowserSession.objects.filter(pk=before).exists()

    @pytest.mark.parametrize(
        "destination", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"]
    )
    def test_a_code_leads_to_no_other_site(self, protected, destination):
        browser = with_password(protected.user)
        page = browser.get(f"{VERIFY}?next={quote(destination)}")
        assert "evil" not in page.content.decode()
        assert send(browser, code_of(protected.key), next=destination)["Location"] == "/admin/"

    def test_a_code_is_accepted_once(self, protected):
        code = code_of(protected.key)
        assert send(with_password(protected.user), code).status_code == 302
        second = with_password(protected.user)
        assert "used before" in errors_of(send(second, code))[0]
        assert not opens(second)

    def test_the_code_of_the_set_up_and_older_ones_are_used_up(self, protected):
        TOTPDevice.objects.update(last_t=int(time.time()) // 30)
        for steps in (0, -1):
            browser = with_password(protected.user)
            assert errors_of(send(browser, code_of(protected.key, steps)))
            TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)

    @pytest.mark.parametrize(
        "code",
        ["", " ", "0", "12345", "1234567", "-1", "1e5", "\x00", "١٢٣٤٥٦", "None", "' or 1=1 --", "x" * 5000],
    )
    def test_what_is_no_code_is_refused(self, protected, code):
        browser = with_password(protected.user)
        assert errors_of(send(browser, code))
        assert not opens(browser)

    def test_the_code_of_another_user_is_refused(self, protected):
        other = UserFactory(is_staff=True, is_superuser=True)
        key = services.new_device(user=other).key
        _, codes = services.set_up_second_factor(user=other, key=key, code=code_of(key, -1))
        for code in (code_of(key), codes[0]):
            browser = with_password(protected.user)
            assert errors_of(send(browser, code))
            TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
        assert RecoveryCode.objects.filter(user=other).count() == 10

    def test_without_a_password_there_is_no_page(self, protected, user):
        for browser in (Client(), with_session(user)):
            for path in (VERIFY, SET_UP):
                for answer in (browser.get(path), send(browser, code_of(protected.key), path)):
                    assert (answer.status_code, answer["Location"]) == (302, LOGIN)

    def test_inactive_staff_are_sent_back(self, protected):
        browser = with_password(protected.user)
        type(protected.user).objects.update(is_active=False)
        assert send(browser, code_of(protected.key))["Location"] == LOGIN

    def test_staff_log_out_before_the_code(self, protected):
        browser = with_password(protected.user)
        browser.post("/admin/logout/")
        assert "_auth_user_id" not in browser.session

    def test_codes_are_in_no_log_and_no_cache(self, protected, caplog):
        browser = with_password(protected.user)
        with caplog.at_level(logging.DEBUG):
            answer = send(browser, wrong := wrong_code(protected.key))
        assert "no-store" in answer["Cache-Control"]
        assert [record.levelname for record in caplog.records if record.name.startswith("accounts")] == [
            "WARNING"
        ]
        assert wrong not in caplog.text


def with_session(user):
    browser = Client()
    browser.force_login(user)
    return browser


class TestNoWayAround:
    def test_no_page_of_the_admin_opens_without_the_second_factor(self, protected, required):
        newcomer = UserFactory(is_staff=True, is_superuser=True)
        found = set(pages(admin.site.get_urls()))
        assert {
            USERS,
            "/admin/",
            "/admin/jsi18n/",
            "/admin/password_change/",
            f"{USERS}1/end-sessions/",
        } <= found
        for user, page in ((protected.user, VERIFY), (newcomer, SET_UP)):
            browser = with_password(user)
            for path in found - {LOGIN, VERIFY, SET_UP, "/admin/logout/"}:
                for answer in (browser.get(path), browser.post(path)):
                    assert answer.status_code in {302, 404, 405}, path
                    if answer.status_code == 302:
                        assert answer["Location"].startswith((LOGIN, VERIFY, SET_UP, "/admin/")), path
            end = browser.get(USERS, follow=True).redirect_chain[-1][0]
            assert end.startswith(page)
            assert not end.startswith(SET_UP) or page == SET_UP

    def test_the_set_up_page_does_not_replace_a_device(self, protected):
        browser = with_password(protected.user)
        key = services.new_device(user=protected.user).key
        session = browser.session
        session["second_factor_key"] = key
        session.save()
        assert browser.get(SET_UP)["Location"].startswith(VERIFY)
        assert send(browser, code_of(key), SET_UP)["Location"].startswith(VERIFY)
        assert not opens(browser)
        assert TOTPDevice.objects.get().key == protected.key

    def test_a_session_from_before_the_set_up_needs_the_code(self, boss):
        old = with_password(boss)
        assert opens(old)
        key = services.new_device(user=boss).key
        services.set_up_second_factor(user=boss, key=key, code=code_of(key))
        assert not opens(old)

    def test_the_device_of_another_user_verifies_no_session(self, protected):
        other = with_session(UserFactory(is_staff=True, is_superuser=True))
        session = other.session
        session["otp_device_id"] = TOTPDevice.objects.get().persistent_id
        session.save()
        key = services.new_device(user=protected.user).key
        user = type(protected.user).objects.exclude(pk=protected.user.pk).get()
        services.set_up_second_factor(user=user, key=key, code=code_of(key))
        assert not opens(other)

    def test_a_session_ends_with_its_device(self, protected, required):
        browser = with_password(protected.user)
        send(browser, code_of(protected.key))
        assert opens(browser)
        TOTPDevice.objects.all().delete()
        assert browser.get("/admin/", follow=True).redirect_chain[-1][0].startswith(SET_UP)


class TestGuesses:
    def test_each_wrong_code_doubles_the_wait_also_for_the_right_one(self, protected):
        browser = with_password(protected.user)
        assert "wrong" in errors_of(send(browser, wrong_code(protected.key)))[0]
        assert "Too many wrong codes" in errors_of(send(browser, code_of(protected.key)))[0]
        device = TOTPDevice.objects.get()
        for failures in (1, 4, 10):
            TOTPDevice.objects.update(
                throttling_failure_count=failures,
                throttling_failure_timestamp=timezone.now() - timedelta(seconds=2 ** (failures - 1) - 0.9),
            )
            assert "Try again in 1 seconds" in errors_of(send(browser, code_of(device.key)))[0]
        TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(days=1))
        assert send(browser, code_of(device.key)).status_code == 302
        assert TOTPDevice.objects.get().throttling_failure_count == 0

    def test_wrong_recovery_codes_are_counted_with_wrong_codes(self, protected):
        browser = with_password(protected.user)
        assert errors_of(send(browser, "aaaa-aaaa-aaaa-aaaa"))
        assert "Too many wrong codes" in errors_of(send(browser, protected.codes[0]))[0]
        assert RecoveryCode.objects.count() == 10

    def test_attempts_count_by_address_with_logins(self, protected, settings):
        settings.AUTH_THROTTLE_RATE = "3/min"
        browser = with_password(protected.user)
        send(browser, "x")
        send(browser, "x")
        assert "Too many attempts" in errors_of(send(browser, code_of(protected.key)))[0]

    @pytest.mark.django_db(transaction=True)
    def test_of_the_same_code_at_once_one_is_accepted(self, protected):
        code = code_of(protected.key)
        verify = partial(services.verify_code, user=protected.user)
        for tried in (code, protected.codes[0]):
            results = at_once(*[partial(verify, code=tried) for _ in range(6)])
            refused = [result for result in results if isinstance(result, ValidationError)]
            assert len(refused) == 5, results
            TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)

    @pytest.mark.django_db(transaction=True)
    def test_guesses_at_once_are_compared_one_by_one(self, protected):
        """The wait after the first wrong guess refuses all others."""
        guesses = [partial(services.verify_code, user=protected.user, code=wrong_code(protected.key))] * 6
        results = at_once(*guesses)
        assert [result.code for result in results].count("wrong") == 1
        assert TOTPDevice.objects.get().throttling_failure_count == 1


class TestOwnAddress:
    """A thief of the password cannot make the owner wait at an address where the owner has entered a code."""

    OWN, FOREIGN = "198.51.100.7", "203.0.113.9"

    @pytest.fixture
    def guessed(self, protected):
        """The owner has logged in at OWN; since then, wrong codes came from FOREIGN."""
        assert send(self.browser(protected, self.OWN), code_of(protected.key)).status_code == 302
        TOTPDevice.objects.update(last_t=0)  # so that this test can use the same code again
        assert errors_of(send(self.browser(protected, self.FOREIGN), wrong_code(protected.key)))
        self.wait(protected, failures=15)
        return protected

    def browser(self, protected, address):
        browser = Client(REMOTE_ADDR=address)
        answer = browser.post(LOGIN, {"username": protected.user.email, "password": PASSWORD})
        assert answer.status_code == 302
        return browser

    def wait(self, protected, *, failures):
        TOTPDevice.objects.update(
            throttling_failure_count=failures, throttling_failure_timestamp=timezone.now()
        )

    @pytest.mark.parametrize("with_recovery_code", [False, True])
    def test_the_owner_does_not_wait_for_the_thief(self, guessed, with_recovery_code):
        code = guessed.codes[0] if with_recovery_code else code_of(guessed.key)
        owner = self.browser(guessed, self.OWN)
        assert send(owner, code).status_code == 302
        assert opens(owner)

    def test_the_password_alone_makes_no_address_the_owners(self, guessed):
        for address in (self.FOREIGN, "192.0.2.1"):
            errors = errors_of(send(self.browser(guessed, address), code_of(guessed.key)))
            assert "Too many wrong codes" in errors[0]

    @pytest.mark.parametrize("with_recovery_code", [False, True])
    def test_guesses_from_the_owners_address_are_few_and_counted(self, guessed, with_recovery_code):
        browser = self.browser(guessed, self.OWN)
        guess = "aaaa-aaaa-aaaa-aaaa" if with_recovery_code else wrong_code(guessed.key)
        waits_since = TOTPDevice.objects.get().throttling_failure_timestamp
        errors = [errors_of(send(browser, guess))[0] for _ in range(7)]
        assert ["Too many" in error for error in errors] == [False] * 5 + [True] * 2
        device = TOTPDevice.objects.get()  # the wait elsewhere neither grows nor begins anew
        assert (device.throttling_failure_count, device.throttling_failure_timestamp) == (15, waits_since)
        assert "Too many" in errors_of(send(browser, code_of(guessed.key)))[0]

    def test_a_wrong_code_without_a_wait_uses_up_nothing(self, guessed):
        browser = self.browser(guessed, self.OWN)
        for _ in range(8):
            TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
            assert "wrong" in errors_of(send(browser, wrong_code(guessed.key)))[0]
        assert send(browser, code_of(guessed.key)).status_code == 302

    def test_a_reset_forgets_the_addresses(self, guessed):
        services.reset_second_factor(user=guessed.user)
        device = services.new_device(user=guessed.user)
        services.set_up_second_factor(user=guessed.user, key=device.key, code=code_of(device.key, steps=-1))
        self.wait(guessed, failures=15)
        errors = errors_of(send(self.browser(guessed, self.OWN), code_of(device.key)))
        assert "Too many wrong codes" in errors[0]

    def test_the_address_of_the_set_up_is_the_owners(self, boss):
        owner = SimpleNamespace(user=boss)
        key = self.set_up(self.browser(owner, self.OWN))
        TOTPDevice.objects.update(last_t=0)
        self.wait(owner, failures=15)
        assert send(self.browser(owner, self.OWN), code_of(key)).status_code == 302

    def set_up(self, browser):
        key = b32decode(browser.get(SET_UP).context["secret"].replace(" ", "")).hex()
        assert send(browser, code_of(key), SET_UP).status_code == 200
        return key

    def test_a_deleted_account_leaves_no_address(self, guessed):
        counter.forget_addresses(account=guessed.user.email)  # those of logins with the password
        assert KnownAddress.objects.count() == 1
        type(guessed.user).objects.update(is_staff=False, is_superuser=False)
        services.erase_account(user_id=guessed.user.pk)
        assert not KnownAddress.objects.exists()


class TestRecovery:
    def test_a_recovery_code_is_accepted_once_however_it_is_typed(self, protected):
        for typed in (
            protected.codes[0].upper(),
            protected.codes[1].replace("-", " "),
            f" {protected.codes[2]} ",
        ):
            assert send(with_password(protected.user), typed).status_code == 302
        assert RecoveryCode.objects.count() == 7
        browser = with_password(protected.user)
        assert errors_of(send(browser, protected.codes[0]))

    def test_the_admin_tells_how_many_are_left(self, protected):
        browser = with_password(protected.user)
        answer = browser.post(VERIFY, {"code": protected.codes[0]}, follow=True)
        assert "Unused codes left: 9" in answer.content.decode()

    def test_the_codes_are_stored_as_hashes(self, protected):
        stored = str(list(RecoveryCode.objects.values()))
        assert not any(code in stored or code.replace("-", "") in stored for code in protected.codes)


class TestSetUp:
    def set_up(self, browser, **more):
        page = browser.get(SET_UP)
        key = browser.session["second_factor_key"]
        return page, send(browser, code_of(key), SET_UP, **more)

    def test_required_staff_set_it_up_before_anything_else(self, boss, required):
        browser = with_password(boss)
        page, answer = self.set_up(browser, next=USERS)
        assert "The admin needs a second factor" in page.content.decode()
        codes = answer.context["codes"]
        assert len(set(codes)) == 10
        assert all(code in answer.content.decode() for code in codes)
        assert f'href="{USERS}"' in answer.content.decode()
        assert opens(browser)
        assert LogEntry.objects.get().get_change_message() == "Set up the second factor."
        assert send(with_password(boss), codes[0]).status_code == 302

    def test_the_page_shows_the_key_as_an_image_and_as_text(self, boss):
        browser = with_password(boss)
        page = browser.get(SET_UP)
        text = page.content.decode()
        key = b32encode(bytes.fromhex(browser.session["second_factor_key"])).decode()
        assert 'src="data:image/svg+xml;base64,' in text
        (shown,) = re.findall(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", text)
        assert shown.replace(" ", "") == key
        assert "no-store" in page["Cache-Control"]
        assert "img-src 'self' data:" in page["Content-Security-Policy"]
        assert not re.search(
            r"<script(?![^>]*\bsrc=)[^>]*>\s*\S|\son\w+=",
            re.sub(r"<script[^>]*json[^>]*>.*?</script>", "", text, flags=re.DOTALL),
        )

    def test_a_wrong_code_sets_nothing_up_and_keeps_the_key(self, boss, required):
        browser = with_password(boss)
        browser.get(SET_UP)
        key = browser.session["second_factor_key"]
        answer = send(browser, wrong_code(key), SET_UP)
        assert errors_of(answer)
        assert browser.session["second_factor_key"] == key
        assert not TOTPDevice.objects.exists()
        assert not RecoveryCode.objects.exists()
        assert not opens(browser)

    def test_the_recovery_codes_are_shown_once(self, boss):
        browser = with_password(boss)
        _, answer = self.set_up(browser)
        again = browser.get(SET_UP)
        assert again.status_code == 302
        assert answer.context["codes"][0] not in browser.get("/admin/").content.decode()
        assert "second_factor_key" not in browser.session

    @pytest.mark.django_db(transaction=True)
    def test_two_set_ups_at_once_store_one_device(self, boss):
        keys = [services.new_device(user=boss).key for _ in range(4)]
        results = at_once(
            *[partial(services.set_up_second_factor, user=boss, key=key, code=code_of(key)) for key in keys]
        )
        assert sum(isinstance(result, ValidationError) for result in results) == 3
        assert (TOTPDevice.objects.count(), RecoveryCode.objects.count()) == (1, 10)

    def test_optional_staff_go_on_without(self, boss):
        assert opens(with_password(boss))


class TestReset:
    @pytest.fixture
    def colleague(self):
        colleague = UserFactory(email="colleague@example.com", is_staff=True, is_superuser=True)
        key = services.new_device(user=colleague).key
        services.set_up_second_factor(user=colleague, key=key, code=code_of(key))
        return colleague

    def test_a_superuser_resets_it_after_a_confirmation_on_record(self, boss, colleague):
        browser, url = (
            with_session(boss),
            reverse("admin:accounts_user_reset_second_factor", args=[colleague.pk]),
        )
        assert url in browser.get(f"{USERS}{colleague.pk}/change/").content.decode()
        assert browser.get(url).status_code == 200
        assert services.has_second_factor(colleague)
        assert browser.post(url).status_code == 302
        assert not services.has_second_factor(colleague)
        assert not RecoveryCode.objects.exists()
        entry = LogEntry.objects.get()
        assert (entry.user, entry.object_id) == (boss, str(colleague.pk))
        assert entry.get_change_message() == "Reset the second factor."
        assert "There was no second factor" in browser.post(url, follow=True).content.decode()
        assert LogEntry.objects.count() == 1

    def test_the_sessions_in_the_admin_end(self, boss, colleague):
        """Otherwise, a stolen session could set up the next second factor."""
        stolen, own = with_session(colleague), with_session(boss)
        own.post(f"{USERS}{colleague.pk}/reset-second-factor/")
        answer = stolen.get(SET_UP)
        assert (answer.status_code, answer["Location"]) == (302, LOGIN)
        assert own.get(USERS).status_code == 200

    def test_a_superuser_who_resets_the_own_one_must_log_in_again(self, protected):
        browser = with_password(protected.user)
        send(browser, code_of(protected.key))
        assert browser.post(f"{USERS}{protected.user.pk}/reset-second-factor/").status_code == 302
        assert not services.has_second_factor(protected.user)
        assert LogEntry.objects.latest("pk").get_change_message() == "Reset the second factor."
        assert browser.get(USERS)["Location"].startswith(LOGIN)

    def test_others_cannot_reset_it(self, colleague):
        support = UserFactory(is_staff=True)
        support.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
        answer = with_session(support).post(f"{USERS}{colleague.pk}/reset-second-factor/")
        assert answer.status_code == 403
        assert services.has_second_factor(colleague)

    def test_a_command_resets_it(self, colleague):
        call_command("reset_second_factor", "COLLEAGUE@example.com")
        assert not services.has_second_factor(colleague)
        for email in ("colleague@example.com", "nobody@example.com"):
            with pytest.raises(CommandError):
                call_command("reset_second_factor", email)

    def test_no_page_shows_a_key(self, protected):
        browser = with_password(protected.user)
        send(browser, code_of(protected.key))
        assert TOTPDevice not in admin.site._registry
        assert protected.key not in browser.get(f"{USERS}{protected.user.pk}/change/").content.decode()


class TestSetting:
    def test_check_deploy_warns_unless_it_is_required(self, settings):
        settings.STAFF_SECOND_FACTOR_REQUIRED = False
        assert [message.id for message in check_second_factor()] == ["config.W002"]
        settings.STAFF_SECOND_FACTOR_REQUIRED = True
        assert check_second_factor() == []
