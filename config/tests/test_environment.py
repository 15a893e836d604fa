"""Invalid environment variables stop the process at start-up with a clear message."""

import ast
import inspect
import os
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment

PROJECT = Path(__file__).resolve().parents[2]
TEST_KEY = "sk_test_" + "0" * 24
LIVE_KEY = "sk_live_" + "0" * 24
PRODUCTION = {
    "DATABASE_URL": "postgres://app:secret@db.internal/credits",
    "SECRET_KEY": "not-a-real-secret-but-fifty-characters-long-Zx81!+*",
    "STRIPE_SECRET_KEY": LIVE_KEY,
    "STRIPE_WEBHOOK_SECRET": "whsec_" + "0" * 32,
    "STRIPE_PRICE_ID": "price_pro",
    "ALLOWED_HOSTS": "api.example.com",
    "SITE_URL": "https://api.example.com",
    "SIGNUP_CREDITS_MODE": "after_verification",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.com:587",
}
RETURN_URLS = {
    "STRIPE_SUCCESS_URL": "https://app.example.com/thanks",
    "STRIPE_CANCEL_URL": "https://app.example.com/back",
}


@pytest.fixture
def start(tmp_path):
    """Import the settings in a new process with this environment, without `.env` and `.local/`."""
    shutil.copytree(PROJECT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("tests"))

    def run(what="", **variables):
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", f"from config import settings\n{what}"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


