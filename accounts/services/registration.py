"""Sign-up."""

from django.db import IntegrityError, transaction

from accounts.exceptions import EmailTaken
from accounts.models import User


def register(*, email: str, password: str, name: str = "") -> User:
    """Create and return a user; a trigger posts the opening credits. Raises EmailTaken."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name)
    except IntegrityError as error:
        if "accounts_user_email" not in str(error):
            raise
        raise EmailTaken from None
    return user
