"""Remember the mailboxes that accounts have left, by deletion or by a change of e-mail.

A new account with such a mailbox gets no sign-up credits. Otherwise, a user could get them again and again.
"""

import re
from datetime import datetime

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.models import FormerMailbox, UserManager

GMAIL = {"gmail.com", "googlemail.com"}


def had_account(*, email: str) -> bool:
    """Return whether an account has left this mailbox within FORMER_MAILBOX_DAYS."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return FormerMailbox.objects.filter(key__in=[_key(email, secret) for secret in secrets]).exists()


def remember_mailbox(*, email: str, at: datetime) -> None:
    """Remember that an account has left this mailbox."""
    FormerMailbox.objects.update_or_create(key=_key(email, settings.SECRET_KEY), defaults={"deleted_at": at})


def _key(email: str, secret: str) -> str:
    return salted_hmac(
        "accounts.former_mailbox", _mailbox(email), secret=secret, algorithm="sha256"
    ).hexdigest()


def _mailbox(email: str) -> str:
    """Return the mailbox that gets an e-mail, as the constraint `accounts_user_email_mailbox` sees it."""
    local, _, domain = re.sub(r"\+[^@]*@", "@", UserManager.normalize_email(email), count=1).rpartition("@")
    return f"{local.replace('.', '') if domain in GMAIL else local}@{domain}"
