"""Run a command of SCHEDULED_COMMANDS and record its outcome, which the admin shows."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from common.commands import DocumentedCommand
from jobs import scheduled_commands

EXAMPLES = """
A worker does this by itself. Without a worker, run it by cron:

  */5 * * * *  manage.py run_scheduled process_due_credits

exit status: that of the command
"""


class Command(DocumentedCommand):
    help = __doc__
    epilog = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(settings.SCHEDULED_COMMANDS), help="the command")

    def handle(self, *, name: str, **options: Any) -> None:
        scheduled_commands.run(name=name)
