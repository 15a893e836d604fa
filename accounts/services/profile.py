"""The fields of a profile that users change themselves."""

from accounts.models import User


def rename(*, user: User, name: str) -> None:
    """Set the user's name, unless the account was deleted since `user` was loaded."""
    if User.objects.filter(pk=user.pk, is_active=True).update(name=name):
        user.name = name
