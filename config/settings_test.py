"""Settings for the tests: config.settings without the developer's `.env`.

Environment variables take precedence over `.env`. DATABASE_URL is not set here: the suite uses the
embedded PostgreSQL, or the server that the variable names.
"""

import os

os.environ |= {
    "DEBUG": "off",
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "STRIPE_SECRET_KEY": "sk_test_sandboxSandboxSandbox0000",
    "STRIPE_WEBHOOK_SECRET": "whsec_sandboxSandboxSandbox0000",
    "STRIPE_PRICE_ID": "price_sandbox_pro_monthly",
    "STRIPE_API_HOST": "http://127.0.0.1:9",  # nothing listens there; the fixture `sandbox` sets the sandbox's URL
    "STRIPE_SUCCESS_URL": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}",
    "STRIPE_CANCEL_URL": "https://app.example/cancelled",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "AUTH_THROTTLE_RATE": "",
    "API_THROTTLE_RATE": "",
    "AI_MODEL": "",
    "SECURE_SSL_REDIRECT": "off",
}

from config.settings import *  # noqa: F403  (a settings module is its names)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; production uses Django's default
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405  (a live server's threads must not keep connections)
# Concurrent runs on one server need separate test databases.
DATABASES["default"]["TEST"] = {"NAME": "test_credits" + os.environ.get("TEST_DATABASE_SUFFIX", "")}  # noqa: F405  (as above)
