"""The only code that writes accounts. The functions of its modules are called as `services.register`."""

from accounts.services.email_change import confirm_email_change, request_email_change
from accounts.services.email_verification import reset_verification, send_verification, verify_email
from accounts.services.passwords import change_password, reset_password, send_password_reset
from accounts.services.registration import register
from accounts.services.sign_in import log_in
from accounts.services.tokens import Tokens, issue_tokens, log_out, rotate_tokens

__all__ = [
    "Tokens",
    "change_password",
    "confirm_email_change",
    "issue_tokens",
    "log_in",
    "log_out",
    "register",
    "request_email_change",
    "reset_password",
    "reset_verification",
    "rotate_tokens",
    "send_password_reset",
    "send_verification",
    "verify_email",
]
