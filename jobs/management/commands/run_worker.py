"""Run jobs and scheduled commands until SIGTERM or SIGINT."""

import asyncio
import logging
import signal
import time
from argparse import ArgumentParser
from typing import Any

import psycopg
from django.core.management.base import CommandError
from django.db import InterfaceError, OperationalError
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from common.commands import DocumentedCommand
from jobs.queue import LONGEST_STOP_SECONDS, PAID_QUEUE, STALLED_SECONDS

EXAMPLES = """
Any number of workers may run, on any number of machines. A worker runs up to --concurrency jobs at once and
uses about ten connections. Emails and scheduled commands do not wait for jobs: they have slots of their own.
A worker reconnects if the database restarts.

On SIGTERM it takes no more jobs, and running jobs have --graceful-timeout seconds to finish. Another worker
restarts the unfinished jobs. A second SIGTERM stops it at once.
"""
CONCURRENCY = 200
OTHER_CONCURRENCY = 10  # emails, scheduled commands and the like at once, in slots that jobs cannot take
GRACEFUL_SECONDS = 30
DATABASE_WAIT = 2  # seconds
DATABASE_LOST = (ConnectorException, OperationalError, InterfaceError, psycopg.Error)

logger = logging.getLogger(__name__)


class Command(DocumentedCommand):
    help = __doc__
    epilog = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=CONCURRENCY, help="paid jobs at once")
        parser.add_argument(
            "--graceful-timeout",
            type=int,
            default=GRACEFUL_SECONDS,
            help=f"seconds for running jobs to finish after SIGTERM, at most {LONGEST_STOP_SECONDS}",
        )

    def handle(self, *, concurrency: int, graceful_timeout: int, **options: Any) -> None:
        if concurrency < 1:
            raise CommandError("--concurrency must be at least 1.")
        if not 0 <= graceful_timeout <= LONGEST_STOP_SECONDS:
            raise CommandError(f"--graceful-timeout must be from 0 to {LONGEST_STOP_SECONDS}.")
        self.stopping = False
        connector = app.connector
        assert isinstance(connector, DjangoConnector)  # noqa: S101  (for the type checker)
        while not self.stopping:
            try:
                with app.replace_connector(connector.get_worker_connector()):
                    asyncio.run(self._work(concurrency=concurrency, graceful_timeout=graceful_timeout))
            except DATABASE_LOST as error:
                logger.error("The worker lost the database, and reconnects: %s", error)  # noqa: TRY400  (its stack says nothing)
            if not self.stopping:
                time.sleep(DATABASE_WAIT)

    async def _work(self, *, concurrency: int, graceful_timeout: int) -> None:
        async with app.open_async():
            # Two workers, so that slow jobs leave slots to emails and scheduled commands.
            workers = [
                asyncio.create_task(
                    app.run_worker_async(
                        name=name,
                        queues=queues,
                        concurrency=slots,
                        shutdown_graceful_timeout=graceful_timeout,
                        stalled_worker_timeout=STALLED_SECONDS,
                        install_signal_handlers=False,
                    )
                )
                for name, queues, slots in (
                    ("jobs", [PAID_QUEUE], concurrency),
                    ("others", other_queues(), OTHER_CONCURRENCY),
                )
            ]
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, self._stop, workers)
            await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
            if not self.stopping:  # one lost the database: stop the other, then start both again
                _cancel(workers)
            outcomes = await asyncio.gather(*workers, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    def _stop(self, workers: list[asyncio.Task[None]]) -> None:
        self.stopping = True
        _cancel(workers)


def other_queues() -> list[str]:
    """Return the queues of all tasks except paid jobs."""
    return sorted({task.queue for task in app.tasks.values()} - {PAID_QUEUE})


def _cancel(workers: list[asyncio.Task[None]]) -> None:
    for worker in workers:
        worker.cancel()
