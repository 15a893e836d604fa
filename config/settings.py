"""Settings. Everything that differs between machines comes from the environment: see .env.example.

Without DATABASE_URL, the settings are for local development: an embedded PostgreSQL, a secret key
created in `.local/`, and the sandbox in place of Stripe. With DATABASE_URL, every secret is required.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config import environment, log_settings
from config.openapi_settings import SPECTACULAR_SETTINGS  # noqa: F401  (a setting)

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = BASE_DIR / ".local"

env = environment.Env()
env.read_env(BASE_DIR / ".env")

DATABASE_URL = env.str("DATABASE_URL", default="")
LOCAL_DEVELOPMENT = not DATABASE_URL


def secret(name: str, *, local: str) -> str:
    """Return a secret from the environment. For local development, it defaults to `local`."""
    # Read os.environ, because django-environ treats an empty value as unset. Here an empty value is valid.
    return environment.require(name, os.environ.get(name, local if LOCAL_DEVELOPMENT else None))


# Core

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = (
    env.str("SECRET_KEY", default="") or environment.local_secret_key(LOCAL_DIR)
    if LOCAL_DEVELOPMENT
    else environment.require("SECRET_KEY", env.str("SECRET_KEY", default="") or None)
)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if LOCAL_DEVELOPMENT else []
)
# Former values of SECRET_KEY: sessions and tokens that they signed stay valid.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True  # for the admin; the API's paths have no trailing slash

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # our own admin site replaces that of the default one
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "corsheaders",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "djstripe",  # before billing, so that dj-stripe's receivers run first
    "procrastinate.contrib.django",
    "common",
    "config",
    "limits",
    "credits",
    "billing",
    "jobs",
    "accounts",
    "ai",
    *(["demo"] if LOCAL_DEVELOPMENT else []),
]
MIDDLEWARE = [
    "common.request_id.RequestIdMiddleware",
    "config.api_responses.ApiResponseMiddleware",
    "config.security_headers.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "config.request_guard.RequestGuardMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "limits.throttling.RateLimitHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database: only PostgreSQL, because the ledger is written by PostgreSQL functions (credits/sql/).

DATABASES = {
    "default": env.db_url_config(DATABASE_URL)
    if DATABASE_URL
    else {"ENGINE": "config.embedded_postgres", "NAME": "credits", "DATA_DIR": LOCAL_DIR / "postgres"}
}
_OPTIONS: Any = DATABASES["default"].get("OPTIONS", {})  # from the URL, such as sslmode
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60, least=0),
    "CONN_HEALTH_CHECKS": True,
    # With both options, psycopg prepares the ledger's statements (docs/adr/0001).
    "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5, **_OPTIONS},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# dj-stripe's own migrations take 36 s on a new database, the squashed one 4 s.
MIGRATION_MODULES = {"djstripe": "billing.djstripe_migrations"}
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

# Users

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.password_validation.VarietyValidator"},
]
REFUSE_DISPOSABLE_EMAIL = env.bool("REFUSE_DISPOSABLE_EMAIL", default=True)
# Whether all staff need a second factor in the admin, or only those who have set one up.
STAFF_SECOND_FACTOR_REQUIRED = env.bool("STAFF_SECOND_FACTOR_REQUIRED", default=False)
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# The API

MAX_BODY_BYTES = 65_536  # of a request; a view with `max_body_bytes` accepts more or less
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576  # Django's own limit: the most that any view accepts
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api_key_authentication.ApiKeyAuthentication",  # leaves other tokens to the next one
        "accounts.authentication.SessionTokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["config.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "common.openapi.ApiSchema",
    "DEFAULT_THROTTLE_CLASSES": ["limits.throttling.ApiThrottle"],
    "EXCEPTION_HANDLER": "config.errors.exception_handler",
    # The number of proxies whose X-Forwarded-For entries are trusted: only the deployment's own.
    "NUM_PROXIES": env.int("NUM_PROXIES", default=1 if BEHIND_TLS_PROXY else 0, least=0),
}
# Rate limits. Empty: no limit. docs/configuration.md says what each one counts.
AUTH_THROTTLE_RATE = env.str("AUTH_THROTTLE_RATE", default="30/min")
LOGIN_THROTTLE_RATE = env.str("LOGIN_THROTTLE_RATE", default="10/min")
ACCOUNT_THROTTLE_RATE = env.str("ACCOUNT_THROTTLE_RATE", default="100/hour")
SIGNUP_THROTTLE_RATE = env.str("SIGNUP_THROTTLE_RATE", default="20/hour")
EXPORT_THROTTLE_RATE = env.str("EXPORT_THROTTLE_RATE", default="5/hour")
PAID_THROTTLE_RATE = env.str("PAID_THROTTLE_RATE", default="120/min")
PAYMENT_THROTTLE_RATE = env.str("PAYMENT_THROTTLE_RATE", default="10/min")
API_THROTTLE_RATE = env.str("API_THROTTLE_RATE", default="")
MAIL_THROTTLE_RATE = env.str("MAIL_THROTTLE_RATE", default="5/hour")
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env.int("ACCESS_TOKEN_MINUTES", default=60)),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env.int("REFRESH_TOKEN_DAYS", default=30)),
}
# How long a replaced refresh token returns the new one again. Later, it ends the session (docs/adr/0015).
REFRESH_REUSE_GRACE_SECONDS = env.int("REFRESH_REUSE_GRACE_SECONDS", default=10, least=0)
# An API key is `<API_KEY_PREFIX>_…`. Keys with a former value stop working.
API_KEY_PREFIX = env.str("API_KEY_PREFIX", default="pck")
API_KEYS_PER_USER = env.int("API_KEYS_PER_USER", default=20, least=0)
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_EXPOSE_HEADERS = [
    "X-Credits-Charged",
    "X-Credits-Remaining",
    "X-Request-ID",
    "Idempotent-Replayed",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Location",
    "Preference-Applied",
    "ETag",
    "WWW-Authenticate",
]
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "prefer",
    "x-request-id",
]

# Credits: the price of each action, by the view's `credit_action`, unless staff add a price in the admin.

CREDIT_PRICES = {
    "generate_from_source": {"base": 5, "per_unit": 1, "unit": "question"},
    "evaluate_answer": {"base": 2},
}
# Must be longer than any paid request. After this time, an open hold expires.
CREDIT_HOLD_SECONDS = 15 * 60
# How long a paid response is replayed. Afterwards its key returns 410; it is never charged again.
CREDIT_RESPONSE_DAYS = 30
# The calls that one user may have in progress at once, including jobs.
CREDIT_MAX_OPEN_HOLDS = 50
# The credits that one member of staff may give within 24 hours, or take at once, without a second permission.
CREDIT_ADJUSTMENT_LIMIT = 10_000
# credits.signals.balance_low is sent when a balance falls below this number of credits.
CREDIT_LOW_BALANCE = 10
# The credits of a new user, and when to grant them: at_once, after_verification (of the address) or never.
SIGNUP_CREDITS = env.int("SIGNUP_CREDITS", default=100, least=0, most=10**12)
SIGNUP_CREDITS_MODE = env.str("SIGNUP_CREDITS_MODE", default="at_once")
# Block a user after this many disputed payments whose credits were spent. 0: never.
BLOCK_AFTER_DISPUTES = env.int("BLOCK_AFTER_DISPUTES", default=0, least=0)

# AI. An empty AI_MODEL selects the offline engine. ai/checks.py checks the values.

AI_MODEL = env.str("AI_MODEL", default="")
AI_MODEL_GENERATE = env.str("AI_MODEL_GENERATE", default="")
AI_MODEL_EVALUATE = env.str("AI_MODEL_EVALUATE", default="")
AI_FALLBACK_MODELS = env.list("AI_FALLBACK_MODELS", default=[])
AI_BASE_URL = env.str("AI_BASE_URL", default="")
AI_API_KEY = env.str("AI_API_KEY", default="")
OPENAI_API_KEY = env.str("OPENAI_API_KEY", default="")
ANTHROPIC_API_KEY = env.str("ANTHROPIC_API_KEY", default="")
GOOGLE_API_KEY = env.str("GOOGLE_API_KEY", default="")
AI_DEADLINE_SECONDS = env.int("AI_DEADLINE_SECONDS", default=45)
AI_MAX_OUTPUT_TOKENS = env.int("AI_MAX_OUTPUT_TOKENS", default=8000, most=10**7)
WEB_THREADS = env.int("WEB_THREADS", default=16)
AI_MAX_WAITING_THREADS = env.int("AI_MAX_WAITING_THREADS", default=max(1, WEB_THREADS // 4))

# Jobs: paid work after the request, and scheduled commands. PostgreSQL is the queue.

# Covers the wait in the queue and all attempts. A check keeps it below CREDIT_HOLD_SECONDS.
JOB_DEADLINE_SECONDS = 600
# The threads of a worker that use the database. Each keeps a connection.
JOB_DATABASE_THREADS = 4
# The commands that a worker or cron runs, and when (in UTC).
SCHEDULED_COMMANDS = {
    "process_due_jobs": "* * * * *",
    "process_due_credits": "*/5 * * * *",
    "process_due_billing": "10 * * * *",
    "resync_customers": "30 1 * * *",
    "verify_ledger": "30 3 * * *",
    "delete_expired": "20 * * * *",
}
PROCRASTINATE_ON_APP_READY = "jobs.queue.set_up"
PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": 200,  # model calls at once; each is a coroutine, not a thread
    "delete_jobs": "successful",  # the job's own row has its history
}
# How many days rows are kept (docs/operations.md).
WEBHOOK_EVENT_DAYS = env.int("WEBHOOK_EVENT_DAYS", default=60)
MODEL_CALL_DAYS = env.int("MODEL_CALL_DAYS", default=730)
KNOWN_ADDRESS_DAYS = env.int("KNOWN_ADDRESS_DAYS", default=180)
EMAIL_CHANGE_DAYS = env.int("EMAIL_CHANGE_DAYS", default=180)
REVOKED_KEY_DAYS = env.int("REVOKED_KEY_DAYS", default=180)
FORMER_MAILBOX_DAYS = env.int("FORMER_MAILBOX_DAYS", default=730)
RELEASED_HOLD_DAYS = env.int("RELEASED_HOLD_DAYS", default=7)
QUEUE_DAYS = env.int("QUEUE_DAYS", default=7)

# Stripe. An empty STRIPE_SECRET_KEY disables payments.
STRIPE_SECRET_KEY = secret("STRIPE_SECRET_KEY", local=environment.SANDBOX_SECRET_KEY)
if not STRIPE_SECRET_KEY:
    del SCHEDULED_COMMANDS["resync_customers"]
STRIPE_WEBHOOK_SECRET = secret("STRIPE_WEBHOOK_SECRET", local=environment.SANDBOX_WEBHOOK_SECRET)
# The first price of the plan `pro`. `setup_stripe` and the admin store prices in the database.
STRIPE_PRICE_ID = secret(
    "STRIPE_PRICE_ID",
    local=environment.SANDBOX_PRICE_ID if STRIPE_SECRET_KEY == environment.SANDBOX_SECRET_KEY else "",
)
STRIPE_API_HOST = env.str(
    "STRIPE_API_HOST",
    default=f"http://127.0.0.1:{env.str('STRIPE_SANDBOX_PORT', default='12111')}"
    if STRIPE_SECRET_KEY == environment.SANDBOX_SECRET_KEY
    else environment.STRIPE_HOST,
)
environment.check_stripe(
    secret_key=STRIPE_SECRET_KEY, webhook_secret=STRIPE_WEBHOOK_SECRET, api_host=STRIPE_API_HOST
)
if not LOCAL_DEVELOPMENT:
    environment.check_deployment(
        secret_keys=[SECRET_KEY, *SECRET_KEY_FALLBACKS],
        debug=DEBUG,
        allowed_hosts=ALLOWED_HOSTS,
        webhook_secret=STRIPE_WEBHOOK_SECRET,
    )
_SITE_URL = env.str("SITE_URL", default="").rstrip("/")
SITE_URL = _SITE_URL or f"http://127.0.0.1:{env.str('PORT', default='8000')}"
STRIPE_SUCCESS_URL = env.str(
    "STRIPE_SUCCESS_URL", default=f"{SITE_URL}/payments/success?session_id={{CHECKOUT_SESSION_ID}}"
)
STRIPE_CANCEL_URL = env.str("STRIPE_CANCEL_URL", default=f"{SITE_URL}/payments/cancel")
# The name of this installation in the metadata of Stripe's objects.
STRIPE_NAMESPACE = env.str("STRIPE_NAMESPACE", default="") or environment.host_of(
    _SITE_URL or STRIPE_SUCCESS_URL
)
# Printed by `manage.py setup_stripe`. Empty: the account's default portal.
STRIPE_PORTAL_CONFIGURATION = env.str("STRIPE_PORTAL_CONFIGURATION", default="")
STRIPE_TIMEOUT_SECONDS = 10  # for one request to Stripe
STRIPE_MAX_WAITING_THREADS = env.int("STRIPE_MAX_WAITING_THREADS", default=max(1, WEB_THREADS // 4))
STRIPE_DEADLINE_SECONDS = 25  # for all requests to Stripe in one checkout, portal or webhook request
# The grace period after a failed payment, while Stripe retries.
PAST_DUE_GRACE_DAYS = env.int("PAST_DUE_GRACE_DAYS", default=14, least=0)
# Whether a subscriber may also buy another plan, and then pay for both.
ALLOW_SEVERAL_SUBSCRIPTIONS = env.bool("ALLOW_SEVERAL_SUBSCRIPTIONS", default=False)
STRIPE_LIVE_MODE = "_live_" in STRIPE_SECRET_KEY
if STRIPE_LIVE_MODE and not LOCAL_DEVELOPMENT:
    environment.check_return_urls(STRIPE_SUCCESS_URL, STRIPE_CANCEL_URL)
STRIPE_TEST_SECRET_KEY = "" if STRIPE_LIVE_MODE else STRIPE_SECRET_KEY
STRIPE_LIVE_SECRET_KEY = STRIPE_SECRET_KEY if STRIPE_LIVE_MODE else ""
STRIPE_API_VERSION = "2026-05-27.dahlia"  # the version that dj-stripe 2.11 targets
DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"
DJSTRIPE_SUBSCRIBER_CUSTOMER_KEY = None  # another product in the same Stripe account may write that key
SILENCED_SYSTEM_CHECKS = ["djstripe.W002"]  # billing.E003 checks STRIPE_API_HOST more strictly

# Emails. A worker sends them. EMAIL_BACKEND names a backend of Django or of django-anymail, whose settings
# are the environment variables that start with ANYMAIL_.

SITE_NAME = env.str("SITE_NAME", default="Prepaid credits")
_MAIL_SERVER: Any = env.email_url("EMAIL_URL", default="consolemail:")  # a dict of Django's settings
vars().update(_MAIL_SERVER)
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default=_MAIL_SERVER["EMAIL_BACKEND"])
EMAIL_TIMEOUT = 10  # seconds, for each step of a conversation with a mail server
ANYMAIL = {"REQUESTS_TIMEOUT": EMAIL_TIMEOUT, **environment.with_prefix("ANYMAIL_", os.environ)}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"no-reply@{urlsplit(SITE_URL).hostname}")
# The pages that links in emails open. The token replaces {TOKEN}.
VERIFY_EMAIL_URL = env.str("VERIFY_EMAIL_URL", default=f"{SITE_URL}/account/verify-email?token={{TOKEN}}")
RESET_PASSWORD_URL = env.str(
    "RESET_PASSWORD_URL", default=f"{SITE_URL}/account/reset-password?token={{TOKEN}}"
)
CONFIRM_EMAIL_URL = env.str("CONFIRM_EMAIL_URL", default=f"{SITE_URL}/account/confirm-email?token={{TOKEN}}")
# How long the links are valid.
VERIFY_EMAIL_HOURS = env.int("VERIFY_EMAIL_HOURS", default=72)
RESET_PASSWORD_HOURS = env.int("RESET_PASSWORD_HOURS", default=1)
CONFIRM_EMAIL_HOURS = env.int("CONFIRM_EMAIL_HOURS", default=24)

# Localization and static files

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = LOCAL_DIR / "static" if LOCAL_DEVELOPMENT else BASE_DIR / "staticfiles"
if LOCAL_DEVELOPMENT:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns if it is missing
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = LOCAL_DEVELOPMENT
UNFOLD = {
    "SITE_TITLE": SITE_NAME,
    "SITE_HEADER": SITE_NAME,
    "SITE_SYMBOL": "toll",
    "SHOW_VIEW_ON_SITE": False,
    "LOGIN": {"form": "accounts.forms.AdminLoginForm"},
    "ACCOUNT": {"navigation": "config.admin.account_links"},
    "STYLES": ["config.admin.stylesheet"],
    "ENVIRONMENT": "config.admin.environment",
    "DASHBOARD_CALLBACK": "config.admin.dashboard",
    "SIDEBAR": {"navigation": "config.admin.navigation"},
}

OTP_TOTP_ISSUER = UNFOLD["SITE_TITLE"]  # the name of the account in an authenticator app

# Security: HTTPS settings, except for local development.

if not LOCAL_DEVELOPMENT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS_PROXY else None
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000, least=0, most=10**9)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

LOGGING = log_settings.logging_settings(level=env.str("LOG_LEVEL", default="INFO"))
