"""The settings of a worker's process that works on the database of the tests that started it."""

import os

from config.settings_test import *  # noqa: F403  (a settings module is its names)

DATABASES["default"]["NAME"] = os.environ["WORKER_DATABASE"]  # noqa: F405  (of config.settings_test)
