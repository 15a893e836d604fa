"""Remember the mailboxes that accounts have left, by deletion or by a change of email.

A new account with such a mailbox gets no sign-up credits. Otherwise, a user could get them again and again.
"""

from datetime import datetime

from django.conf import settings

from accounts.models import FormerMailbox, User
from accounts.models.former_mailboxes import key_of
from credits.models import AiCreditLog


def had_account(*, email: str) -> bool:
    """Return whether an account has left this mailbox within FORMER_MAILBOX_DAYS."""
    return FormerMailbox.has(User.objects.normalize_email(email))


def remember_mailbox(*, user: User, at: datetime) -> None:
    """Remember that the user leaves the mailbox.

    A mailbox that was never verified and whose account never got credits is not remembered: another person may
    have signed up with the address.
    """
    if user.email_verified or AiCreditLog.objects.of(user.pk).filter(amount__gt=0).exists():
        key = key_of(user.email, settings.SECRET_KEY)
        FormerMailbox.objects.update_or_create(key=key, defaults={"deleted_at": at})
