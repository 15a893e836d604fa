"""Process work that is due without an event from Stripe.

Grant instalments of credits, end grace periods, and delete the customers of deleted accounts in Stripe.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from billing import services
from billing.exceptions import BillingError
from common.commands import DocumentedCommand

EXAMPLES = """
Run it at least every hour. Repeated runs change nothing:

  0 * * * *  manage.py process_due_billing --quiet

exit status: 0, or 1 if a user or a customer could not be processed (the others were)
"""


class Command(DocumentedCommand):
    help = __doc__
    epilog = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *, quiet: bool, **options: Any) -> None:
        now = timezone.now()
        changed = failed = 0
        for user in services.due_users(at=now).order_by("pk").iterator(chunk_size=1000):
            try:
                changes = services.process_due(user=user, at=now)  # one user, one transaction
            except BillingError as error:
                self.stderr.write(f"user {user.pk}: {error}")
                failed += 1
            else:
                changed += changes.has_changes
        deleted, pending = services.delete_customers()
        if not quiet:
            self.stdout.write(f"{changed} users changed, {deleted} customers deleted.")
        if failed or pending:
            raise CommandError(
                f"{failed} users could not be processed, {pending} customers of deleted accounts not deleted.",
                returncode=1,
            )
