"""The models of accounts. Import them from here."""

from accounts.models.user import User, UserManager

__all__ = ["User", "UserManager"]
