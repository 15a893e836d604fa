"""The rows of this app, and of the admin's sessions, that expire."""

from django.contrib.sessions.models import Session as AdminSession

from accounts.models import ApiKey, EmailChange, FormerMailbox, Session
from accounts.services import delete_revoked_keys
from common.retention import Sweep, register

register(Sweep(name="sessions", expired=lambda before: Session.objects.ended(at=before)))
register(
    Sweep(
        name="email changes",
        setting="EMAIL_CHANGE_DAYS",
        expired=lambda before: EmailChange.objects.filter(requested_at__lt=before),
    )
)
register(
    Sweep(
        name="sessions of the admin",
        expired=lambda before: AdminSession.objects.filter(expire_date__lt=before),
    )
)
register(
    Sweep(
        name="former mailboxes",
        setting="FORMER_MAILBOX_DAYS",
        expired=lambda before: FormerMailbox.objects.filter(deleted_at__lt=before),
    )
)
register(
    Sweep(
        name="revoked API keys",
        setting="REVOKED_KEY_DAYS",
        expired=lambda before: ApiKey.objects.filter(revoked_at__lt=before),
        delete=lambda before: delete_revoked_keys(before=before),
    )
)
