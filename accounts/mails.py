"""Build the emails. A worker does this, so that the content is up to date when an email is sent."""

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts.mail_queue import MailKind
from accounts.mail_tokens import CONFIRM_EMAIL, RESET_PASSWORD, VERIFY_EMAIL
from accounts.mailboxes import in_mailbox
from accounts.models import ApiKey, EmailChange, User


def build(*, kind: str, row_id: int | None) -> EmailMultiAlternatives | None:
    """Return the email, or None if it has no recipient or is no longer needed."""
    return BUILDERS[MailKind(kind)](row_id) if row_id is not None else None


def _verify_email(user_id: int) -> EmailMultiAlternatives | None:
    user = User.objects.filter(pk=user_id, is_active=True, email_verified_at=None).first()
    if user is None:
        return None
    return _mail(
        MailKind.VERIFY_EMAIL,
        to=user.email,
        subject="Verify your email address",
        link=_link(settings.VERIFY_EMAIL_URL, VERIFY_EMAIL.make(user)),
        hours=settings.VERIFY_EMAIL_HOURS,
    )


def _reset_password(user_id: int) -> EmailMultiAlternatives | None:
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    return _mail(
        MailKind.RESET_PASSWORD,
        to=user.email,
        subject="Reset your password",
        link=_link(settings.RESET_PASSWORD_URL, RESET_PASSWORD.make(user)),
        hours=settings.RESET_PASSWORD_HOURS,
    )


def _confirm_email(change_id: int) -> EmailMultiAlternatives | None:
    change = EmailChange.objects.select_related("user").filter(pk=change_id, confirmed_at=None).first()
    if change is None or not change.user.is_active:
        return None
    if User.objects.exclude(pk=change.user_id).filter(in_mailbox(change.new_email)).exists():
        return None
    return _mail(
        MailKind.CONFIRM_EMAIL,
        to=change.new_email,
        subject="Confirm your new email address",
        link=_link(settings.CONFIRM_EMAIL_URL, CONFIRM_EMAIL.make(change)),
        hours=settings.CONFIRM_EMAIL_HOURS,
    )


def _email_change_notice(change_id: int) -> EmailMultiAlternatives | None:
    change = EmailChange.objects.filter(pk=change_id, user__is_active=True).first()
    if change is None:
        return None
    return _mail(
        MailKind.EMAIL_CHANGE_NOTICE,
        to=change.old_email,
        subject="Change of your email address",
        new_email=change.new_email,
    )


def _api_key_notice(key_id: int) -> EmailMultiAlternatives | None:
    key = ApiKey.objects.select_related("user").filter(pk=key_id, user__is_active=True).first()
    if key is None:
        return None
    shown = f"{settings.API_KEY_PREFIX}_{key.prefix}_…"
    # The name of the key is left out: without a verified email, the recipient may not be who chose it.
    return _mail(MailKind.API_KEY_NOTICE, to=key.user.email, subject="New API key", key=shown)


BUILDERS: dict[MailKind, Callable[[int], EmailMultiAlternatives | None]] = {
    MailKind.VERIFY_EMAIL: _verify_email,
    MailKind.RESET_PASSWORD: _reset_password,
    MailKind.CONFIRM_EMAIL: _confirm_email,
    MailKind.EMAIL_CHANGE_NOTICE: _email_change_notice,
    MailKind.API_KEY_NOTICE: _api_key_notice,
}


def _mail(kind: MailKind, *, to: str, subject: str, **context: object) -> EmailMultiAlternatives:
    """Render the kind's two templates, as text and as HTML."""
    context |= {"site_name": settings.SITE_NAME, "subject": subject, "recipient": to}
    mail = EmailMultiAlternatives(
        subject=f"{subject} - {settings.SITE_NAME}",
        body=render_to_string(f"accounts/mails/{kind}.txt", context),
        to=[to],
        # Tells vacation responders not to reply (RFC 3834).
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string(f"accounts/mails/{kind}.html", context), "text/html")
    return mail


def _link(url: str, token: str) -> str:
    return url.replace("{TOKEN}", quote(token, safe=""))
