"""The models of accounts. Import them from here."""

from accounts.models.api_keys import ApiKey
from accounts.models.user import User, UserManager

__all__ = ["ApiKey", "User", "UserManager"]
