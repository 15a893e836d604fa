"""Settings for the tests: those of local development, regardless of `.env`.

The environment takes precedence over `.env`, so the values set here apply. If DATABASE_URL is set in the
environment, the suite runs on that server, and nothing else changes. Otherwise it runs on the embedded
PostgreSQL.
"""

import os

_database_url = os.environ.get("DATABASE_URL", "")
os.environ |= {
    "DATABASE_URL": "",
    "DEBUG": "off",
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "STRIPE_SECRET_KEY": "sk_test_sandboxSandboxSandbox0000",
    "STRIPE_WEBHOOK_SECRET": "whsec_sandboxSandboxSandbox0000",
    "STRIPE_PRICE_ID": "price_sandbox_pro_monthly",
    "STRIPE_API_HOST": "http://127.0.0.1:9",  # nothing listens there; the fixture `sandbox` sets the sandbox's URL
    "STRIPE_NAMESPACE": "",
    "SITE_URL": "https://api.example",
    "STRIPE_SUCCESS_URL": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}",
    "STRIPE_CANCEL_URL": "https://app.example/cancelled",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "SIGNUP_CREDITS": "100",
    "STAFF_SECOND_FACTOR_REQUIRED": "off",
    "SIGNUP_CREDITS_MODE": "at_once",
    "EMAIL_URL": "consolemail:",  # Django's test runner keeps mails in memory
    "DEFAULT_FROM_EMAIL": "no-reply@api.example",
    "SITE_NAME": "Prepaid credits",
    "AUTH_THROTTLE_RATE": "",
    "LOGIN_THROTTLE_RATE": "",
    "ACCOUNT_THROTTLE_RATE": "",
    "SIGNUP_THROTTLE_RATE": "",
    "PAID_THROTTLE_RATE": "",
    "PAYMENT_THROTTLE_RATE": "",
    "API_THROTTLE_RATE": "",
    "API_KEY_PREFIX": "pck",
    "API_KEYS_PER_USER": "20",
    "MAIL_THROTTLE_RATE": "",
    **dict.fromkeys(
        (
            "AI_MODEL",
            "AI_MODEL_GENERATE",
            "AI_MODEL_EVALUATE",
            "AI_FALLBACK_MODELS",
            "AI_BASE_URL",
            "AI_API_KEY",
            "OPENAI_API_KEY",
            "ANTHROPIC_API_KEY",
            "GOOGLE_API_KEY",
        ),
        "",
    ),
    "SECURE_SSL_REDIRECT": "off",
}

from config.settings import *  # noqa: E402, F403  (after the environment is set)

if _database_url:
    os.environ["DATABASE_URL"] = _database_url  # pytest-xdist's workers also load this module
    _server = env.db_url_config(_database_url)  # noqa: F405  (of config.settings)
    DATABASES["default"] |= {  # noqa: F405  (as above)
        **_server,
        "OPTIONS": DATABASES["default"]["OPTIONS"] | _server.get("OPTIONS", {}),  # noqa: F405  (as above)
    }

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; production uses Django's default
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405  (a live server's threads must not keep connections)
# Concurrent runs on one server need separate test databases.
DATABASES["default"]["TEST"] = {"NAME": "test_credits" + os.environ.get("TEST_DATABASE_SUFFIX", "")}  # noqa: F405  (as above)
