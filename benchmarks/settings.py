"""The settings of the tests, with the connections of production, on a database of their own."""

import os

from config.settings_test import *

DATABASES["default"] |= {  # noqa: F405
    "NAME": os.environ.get("BENCHMARK_DATABASE", "credits_benchmark"),
    "CONN_MAX_AGE": 60,
}
