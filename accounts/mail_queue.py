"""Queue mails in the caller's transaction. A worker builds and sends them (accounts/tasks.py).

The queue stores the kind of a mail and the id of a row, but no address, text or token.
"""

from dataclasses import replace
from enum import StrEnum

from django.conf import settings

from accounts.mailboxes import mailbox
from jobs import queue
from limits import counter
from limits.rates import Limit

SEND_MAIL, MAIL_QUEUE = "accounts.send_mail", "mail"


class MailKind(StrEnum):
    """The kinds of mails. The row is a user, an EmailChange for the next two kinds, an ApiKey for the last."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  (a name)
    CONFIRM_EMAIL = "confirm_email"
    EMAIL_CHANGE_NOTICE = "email_change_notice"
    API_KEY_NOTICE = "api_key_notice"


def enqueue(kind: MailKind, *, row_id: int | None) -> None:
    """Queue a mail.

    Without a row, the worker sends nothing. So the caller's response does not reveal that there is no row.
    """
    queue.enqueue_task(SEND_MAIL, queue=MAIL_QUEUE, kind=kind.value, row_id=row_id)


def has_room(kind: MailKind, *, email: str, asked_by: str = "") -> bool:
    """Count a mail of this kind to the mailbox, and return whether MAIL_THROTTLE_RATE allows it.

    All spellings of a mailbox count together, whether or not it has an account. If the mailbox may be that of
    another person, pass the email of the account that asks: one account may use at most half of the limit, so
    it cannot use up the mails that the owner asks for.
    """
    limit = Limit.from_rate("mailbox", settings.MAIL_THROTTLE_RATE)
    if limit is None:
        return True
    subject = f"{kind} {mailbox(email)}"
    if asked_by:  # first: a mail that this refuses must not count for the mailbox
        half = replace(limit, quota=max(1, limit.quota // 2))
        if not counter.count(limit=half, subject=f"{subject} {mailbox(asked_by)}").granted:
            return False
    return counter.count(limit=limit, subject=subject).granted > 0
