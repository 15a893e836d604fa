"""Settings for the tests: the real ones, deaf to the developer's own `.env`.

The environment wins over `.env`, so what is set here is what a test sees. DATABASE_URL is left
alone: the suite runs on the embedded PostgreSQL, or on the server that it names.
"""

import os

os.environ |= {
    "DEBUG": "off",
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "STRIPE_SECRET_KEY": "sk_test_sandboxSandboxSandbox0000",
    "STRIPE_WEBHOOK_SECRET": "whsec_sandboxSandboxSandbox0000",
    "STRIPE_PRICE_ID": "price_sandbox_pro_monthly",
    "STRIPE_API_HOST": "http://127.0.0.1:9",  # nothing listens there; the `stripe` fixture sets the sandbox's
    "STRIPE_SUCCESS_URL": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}",
    "STRIPE_CANCEL_URL": "https://app.example/cancelled",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "AUTH_THROTTLE_RATE": "",
    "API_THROTTLE_RATE": "",
    "AI_MODEL": "",
    "SECURE_SSL_REDIRECT": "off",
}

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
]  # speed; production's is Django's default
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405  (a live server's threads leave none behind)
# Two runs of the suite at once on one server need two test databases.
DATABASES["default"]["TEST"] = {"NAME": "test_credits" + os.environ.get("TEST_DATABASE_SUFFIX", "")}  # noqa: F405
