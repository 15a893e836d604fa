"""A real worker, and a queue that is empty before each test."""

import asyncio

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from jobs.queue import PAID_QUEUE


@pytest.fixture
def queue_tables(transactional_db):
    """Empty Procrastinate's tables: the flush after a transactional test leaves them alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "truncate procrastinate_jobs, procrastinate_events, procrastinate_workers, "
            "procrastinate_periodic_defers"
        )


async def run_worker_async(**options):
    with app.replace_connector(app.connector.get_worker_connector()):
        async with app.open_async():
            await app.run_worker_async(
                **{
                    "wait": False,
                    "install_signal_handlers": False,
                    "listen_notify": False,
                    "queues": [PAID_QUEUE],
                    **options,
                }
            )


@pytest.fixture
def run_worker(queue_tables):
    """Return a function that works until the queue is empty."""
    return lambda **options: asyncio.run(run_worker_async(**options))
