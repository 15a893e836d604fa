"""Validation of environment variables.

Settings call it once at start-up, so that an invalid value stops the process with a clear message.
"""

import builtins
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

STRIPE_KEY = re.compile(r"^(sk|rk)_(?P<mode>test|live)_[A-Za-z0-9]{24,}\Z")
WEBHOOK_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=_-]{24,}")
STRIPE_HOST = "https://api.stripe.com"
# Matched as a whole: parsers disagree about the host of http://a.example\@127.0.0.1.
SANDBOX_HOST = re.compile(r"https?://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

MIN_SECRET_KEY, MIN_DIFFERENT = 50, 10  # characters
INSECURE_PREFIX = "django-insecure-"

# Fake values, which only the local sandbox accepts.
SANDBOX_SECRET_KEY = "sk_test_sandboxSandboxSandbox0000"  # noqa: S105  (fake)
SANDBOX_WEBHOOK_SECRET = "whsec_sandboxSandboxSandbox0000"  # noqa: S105  (fake)
SANDBOX_PRICE_ID = "price_sandbox_pro_monthly"


class Env(environ.Env):  # type: ignore[misc]  # django-environ has no types
    """Environment variables, with a minimum and maximum for whole numbers."""

    def int(
        self,
        var: str,
        default: Any = environ.Env.NOTSET,
        *,
        least: builtins.int = 1,
        most: builtins.int = 100_000,
    ) -> builtins.int:
        """Return a whole number. Raises ImproperlyConfigured if it is invalid or out of range.

        The default range also suits days: now ± 100,000 days is valid.
        """
        try:
            value: builtins.int | None = super().int(var, default)
        except ValueError:
            value = None
        if value is None or not least <= value <= most:
            raise ImproperlyConfigured(f"{var} must be a whole number from {least:,} to {most:,}.")
        return value


def local_secret_key(directory: Path) -> str:
    """Return this machine's secret key, created on first use and stored in `directory`."""
    path = directory / "secret_key"
    directory.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    key = path.read_text().strip()
    if not key:
        raise ImproperlyConfigured(f"{path} is empty. Delete it to create a new one.")
    return key


def require(name: str, value: str | None) -> str:
    """Return `value`. Raises ImproperlyConfigured, naming the variable, if it is None."""
    if value is None:
        raise ImproperlyConfigured(
            f"{name} is not set. DATABASE_URL is set, so this is a deployment, where every secret is required "
            f"(see .env.example)."
        )
    return value


def check_deployment(
    *, secret_keys: Sequence[str], debug: bool, allowed_hosts: Sequence[str], webhook_secret: str
) -> None:
    """Raise ImproperlyConfigured for settings with which a deployment could be taken over."""
    for key in secret_keys:
        if len(key) < MIN_SECRET_KEY or len(set(key)) < MIN_DIFFERENT or key.startswith(INSECURE_PREFIX):
            raise ImproperlyConfigured(
                f"SECRET_KEY and each of SECRET_KEY_FALLBACKS need {MIN_SECRET_KEY} random characters: anyone "
                "who guesses one can log in as any user. `python -c 'import secrets; print(secrets.token_urlsafe(50))'` "
                "prints one."
            )
    if debug:
        raise ImproperlyConfigured(
            "DEBUG is on, and DATABASE_URL is set, so this is a deployment. DEBUG would show its settings and "
            "data to anyone who causes an error."
        )
    if "*" in allowed_hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS contains *, so a request could choose the host of links.")
    if webhook_secret == SANDBOX_WEBHOOK_SECRET:
        raise ImproperlyConfigured(
            "STRIPE_WEBHOOK_SECRET is the sandbox's, which is public: anyone could forge payments."
        )


def check_stripe(*, secret_key: str, webhook_secret: str, api_host: str) -> None:
    """Raise ImproperlyConfigured for Stripe settings that leak a key or accept forged webhooks.

    An empty secret key disables payments: the endpoints return 503.
    """
    if not secret_key:
        return
    match = STRIPE_KEY.match(secret_key)
    if match is None:
        raise ImproperlyConfigured(
            "STRIPE_SECRET_KEY must look like sk_test_… or sk_live_… (or rk_… for a restricted key)."
        )
    if not webhook_secret:
        raise ImproperlyConfigured(
            "STRIPE_WEBHOOK_SECRET is empty. Without it, payments can be forged. "
            "`stripe listen --print-secret` prints it for a development machine."
        )
    if not WEBHOOK_SECRET.fullmatch(webhook_secret):
        raise ImproperlyConfigured(
            "STRIPE_WEBHOOK_SECRET must look like whsec_…, with at least 24 characters: anyone who guesses it "
            "can forge payments."
        )
    if match["mode"] == "live" and webhook_secret == SANDBOX_WEBHOOK_SECRET:
        raise ImproperlyConfigured(
            "STRIPE_WEBHOOK_SECRET is the sandbox's, which is public: with a live key, anyone could forge "
            "payments."
        )
    if api_host == STRIPE_HOST:
        return
    if match["mode"] == "live":
        raise ImproperlyConfigured("STRIPE_API_HOST is not Stripe's, so a live key is refused.")
    if not SANDBOX_HOST.fullmatch(api_host):
        raise ImproperlyConfigured(
            f"STRIPE_API_HOST must be Stripe's or, with a test key, on this machine; it is {api_host!r}."
        )


def check_return_urls(*urls: str) -> None:
    """Raise ImproperlyConfigured for a URL on this machine, to which Stripe would send buyers."""
    for url in urls:
        if urlsplit(url).hostname in {*LOOPBACK, None}:
            raise ImproperlyConfigured(
                f"With a live key, buyers would return to {url}. Set SITE_URL to the public address of the API, "
                "or both STRIPE_SUCCESS_URL and STRIPE_CANCEL_URL to pages of your front end."
            )


def host_of(url: str) -> str:
    """Return the host of a URL, with its port if it has one."""
    return urlsplit(url).netloc.rpartition("@")[2]


def with_prefix(prefix: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables whose names start with `prefix`, without it."""
    return {name.removeprefix(prefix): value for name, value in variables.items() if name.startswith(prefix)}
