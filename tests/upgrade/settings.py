"""The settings of the tests, on the database that the environment names."""

import os

from config.settings_test import *  # noqa: F403  (a settings module is its names)

DATABASES["default"] |= {"NAME": os.environ["UPGRADE_DATABASE"]}  # noqa: F405  (of config.settings_test)
if os.environ.get("UPGRADE_DATA_DIR") and "DATA_DIR" in DATABASES["default"]:  # noqa: F405  (as above)
    DATABASES["default"]["DATA_DIR"] = os.environ["UPGRADE_DATA_DIR"]  # noqa: F405  (as above)
