"""Deactivate users."""

from django.db import transaction

from accounts.models import User
from accounts.services.api_keys import revoke_api_keys
from accounts.services.sessions import end_admin_sessions, revoke_sessions


@transaction.atomic
def deactivate(*, user: User) -> None:
    """Deactivate a user, revoke all API keys and end all sessions. A reactivation restores none of them."""
    # The full lock, at once: a login of the API that is in progress waits for it, so its session cannot outlive this.
    User.objects.select_for_update(no_key=False).get(pk=user.pk)
    user.is_active = False
    user.save(update_fields=["is_active"])
    revoke_api_keys(user=user)
    revoke_sessions(user=user)
    end_admin_sessions(user=user)
