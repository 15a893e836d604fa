"""End overdue jobs, restart jobs of dead workers, and report missed scheduled commands."""

from argparse import ArgumentParser
from typing import Any

from common.commands import DocumentedCommand
from jobs import due_work, scheduled_commands

EXAMPLES = """
A worker runs this command every minute. Run it by cron if no worker runs:

  * * * * *  manage.py process_due_jobs --quiet
"""


class Command(DocumentedCommand):
    help = __doc__
    epilog = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *, quiet: bool, **options: Any) -> None:
        ended, retried = due_work.process_due()
        missed = scheduled_commands.report_missed()
        if not quiet:
            self.stdout.write(
                f"{ended} overdue jobs ended, {retried} started again, {len(missed)} commands missed."
            )
