"""The only code that writes accounts. The functions of its modules are called as `services.register`."""

from accounts.services.deletion import delete_own_account, erase_account
from accounts.services.export import export_account
from accounts.services.profile import rename
from accounts.services.registration import register
from accounts.services.sign_in import log_in
from accounts.services.tokens import Tokens, issue_tokens, log_out, rotate_tokens

__all__ = [
    "Tokens",
    "delete_own_account",
    "erase_account",
    "export_account",
    "issue_tokens",
    "log_in",
    "log_out",
    "register",
    "rename",
    "rotate_tokens",
]
