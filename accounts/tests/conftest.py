"""Fixtures of the tests of accounts."""

import pytest
from django.db import connection


@pytest.fixture
def empty_queue(db):
    """Empty Procrastinate's tables: the flush after a transactional test leaves them alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "truncate procrastinate_jobs, procrastinate_events, procrastinate_workers, "
            "procrastinate_periodic_defers"
        )
