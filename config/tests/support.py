"""A database that refuses connections during a test."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def without_a_database(job: Callable[[], Any]) -> Any:
    """Return the result of `job` while the server refuses every connection of its thread."""

    def run() -> Any:
        settings = connection.settings_dict
        refused = {**settings["OPTIONS"], "options": "-c no_such_parameter=1"}
        connection.settings_dict = {**settings, "OPTIONS": refused}
        return job()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()
