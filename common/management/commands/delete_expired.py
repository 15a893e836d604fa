"""Delete rows that are no longer needed: events, deliveries, tokens, sessions, jobs, counters."""

import json
from argparse import ArgumentParser
from typing import IO, Any, cast

from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from common.commands import DocumentedCommand
from common.retention import SWEEPS, Sweep

EXAMPLES = """
Rows are deleted a thousand at a time, each thousand in its own transaction. After an interruption, the next
run continues. docs/operations.md lists the tables and their settings.

  20 * * * *  manage.py delete_expired --quiet

exit status: 0, or 1 if a table could not be swept (the others were)
"""


class Command(DocumentedCommand):
    help = __doc__
    epilog = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count the rows, delete none")
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *, dry_run: bool, quiet: bool, **options: Any) -> None:
        as_json: bool = options["json"]
        console = Console(
            file=cast("IO[str]", (self.stderr if as_json else self.stdout)._out),  # noqa: SLF001  (a file for rich)
            quiet=quiet,
        )
        now = timezone.now()
        deleted: dict[str, int] = {}
        failed: dict[str, str] = {}
        with Progress(console=console, transient=True, disable=quiet) as progress:
            for sweep in SWEEPS.values():
                try:
                    total = sweep.count(at=now)
                    task = progress.add_task(f"Deleting {sweep.name}", total=total)
                    deleted[sweep.name] = total if dry_run else _sweep(sweep, now, progress, task)
                except DatabaseError as error:
                    failed[sweep.name] = str(error)
        if as_json:
            document = {"dryRun": dry_run, "deleted": deleted, "failed": failed}
            self.stdout.write(json.dumps(document, indent=2))
        else:
            for name, count in deleted.items():
                if count:
                    console.print(f"{count} {name} {'would be deleted' if dry_run else 'deleted'}.")
            if not any(deleted.values()):
                console.print("Nothing has expired.")
        if failed:
            raise CommandError(
                "\n".join(f"{name}: {reason}" for name, reason in failed.items()), returncode=1
            )


def _sweep(sweep: Sweep, now: Any, progress: Progress, task: Any) -> int:
    deleted = 0
    while count := sweep.delete_batch(at=now):
        deleted += count
        progress.advance(task, count)
        if sweep.delete:
            break
    return deleted
