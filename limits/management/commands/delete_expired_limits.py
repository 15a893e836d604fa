"""Delete what the rate limits no longer need."""

from typing import Any

from common.commands import DocumentedCommand
from limits import counter


class Command(DocumentedCommand):
    help = "Delete counters of rate limits whose time has passed, and login addresses not used for 180 days."
    epilog = "It can run at any time. Without it, the tables only grow; no limit changes."

    def handle(self, *args: Any, **options: Any) -> None:
        deleted = counter.delete_expired()
        self.stdout.write(f"Deleted {deleted} rows.")
