"""The settings of a web server that a test starts on its own database, with the test's sandbox as Stripe."""

import os

from config.settings_test import *  # noqa: F403  (a settings module is its names)

DATABASES["default"]["NAME"] = os.environ["SERVER_DATABASE"]  # noqa: F405  (as above)
STRIPE_API_HOST = os.environ["SERVER_STRIPE"]
STRIPE_TIMEOUT_SECONDS = STRIPE_DEADLINE_SECONDS = 120  # so that a busy machine does not end a wait
