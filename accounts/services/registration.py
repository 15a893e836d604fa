"""Sign-up."""

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from accounts.exceptions import EmailTaken
from accounts.models import User
from accounts.services.email_verification import send_verification
from accounts.services.former_mailboxes import had_account


class _MailboxLeft(Exception):
    """An account left the mailbox while the new row waited for it."""


def register(*, email: str, password: str, name: str = "") -> User:
    """Create and return a user, and queue the mail that verifies the email. Raises EmailTaken.

    A trigger posts the opening credits. A mailbox that an account has left gets none.
    """
    user = User(email=email, name=name, password=make_password(password))
    while True:
        try:
            with transaction.atomic():
                return _create(user)
        except _MailboxLeft:
            user.pk, user.ai_credits = None, 0
        except IntegrityError as error:
            if "accounts_user_email" not in str(error):
                raise
            raise EmailTaken from None


def _create(user: User) -> User:
    if had_account(email=user.email):
        user.ai_credits = 0
    user.save(force_insert=True)
    if user.ai_credits and had_account(email=user.email):
        raise _MailboxLeft
    send_verification(user=user)
    return user
