"""What the environment may say, and what the process refuses to start with.

Settings read the environment once, through this module, so that a wrong value
stops the process at the door with a sentence instead of failing a customer later.
"""

import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

STRIPE_KEY = re.compile(r"^(sk|rk)_(?P<mode>test|live)_[A-Za-z0-9]{24,}\Z")
STRIPE_HOST = "https://api.stripe.com"

# Visibly fake. They open nothing but the sandbox on this machine.
SANDBOX_SECRET_KEY = "sk_test_sandboxSandboxSandbox0000"  # noqa: S105
SANDBOX_WEBHOOK_SECRET = "whsec_sandboxSandboxSandbox0000"  # noqa: S105
SANDBOX_PRICE_ID = "price_sandbox_pro_monthly"


def local_secret_key(directory: Path) -> str:
    """A secret key of this machine's own, made on first use and kept in `directory`."""
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
        raise ImproperlyConfigured(f"{path} is empty: delete it, a new one is made.")
    return key


def require(name: str, value: str | None) -> str:
    """`value`, or a refusal to start that names the variable."""
    if value is None:
        raise ImproperlyConfigured(
            f"{name} is not set. With DATABASE_URL set this is not a developer's machine, and every secret "
            f"must be given (see .env.example)."
        )
    return value


def check_stripe(*, secret_key: str, webhook_secret: str, api_host: str) -> None:
    """Refuse Stripe settings that would leak a key or leave a door open.

    An empty secret key means: no payments here (the endpoints answer 503).
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
            "STRIPE_WEBHOOK_SECRET is empty: without it anybody could forge a payment. "
            "`stripe listen --print-secret` prints it for a development machine."
        )
    if api_host == STRIPE_HOST:
        return
    if match["mode"] == "live":
        raise ImproperlyConfigured("STRIPE_API_HOST is not Stripe's, and the key is a live one: refused.")
    if urlsplit(api_host).hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise ImproperlyConfigured(
            f"STRIPE_API_HOST may only be Stripe's or, with a test key, on this machine; not {api_host!r}."
        )
