"""Delete sessions of the API that have ended."""

from typing import Any

from accounts import services
from common.commands import DocumentedCommand


class Command(DocumentedCommand):
    help = "Delete sessions of the API that have expired, or whose user is inactive or has a new password."
    epilog = "It can run at any time. Without it, the table only grows; no session is valid for longer."

    def handle(self, *args: Any, **options: Any) -> None:
        deleted = services.delete_ended_sessions()
        self.stdout.write(f"Deleted {deleted} sessions.")
