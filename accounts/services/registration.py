"""Sign-up."""

from django.db import IntegrityError, transaction

from accounts.exceptions import EmailTaken
from accounts.models import User
from accounts.services.email_verification import send_verification
from accounts.services.former_mailboxes import had_account


def register(*, email: str, password: str, name: str = "") -> User:
    """Create and return a user, and queue the mail that verifies the e-mail. Raises EmailTaken.

    A trigger posts the opening credits. A mailbox that had an account before gets none.
    """
    without = {"ai_credits": 0} if had_account(email=email) else {}
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name, **without)
            send_verification(user=user)
    except IntegrityError as error:
        if "accounts_user_email" not in str(error):
            raise
        raise EmailTaken from None
    return user
