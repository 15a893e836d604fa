"""The models of accounts. Import them from here."""

from accounts.models.email import EmailChange
from accounts.models.user import User, UserManager

__all__ = ["EmailChange", "User", "UserManager"]
