"""Delete sessions of the API whose refresh token has expired."""

from typing import Any

from accounts import services
from common.commands import DocumentedCommand


class Command(DocumentedCommand):
    help = "Delete sessions of the API whose refresh token has expired, with their addresses and user agents."
    epilog = "It can run at any time. Without it, the table only grows; no session is valid for longer."

    def handle(self, *args: Any, **options: Any) -> None:
        deleted = services.delete_expired_sessions()
        self.stdout.write(f"Deleted {deleted} sessions.")
