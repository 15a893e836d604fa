"""Where and how the processes log."""

from typing import Any


def logging_settings(*, level: str) -> dict[str, Any]:
    """Return the setting LOGGING: one line for each record, on the console."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "{asctime} {levelname} {name} [{request_id}]: {message}", "style": "{"}
        },
        "filters": {
            "client_errors": {"()": "config.log_filters.ClientErrorsInOneLine"},
            "request_id": {"()": "common.request_id.RequestIdFilter"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["client_errors", "request_id"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        # They log every request to Stripe, the sandbox or a model and every step of a job, which is too noisy.
        "loggers": {
            name: {"level": "WARNING"}
            for name in ("stripe", "httpx", "httpx2", "openai", "anthropic", "google_genai", "procrastinate")
        },
    }
