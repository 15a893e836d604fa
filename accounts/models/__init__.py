"""The models of accounts. Import them from here."""

from accounts.models.api_keys import ApiKey
from accounts.models.email import EmailChange
from accounts.models.former_mailboxes import FormerMailbox
from accounts.models.recovery_codes import RecoveryCode
from accounts.models.sessions import Session
from accounts.models.user import User, UserManager

__all__ = ["ApiKey", "EmailChange", "FormerMailbox", "RecoveryCode", "Session", "User", "UserManager"]
