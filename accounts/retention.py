"""The rows of this app, and of the libraries for tokens and sessions, that expire."""

from django.contrib.sessions.models import Session
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from accounts.models import FormerMailbox
from common.retention import Sweep, register

register(
    Sweep(
        name="refresh tokens", expired=lambda before: OutstandingToken.objects.filter(expires_at__lt=before)
    )
)
register(
    Sweep(name="sessions of the admin", expired=lambda before: Session.objects.filter(expire_date__lt=before))
)
register(
    Sweep(
        name="former mailboxes",
        setting="FORMER_MAILBOX_DAYS",
        expired=lambda before: FormerMailbox.objects.filter(deleted_at__lt=before),
    )
)
