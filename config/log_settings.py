"""The setting LOGGING: every record in one format on the console."""

from typing import Any

# They log every request to Stripe, the sandbox or a model and every step of a job, which is too noisy.
NOISY = ("stripe", "httpx", "httpx2", "openai", "anthropic", "google_genai", "procrastinate")


def logging_settings(*, level: str) -> dict[str, Any]:
    """Return the configuration for `logging.config.dictConfig`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "config.log_filters.RedactingFormatter",
                "format": "{asctime} {levelname} {name} [{request_id}]: {message}",
                "style": "{",
            }
        },
        "filters": {
            "client_errors": {"()": "config.log_filters.ClientErrorsInOneLine"},
            "database_errors": {"()": "config.log_filters.NoValuesOfDatabaseErrors"},
            "request_id": {"()": "common.request_id.RequestIdFilter"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["client_errors", "database_errors", "request_id"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {name: {"level": "WARNING"} for name in NOISY},
    }
