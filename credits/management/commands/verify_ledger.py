"""Verify the ledger and print every breach."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import IO, Any, cast

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from common.commands import DocumentedCommand
from credits import audit

MOST_ROWS = 100
EXAMPLES = """
examples:
  manage.py verify_ledger            print a table of the breaches, or that there are none
  manage.py verify_ledger --json     print one JSON document
  manage.py verify_ledger --repair   bring balances and grants in line with the ledger

The command may run while the application is live. --repair posts missing entries and never edits an entry;
it does not repair entries that contradict each other.

exit status: 0 if every rule holds for every user, otherwise 1 (with --repair: if breaches remain)
"""


class Command(DocumentedCommand):
    help = __doc__
    epilog = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--repair", action="store_true", help="bring balances and grants in line with the ledger"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")

    def handle(self, *, repair: bool, **options: Any) -> None:
        as_json: bool = options["json"]
        console = Console(file=cast("IO[str]", (self.stderr if as_json else self.stdout)._out))  # noqa: SLF001  (a file for rich)
        users, repaired, total = 0, 0, 0
        left: list[audit.Breach] = []
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("Verifying users", total=get_user_model().objects.count())
            for first, last, count in audit.ranges():
                found = audit.breaches(first=first, last=last)
                if repair and found:
                    wrong = {breach.user_id for breach in found}
                    repaired += sum(audit.repair(user_id=user_id) for user_id in wrong)
                    found = audit.breaches(first=first, last=last)
                total += len(found)
                left += found[: MOST_ROWS - len(left)]
                users += count
                progress.advance(task, count)

        if as_json:
            document = {
                "users": users,
                "repaired": repaired,
                "breaches": total,
                "first": [asdict(breach) for breach in left],
            }
            self.stdout.write(json.dumps(document, indent=2, default=str))
        else:
            self._report(console, left, total=total, users=users, repaired=repaired)
        if total:
            raise CommandError(f"{total} breaches.", returncode=1)

    def _report(
        self, console: Console, left: list[audit.Breach], *, total: int, users: int, repaired: int
    ) -> None:
        if left:
            table = Table("user", "rule", "expected", "found")
            for breach in left:
                table.add_row(
                    str(breach.user_id), breach.rule.replace("_", " "), breach.expected, breach.found
                )
            console.print(table)
            if total > len(left):
                console.print(f"… and {total - len(left)} more.")
        if repaired:
            console.print(f"{repaired} users were repaired.")
        if not total:
            console.print(f"{users} users verified: every credit is accounted for.")
