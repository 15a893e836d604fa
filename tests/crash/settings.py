"""The tests' settings, on an embedded server of its own: this one is going to be killed."""

import os
from pathlib import Path

from config.embedded_postgres import binaries
from config.settings_test import *  # noqa: F403  (a settings module is its names)

DIRECTORY = Path(os.environ["CRASH_DIRECTORY"])
binaries.ROOTS_DIRECTORY = DIRECTORY / "root"
DATABASES = {
    "default": {
        "ENGINE": "config.embedded_postgres",
        "NAME": "crash",
        "DATA_DIR": DIRECTORY / "postgres",
        "CONN_MAX_AGE": None,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5},
    }
}
# What fails is reported by the worker to whom it happened; the log would only repeat it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"nowhere": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["nowhere"]},
}
CREDIT_PRICES = {**CREDIT_PRICES, "crash": {"base": 1, "per_unit": 1}}  # noqa: F405  (of config.settings_test)
