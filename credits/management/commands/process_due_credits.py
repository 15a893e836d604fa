"""Release expired holds, let grants expire or roll over, delete old stored responses."""

from argparse import ArgumentParser
from typing import IO, Any, cast

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils import timezone
from rich.console import Console
from rich.progress import track

from common.commands import DocumentedCommand
from credits import services as ledger
from credits.exceptions import CreditsError

EXAMPLES = """
The next request of a user does the same for that user. This command does it for users who make no requests,
and deletes stored responses after CREDIT_RESPONSE_DAYS.
Run it every few minutes:

  */5 * * * *  manage.py process_due_credits --quiet

exit status: 0, or 1 if a user could not be processed (the others were)
"""


class Command(DocumentedCommand):
    help = __doc__
    epilog = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *, quiet: bool, **options: Any) -> None:
        console = Console(file=cast("IO[str]", self.stdout._out), quiet=quiet)  # noqa: SLF001  (a file for rich)
        now = timezone.now()
        due = get_user_model().objects.filter(credits_due_at__lte=now).order_by("credits_due_at")
        total, failed = due.count(), 0
        users = due.values_list("pk", flat=True).iterator(chunk_size=1000)
        for user_id in track(users, total=total, description="Processing", console=console, transient=True):
            try:
                ledger.process_due(user_id=user_id, at=now)  # one user, one transaction
            except (CreditsError, DatabaseError) as error:
                self.stderr.write(f"user {user_id}: {error}")
                failed += 1
        console.print(
            f"{total - failed} users processed, {ledger.delete_expired_responses(at=now)} stored responses deleted."
        )
        if failed:
            raise CommandError(f"{failed} users could not be processed.", returncode=1)
