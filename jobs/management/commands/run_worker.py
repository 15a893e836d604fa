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
from jobs.queue import LONGEST_STOP_SECONDS, STALLED_SECONDS

EXAMPLES = """
Any number of workers may run, on any number of machines. A worker waits for up to --concurrency models
at once and uses about ten connections. It reconnects after a restart of the database.

On SIGTERM it takes no more jobs, and running jobs have --graceful-timeout seconds to finish. Another worker
restarts the unfinished jobs. A second SIGTERM stops it at once.
"""
CONCURRENCY = 200
GRACEFUL_SECONDS = 30
DATABASE_WAIT = 2  # seconds
DATABASE_LOST = (ConnectorException, OperationalError, InterfaceError, psycopg.Error)

logger = logging.getLogger(__name__)


class Command(DocumentedCommand):
    help = __doc__
    epilog = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=CONCURRENCY, help="jobs at once")
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
            work = asyncio.create_task(
                app.run_worker_async(
                    concurrency=concurrency,
                    shutdown_graceful_timeout=graceful_timeout,
                    stalled_worker_timeout=STALLED_SECONDS,
                    install_signal_handlers=False,
                )
            )
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, self._stop, work)
            await asyncio.wait([work])
        if not work.cancelled():
            work.result()

    def _stop(self, work: asyncio.Task[None]) -> None:
        self.stopping = True
        work.cancel()
