"""The admin pages of ai. Importing this package registers them."""

from ai.admin import pages  # noqa: F401  (registers them)
