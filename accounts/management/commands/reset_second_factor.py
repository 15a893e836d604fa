"""Reset the second factor of a member of staff, if there is no superuser to do it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts import services
from accounts.models import User
from common.commands import DocumentedCommand


class Command(DocumentedCommand):
    help = "Delete the authenticator app and the recovery codes of a user, such as the only superuser."
    epilog = "In the admin, a superuser does this on the user's page. At the next login, the user can set up a new app."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the user's email address")

    def handle(self, *, email: str, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(email)
        except User.DoesNotExist:
            raise CommandError(f"No user has the email address {email}.") from None
        if not services.reset_second_factor(user=user):
            raise CommandError(f"{user.email} has no second factor.")
        self.stdout.write(f"The second factor of {user.email} was reset.")
