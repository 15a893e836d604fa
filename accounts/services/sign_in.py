"""Login with email and password."""

from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts.exceptions import InvalidCredentials
from accounts.models import User


def log_in(*, request: HttpRequest, email: str, password: str) -> User:
    """Return the user with this email and password.

    Raises InvalidCredentials, after the same time for an unknown email and for a wrong password.
    """
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        raise InvalidCredentials
    return user
