"""The settings of the tests with production's connection settings, on a server of their own.

A long transaction in any database of a server keeps the dead rows of all of them, so the benchmarks
do not share the developer's server. With DATABASE_URL they use that server and a database that must not exist
yet.
"""

import os

from config.settings_test import *  # noqa: F403  (a settings module exports all its names)

DATABASES["default"] |= {  # noqa: F405  (as above)
    "NAME": os.environ.get("BENCHMARK_DATABASE", "credits_benchmark"),
    "CONN_MAX_AGE": 60,
}
if DATABASES["default"]["ENGINE"] == "config.embedded_postgres":  # noqa: F405  (as above)
    DATABASES["default"]["DATA_DIR"] = LOCAL_DIR / "benchmarks"  # noqa: F405  (as above)
# Never reached. Calls are counted in larger batches than at the default rate, which counts six at once.
PAID_THROTTLE_RATE = os.environ.get("BENCHMARK_PAID_RATE", "60000/min")
AI_MODEL = os.environ.get("BENCHMARK_AI_MODEL", "")
AI_BASE_URL = os.environ.get("BENCHMARK_AI_BASE_URL", "")
STRIPE_API_HOST = os.environ.get("BENCHMARK_STRIPE_HOST", STRIPE_API_HOST)  # noqa: F405  (as above)
