"""The only code that writes accounts. The functions of its modules are called as `services.register`."""

from accounts.services.api_keys import (
    NewApiKey,
    create_api_key,
    delete_revoked_keys,
    note_use,
    rename_api_key,
    revoke_api_key,
    rotate_api_key,
)
from accounts.services.blocking import block, block_after_disputes, unblock
from accounts.services.deactivation import deactivate
from accounts.services.deletion import delete_own_account, erase_account
from accounts.services.email_change import confirm_email_change, request_email_change
from accounts.services.email_verification import reset_verification, send_verification, verify_email
from accounts.services.export import export_account, export_file_name
from accounts.services.former_mailboxes import remember_mailbox
from accounts.services.passwords import change_password, require_password, reset_password, send_password_reset
from accounts.services.profile import rename
from accounts.services.registration import register
from accounts.services.second_factor import (
    has_second_factor,
    new_device,
    remember_second_factor,
    reset_second_factor,
    set_up_second_factor,
    verify_code,
)
from accounts.services.sessions import end_admin_sessions, revoke_session, revoke_sessions
from accounts.services.sign_in import log_in
from accounts.services.tokens import Tokens, issue_tokens, log_out, rotate_tokens

__all__ = [
    "NewApiKey",
    "Tokens",
    "block",
    "block_after_disputes",
    "change_password",
    "confirm_email_change",
    "create_api_key",
    "deactivate",
    "delete_own_account",
    "delete_revoked_keys",
    "end_admin_sessions",
    "erase_account",
    "export_account",
    "export_file_name",
    "has_second_factor",
    "issue_tokens",
    "log_in",
    "log_out",
    "new_device",
    "note_use",
    "register",
    "remember_mailbox",
    "remember_second_factor",
    "rename",
    "rename_api_key",
    "request_email_change",
    "require_password",
    "reset_password",
    "reset_second_factor",
    "reset_verification",
    "revoke_api_key",
    "revoke_session",
    "revoke_sessions",
    "rotate_api_key",
    "rotate_tokens",
    "send_password_reset",
    "send_verification",
    "set_up_second_factor",
    "unblock",
    "verify_code",
    "verify_email",
]