class TestProduction:
    def test_production_starts_with_every_secret_given(self, start):
        done = start(
            "print(settings.DEBUG, settings.STRIPE_API_HOST, settings.STRIPE_LIVE_MODE)", **PRODUCTION
        )
        assert (done.stdout.strip(), done.stderr) == ("False https://api.stripe.com True", "")

    @pytest.mark.parametrize(
        "missing", ["SECRET_KEY", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_PRICE_ID"]
    )
    def test_production_refuses_to_start_without_a_secret_and_names_it(self, start, missing):
        done = start(**{name: value for name, value in PRODUCTION.items() if name != missing})
        assert done.returncode != 0
        assert f"ImproperlyConfigured: {missing} is not set." in done.stderr

    @pytest.mark.parametrize(
        ("variables", "proxies"),
        [
            ({}, 0),
            ({"BEHIND_TLS_PROXY": "on"}, 1),
            ({"BEHIND_TLS_PROXY": "on", "NUM_PROXIES": "2"}, 2),
        ],
    )
    def test_clients_behind_a_proxy_are_told_apart(self, start, variables, proxies):
        done = start("print(settings.REST_FRAMEWORK['NUM_PROXIES'])", **PRODUCTION, **variables)
        assert done.stdout.strip() == str(proxies), done.stderr

    def test_an_empty_secret_key_is_refused(self, start):
        done = start(**{**PRODUCTION, "SECRET_KEY": ""})
        assert "ImproperlyConfigured: SECRET_KEY is not set." in done.stderr

    @pytest.mark.parametrize(
        ("variables", "reason"),
        [
            ({"SECRET_KEY": "x"}, "SECRET_KEY and each of SECRET_KEY_FALLBACKS need 50 random characters"),
            ({"SECRET_KEY": "x" * 60}, "need 50 random characters"),
            ({"SECRET_KEY": "django-insecure-" + PRODUCTION["SECRET_KEY"]}, "need 50 random characters"),
            ({"SECRET_KEY_FALLBACKS": "short,also-short"}, "need 50 random characters"),
            ({"DEBUG": "on"}, "DEBUG is on"),
            ({"ALLOWED_HOSTS": "api.example.com,*"}, "ALLOWED_HOSTS contains *"),
            (
                {"STRIPE_WEBHOOK_SECRET": environment.SANDBOX_WEBHOOK_SECRET},
                "STRIPE_WEBHOOK_SECRET is the sandbox's",
            ),
        ],
        ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
    )
    def test_what_is_unsafe_in_a_deployment_is_refused(self, start, variables, reason):
        done = start(**PRODUCTION | variables)
        assert done.returncode != 0
        assert f"ImproperlyConfigured: {reason}" in done.stderr or reason in done.stderr.splitlines()[-1]

    def test_a_live_key_is_refused_with_the_sandboxs_webhook_secret_everywhere(self, start):
        """Also on a developer's machine: payments would be forged in the live account's name."""
        done = start(STRIPE_SECRET_KEY=LIVE_KEY)
        assert "STRIPE_WEBHOOK_SECRET is the sandbox's" in done.stderr

    def test_a_live_key_is_refused_with_another_host(self, start):
        done = start(**PRODUCTION, STRIPE_API_HOST="http://127.0.0.1:12111")
        assert "so a live key is refused" in done.stderr

    def test_a_live_key_needs_a_public_address(self, start):
        private = {name: value for name, value in PRODUCTION.items() if name != "SITE_URL"}
        for variables in ({}, {"SITE_URL": ""}, {"SITE_URL": "http://localhost:8000"}):
            done = start(**private, **variables)
            assert "With a live key, buyers would return to http://" in done.stderr
        for name, url in RETURN_URLS.items():
            assert start(**private, **{name: url}).returncode != 0
        for variables in (RETURN_URLS, {"STRIPE_SECRET_KEY": TEST_KEY}, {"DATABASE_URL": ""}):
            assert start(**{**private, **variables}).stderr == ""

    @pytest.mark.parametrize(
        ("variables", "namespace"),
        [
            ({}, "api.example.com"),
            ({"SITE_URL": "https://api.example.com/"}, "api.example.com"),
            ({"SITE_URL": "", **RETURN_URLS}, "app.example.com"),
            ({"STRIPE_NAMESPACE": "shop-2"}, "shop-2"),
        ],
    )
    def test_the_namespace_is_the_sites_host(self, start, variables, namespace):
        done = start("print(settings.STRIPE_NAMESPACE)", **{**PRODUCTION, **variables})
        assert done.stdout.strip() == namespace, done.stderr

    def test_buyers_return_to_pages_of_the_site(self, start):
        done = start("print(settings.STRIPE_SUCCESS_URL, settings.STRIPE_CANCEL_URL)", **PRODUCTION)
        success, cancel = done.stdout.split()
        assert success == "https://api.example.com/payments/success?session_id={CHECKOUT_SESSION_ID}"
        assert cancel == "https://api.example.com/payments/cancel"

    def test_refusals_print_no_secret(self, start):
        done = start(**{**PRODUCTION, "STRIPE_SECRET_KEY": "sk_live_mistyped"})
        assert done.returncode != 0
        assert "sk_live_mistyped" not in done.stderr
        assert PRODUCTION["STRIPE_WEBHOOK_SECRET"] not in done.stderr


class TestDevelopersMachine:
    def test_a_developers_machine_needs_no_variables(self, start, tmp_path):
        done = start("print(settings.SECRET_KEY, settings.STRIPE_API_HOST, settings.DEBUG)")
        key, host, debug = done.stdout.split()
        assert (host, debug) == ("http://127.0.0.1:12111", "False")
        kept = tmp_path / ".local" / "secret_key"
        assert (kept.read_text(), len(key) > 50) == (key, True)
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert start("print(settings.SECRET_KEY)").stdout.strip() == key

    def test_the_sandbox_port_changes_the_stripe_host(self, start):
        done = start("print(settings.STRIPE_API_HOST)", STRIPE_SANDBOX_PORT="4242")
        assert done.stdout.strip() == "http://127.0.0.1:4242"

    def test_a_real_test_key_uses_stripes_host(self, start):
        done = start("print(settings.STRIPE_API_HOST)", STRIPE_SECRET_KEY=TEST_KEY)
        assert done.stdout.strip() == "https://api.stripe.com"


class TestLocalSecretKey:
    def test_an_empty_secret_key_file_is_reported(self, tmp_path):
        (tmp_path / "secret_key").touch()
        with pytest.raises(ImproperlyConfigured, match=r"is empty\. Delete it"):
            environment.local_secret_key(tmp_path)


class TestNumbers:
    """A number out of range would stop or expose the server later, so each has bounds."""

    NAMES = tuple(
        call.args[0].value
        for call in ast.walk(ast.parse((PROJECT / "config/settings.py").read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "env.int"
    )
    MAY_BE_ZERO = {
        *("API_KEYS_PER_USER", "BLOCK_AFTER_DISPUTES", "CONN_MAX_AGE", "NUM_PROXIES", "PAST_DUE_GRACE_DAYS"),
        *("REFRESH_REUSE_GRACE_SECONDS", "SECURE_HSTS_SECONDS", "SIGNUP_CREDITS"),
    }
    RELOAD = """
import importlib, os
from django.core.exceptions import ImproperlyConfigured
for name in os.environ["NAMES"].split():
    os.environ[name] = os.environ["VALUE"]
    try:
        importlib.reload(settings)
        print(name)
    except ImproperlyConfigured as error:
        assert str(error).startswith(name + " must be a whole number from "), error
    del os.environ[name]
"""

    def accepted(self, start, value):
        """Return the variables that may have this value."""
        done = start(self.RELOAD, **PRODUCTION, NAMES=" ".join(self.NAMES), VALUE=value)
        assert done.stderr == ""
        return done.stdout.split()

    @pytest.mark.parametrize("value", ["-1", "999999999999999", "1.5", "x"])
    def test_a_number_out_of_range_is_refused(self, start, value):
        assert len(self.NAMES) > 20
        assert self.accepted(start, value) == []

    def test_only_some_may_be_0(self, start):
        assert set(self.accepted(start, "0")) == self.MAY_BE_ZERO

    def test_the_greatest_days_are_still_dates(self):
        most = timedelta(days=inspect.signature(environment.Env.int).parameters["most"].default)
        assert datetime.now(UTC) - most < datetime.now(UTC) + most

    @pytest.mark.parametrize("value", ["1", "100000"])
    def test_a_number_in_range_is_accepted(self, start, value):
        assert self.accepted(start, value) == list(self.NAMES)


class TestStripe:
    def check(self, **changed):
        values = {
            "secret_key": TEST_KEY,
            "webhook_secret": PRODUCTION["STRIPE_WEBHOOK_SECRET"],
            "api_host": environment.STRIPE_HOST,
        }
        environment.check_stripe(**(values | changed))

    def test_no_key_means_no_payments(self):
        self.check(secret_key="", webhook_secret="", api_host="http://anywhere")

    @pytest.mark.parametrize("key", [TEST_KEY, LIVE_KEY, "rk_test_" + "a" * 24, "rk_live_" + "Z9" * 50])
    def test_a_well_formed_key_is_accepted(self, key):
        self.check(secret_key=key)

    @pytest.mark.parametrize(
        "key", ["x", "pk_test_" + "0" * 24, "sk_test_short", TEST_KEY + "!", TEST_KEY + "\n", " " + TEST_KEY]
    )
    def test_a_malformed_key_is_refused(self, key):
        with pytest.raises(ImproperlyConfigured, match="STRIPE_SECRET_KEY must look like"):
            self.check(secret_key=key)

    def test_an_empty_webhook_secret_is_refused(self):
        with pytest.raises(ImproperlyConfigured, match="STRIPE_WEBHOOK_SECRET is empty"):
            self.check(webhook_secret="")

    @pytest.mark.parametrize(
        "secret",
        ["x", "whsec_", "whsec_" + "0" * 23, "0" * 38, "whsec_" + "0" * 32 + "\n", " whsec_" + "0" * 32],
    )
    def test_a_webhook_secret_that_could_be_guessed_is_refused(self, secret):
        with pytest.raises(ImproperlyConfigured, match="STRIPE_WEBHOOK_SECRET must look like") as refused:
            self.check(webhook_secret=secret)
        assert len(secret) < 10 or secret.strip() not in str(refused.value)

    @pytest.mark.parametrize("host", ["http://127.0.0.1:1", "http://localhost:12111", "http://[::1]:12111"])
    def test_a_sandbox_on_loopback_with_a_test_key_is_accepted(self, host):
        self.check(api_host=host)
        with pytest.raises(ImproperlyConfigured, match="a live key is refused"):
            self.check(api_host=host, secret_key=LIVE_KEY)

    @pytest.mark.parametrize(
        "host",
        [
            "http://stripe.example",
            "http://127.0.0.1.evil.example",
            "http://127.0.0.1@evil.example",
            "http://evil.example@127.0.0.1",
            "http://evil.example\\@127.0.0.1",
            "http://evil.example#@127.0.0.1",
            "http://127.0.0.1:12111/evil",
            "ftp://127.0.0.1",
            "http://localhost\n",
            "https://api.stripe.com.evil.example",
            "http://api.stripe.com",
            "https://api.stripe.com/",
            "http://10.0.0.1:12111",
            "evil",
            "",
        ],
    )
    def test_any_other_host_is_refused(self, host):
        with pytest.raises(ImproperlyConfigured, match="STRIPE_API_HOST"):
            self.check(api_host=host)


class TestMail:
    def test_a_url_configures_a_mail_server(self, start):
        done = start(
            "print(settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS)",
            **PRODUCTION,
        )
        assert done.stdout.split() == [
            *("django.core.mail.backends.smtp.EmailBackend", "mail.example.com", "587", "True")
        ]

    def test_any_provider_of_anymail_is_configured_by_its_variables(self, start):
        done = start(
            "print(settings.EMAIL_BACKEND, settings.ANYMAIL)",
            **PRODUCTION,
            EMAIL_BACKEND="anymail.backends.postmark.EmailBackend",
            ANYMAIL_POSTMARK_SERVER_TOKEN="secret-token",
        )
        assert done.stdout.startswith("anymail.backends.postmark.EmailBackend {")
        assert "'POSTMARK_SERVER_TOKEN': 'secret-token'" in done.stdout

    def test_mails_are_from_the_site_and_link_to_it(self, start):
        done = start(
            "print(settings.DEFAULT_FROM_EMAIL, settings.VERIFY_EMAIL_URL, settings.RESET_PASSWORD_URL)",
            **PRODUCTION,
        )
        assert done.stdout.split() == [
            "no-reply@api.example.com",
            "https://api.example.com/account/verify-email?token={TOKEN}",
            "https://api.example.com/account/reset-password?token={TOKEN}",
        ]

    def test_a_developers_machine_prints_mails(self, start):
        assert "console" in start("print(settings.EMAIL_BACKEND)").stdout
