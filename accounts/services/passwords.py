"""Reset of a forgotten password, and change of a known one.

Both revoke all tokens and sessions of the user.
"""

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from accounts import mail_queue
from accounts.exceptions import WrongPassword
from accounts.mail_queue import MailKind
from accounts.mail_tokens import RESET_PASSWORD
from accounts.mailboxes import in_mailbox
from accounts.models import User
from accounts.services.api_keys import revoke_api_keys
from accounts.services.email_verification import lock_user
from limits import counter


def send_password_reset(*, email: str) -> None:
    """Queue a mail with a link that resets the password, to the address of the account.

    The account is found by its mailbox, as at sign-up: its address may be another spelling than `email`. For
    a mailbox without an account it does the same, but the worker sends nothing. Above MAIL_THROTTLE_RATE it
    queues nothing. The links of earlier mails are still valid, so a flood of requests does not keep the owner
    from a reset.
    """
    email = User.objects.normalize_email(email)
    if mail_queue.has_room(MailKind.RESET_PASSWORD, email=email):
        found = User.objects.filter(in_mailbox(email), is_active=True).values_list("pk", flat=True)
        # Not first(): its ordering could make PostgreSQL read the index of the ids instead.
        mail_queue.enqueue(MailKind.RESET_PASSWORD, row_id=next(iter(found), None))


def reset_password(*, token: str, password: str) -> User:
    """Set the password of the token's user, and stop all API keys.

    Raises InvalidLink, ValidationError.

    Of concurrent calls with one token, the first one succeeds.
    """
    claim = RESET_PASSWORD.read(token)
    user = RESET_PASSWORD.check(claim, User.objects.filter(pk=claim.row_id, is_active=True).first())
    validate_password(password, user)
    hashed = make_password(password)  # slow, so before the lock
    with transaction.atomic():
        user = RESET_PASSWORD.check(claim, lock_user(claim.row_id))
        revoke_api_keys(user=user)  # another person may have signed up with this address, and made keys
        counter.forget_addresses(account=user.email)
        _store(user, hashed)
    return user


def change_password(*, user: User, current_password: str, new_password: str) -> User:
    """Set the password of a user who knows the current one. Raises WrongPassword, ValidationError."""
    require_password(user=user, password=current_password)
    validate_password(new_password, user)
    hashed = make_password(new_password)
    with transaction.atomic():
        locked = lock_user(user.pk)
        if locked is None or locked.password != user.password:
            raise WrongPassword  # it was changed meanwhile
        _store(locked, hashed)
    return locked


def require_password(*, user: User, password: str) -> None:
    """Raise WrongPassword if this is not the user's password."""
    # Not user.check_password(): it may store a new hash of the password, which revokes the caller's tokens.
    if not check_password(password, user.password):
        raise WrongPassword


def _store(user: User, hashed: str) -> None:
    user.password = hashed
    user.save(update_fields=["password"])
