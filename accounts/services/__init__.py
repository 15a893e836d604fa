"""The only code that writes accounts. The functions of its modules are called as `services.register`."""

from accounts.services.blocking import block, block_after_disputes, unblock
from accounts.services.registration import register
from accounts.services.sign_in import log_in
from accounts.services.tokens import Tokens, issue_tokens, log_out, rotate_tokens

__all__ = [
    "Tokens",
    "block",
    "block_after_disputes",
    "issue_tokens",
    "log_in",
    "log_out",
    "register",
    "rotate_tokens",
    "unblock",
]
