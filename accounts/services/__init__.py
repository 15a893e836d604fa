"""The only code that writes accounts. The functions of its modules are called as `services.register`."""

from accounts.services.registration import register
from accounts.services.sessions import delete_expired_sessions, revoke_session, revoke_sessions
from accounts.services.sign_in import log_in
from accounts.services.tokens import Tokens, issue_tokens, log_out, rotate_tokens

__all__ = [
    "Tokens",
    "delete_expired_sessions",
    "issue_tokens",
    "log_in",
    "log_out",
    "register",
    "revoke_session",
    "revoke_sessions",
    "rotate_tokens",
]
