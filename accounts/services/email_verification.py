"""Verification of a user's email, and the sign-up credits that may depend on it."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import mail_queue
from accounts.mail_queue import MailKind
from accounts.mail_tokens import VERIFY_EMAIL
from accounts.models import User
from accounts.models.user import SignupCreditsMode
from accounts.services.customer_email import update_customer_email
from accounts.services.former_mailboxes import had_account
from common.transactions import requires_transaction
from credits import services as ledger
from credits.models import AiCreditLog

VERIFIED_KEY = "signup:verified"


def send_verification(*, user: User) -> bool:
    """Queue a mail with a link that verifies the user's email, and return whether it was queued.

    It is not queued if the email is verified, or if MAIL_THROTTLE_RATE is reached.
    """
    if user.email_verified or not mail_queue.has_room(MailKind.VERIFY_EMAIL, email=user.email):
        return False
    mail_queue.enqueue(MailKind.VERIFY_EMAIL, row_id=user.pk)
    return True


@transaction.atomic
def verify_email(*, token: str) -> User:
    """Mark the email of the token's user as verified, and give the credits that depend on it.

    Raises InvalidLink. Of concurrent calls with one token, the first one succeeds.
    """
    claim = VERIFY_EMAIL.read(token)
    user = VERIFY_EMAIL.check(claim, lock_user(claim.row_id))
    mark_verified(user=user)
    return user


@transaction.atomic
def reset_verification(*, user: User) -> None:
    """Mark the email as not verified, because staff have changed it. Open changes of the email end.

    The Stripe customer gets the new address.
    """
    user.email_verified_at = None
    user.save(update_fields=["email_verified_at"])
    user.email_changes.filter(confirmed_at=None).delete()
    update_customer_email(user=user)


def lock_user(user_id: int, *, no_key: bool = True) -> User | None:
    """Lock and return an active user. To change the email, a unique column, pass no_key=False."""
    return User.objects.select_for_update(no_key=no_key).filter(pk=user_id, is_active=True).first()


@requires_transaction
def mark_verified(*, user: User) -> None:
    """Mark the email of a locked user as verified, and give the credits that depend on it, once."""
    user.email_verified_at = timezone.now()
    user.save(update_fields=["email_verified_at"])
    if settings.SIGNUP_CREDITS_MODE != SignupCreditsMode.AFTER_VERIFICATION or not settings.SIGNUP_CREDITS:
        return
    if had_account(email=user.email):
        return
    entries = AiCreditLog.objects.of(user.pk)
    # The user already has the credits if an earlier email was verified, or by another mode at sign-up.
    if entries.filter(idempotency_key=VERIFIED_KEY).exists() or entries.filter(
        idempotency_key="signup", amount__gt=0
    ):
        return
    ledger.grant(user_id=user.pk, amount=settings.SIGNUP_CREDITS, action_type="signup", key=VERIFIED_KEY)
    user.refresh_from_db(fields=["ai_credits", "ai_credits_held", "ai_credits_claimed", "credits_due_at"])
