"""The models of accounts. Import them from here."""

from accounts.models.former_mailboxes import FormerMailbox
from accounts.models.user import User, UserManager

__all__ = ["FormerMailbox", "User", "UserManager"]
