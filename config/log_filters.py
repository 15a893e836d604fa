"""The filters and the formatter of the log."""

import logging

from accounts.api_key_text import redact
from common.database_errors import remove_values

# Loggers of invalid requests. Django logs an invalid Host as an error with a traceback.
CLIENT_ERRORS = "django.security."


class ClientErrorsInOneLine(logging.Filter):
    """Log an invalid request as one WARNING, so that a scanner raises no alarm."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith(CLIENT_ERRORS):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        if record.levelno == logging.WARNING and record.name.startswith("django."):
            record.exc_info = record.exc_text = None
        return True


class RedactingFormatter(logging.Formatter):
    """Keep API keys and tokens out of the log, wherever a client has put one: a path, a header, a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class NoValuesOfDatabaseErrors(logging.Filter):
    """Log database errors without the rows and parameters that PostgreSQL quotes. It drops no record."""

    def filter(self, record: logging.LogRecord) -> bool:
        logged = list(record.args) if isinstance(record.args, tuple) else []
        if record.exc_info:
            logged.append(record.exc_info[1])
        for error in logged:
            if isinstance(error, BaseException):
                remove_values(error)
        return True
