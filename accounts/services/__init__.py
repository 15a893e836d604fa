"""The only code that writes accounts. The functions of its modules are called as `services.register`."""

from accounts.services.api_keys import (
    NewApiKey,
    create_api_key,
    note_use,
    rename_api_key,
    revoke_api_key,
    rotate_api_key,
)
from accounts.services.registration import register
from accounts.services.sign_in import log_in
from accounts.services.tokens import Tokens, issue_tokens, log_out, rotate_tokens

__all__ = [
    "NewApiKey",
    "Tokens",
    "create_api_key",
    "issue_tokens",
    "log_in",
    "log_out",
    "note_use",
    "register",
    "rename_api_key",
    "revoke_api_key",
    "rotate_api_key",
    "rotate_tokens",
]
