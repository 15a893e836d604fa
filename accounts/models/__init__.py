"""The models of accounts. Import them from here."""

from accounts.models.recovery_codes import RecoveryCode
from accounts.models.sessions import Session
from accounts.models.user import User, UserManager

__all__ = ["RecoveryCode", "Session", "User", "UserManager"]
