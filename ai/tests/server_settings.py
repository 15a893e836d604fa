"""The settings of a web server that a test starts on its own database, with a model that the test plays."""

import os

from config.settings_test import *  # noqa: F403  (a settings module is its names)

DATABASES["default"]["NAME"] = os.environ["SERVER_DATABASE"]  # noqa: F405  (as above)
AI_MODEL, AI_BASE_URL = "openai:test", os.environ["SERVER_MODEL"]
