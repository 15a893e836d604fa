"""Change of a user's email: a mail to the new address confirms it, a mail to the old address reports it."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import mail_queue
from accounts.exceptions import EmailTakenMeanwhile, InvalidLink, WrongPassword
from accounts.mail_queue import MailKind
from accounts.mail_tokens import CONFIRM_EMAIL
from accounts.models import EmailChange, User
from accounts.services.customer_email import update_customer_email
from accounts.services.email_verification import lock_user, mark_verified
from accounts.services.former_mailboxes import remember_mailbox
from accounts.services.passwords import require_password
from credits.exceptions import AccountBlocked


def request_email_change(*, user: User, email: str, password: str) -> None:
    """Request a change of the email address, which replaces an earlier request.

    Raises WrongPassword, AccountBlocked: a blocked user must not free the mailbox for another account.
    The caller does not learn whether the email is taken. If it is, the worker sends no confirmation.
    """
    require_password(user=user, password=password)
    email = User.objects.normalize_email(email)
    may_confirm = mail_queue.has_room(MailKind.CONFIRM_EMAIL, email=email, asked_by=user.email)
    # An account without a verified email may have the address of another person.
    may_notify = mail_queue.has_room(MailKind.EMAIL_CHANGE_NOTICE, email=user.email)
    with transaction.atomic():
        locked = lock_user(user.pk)
        if locked is None or locked.password != user.password:
            raise WrongPassword  # it was changed meanwhile
        if locked.blocked_at:
            raise AccountBlocked
        locked.email_changes.filter(confirmed_at=None).delete()
        change = EmailChange.objects.create(
            user=locked, old_email=locked.email, new_email=email, requested_at=timezone.now()
        )
        if may_notify:
            mail_queue.enqueue(MailKind.EMAIL_CHANGE_NOTICE, row_id=change.pk)
        if may_confirm:
            mail_queue.enqueue(MailKind.CONFIRM_EMAIL, row_id=change.pk)


@transaction.atomic
def confirm_email_change(*, token: str) -> User:
    """Change the email to that of the token, and mark it as verified.

    Raises InvalidLink, AccountBlocked, EmailTakenMeanwhile.
    """
    claim = CONFIRM_EMAIL.read(token)
    user_id = EmailChange.objects.filter(pk=claim.row_id).values_list("user", flat=True).first()
    # The UPDATE of a unique column needs the full lock. To strengthen a weaker lock later could deadlock.
    user = lock_user(user_id, no_key=False) if user_id else None
    if user is None:
        raise InvalidLink
    # Read under the lock of its user.
    change = CONFIRM_EMAIL.check(claim, user.email_changes.filter(pk=claim.row_id).first())
    if user.blocked_at:
        raise AccountBlocked
    # Otherwise, changing between two mailboxes would earn the sign-up credits again and again.
    remember_mailbox(user=user, at=timezone.now())
    user.email = change.new_email
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError as error:
        if "accounts_user_email" not in str(error):
            raise
        raise EmailTakenMeanwhile from None
    change.confirmed_at = timezone.now()
    change.save(update_fields=["confirmed_at"])
    mark_verified(user=user)
    update_customer_email(user=user)
    return user
