"""The user: a login, a balance of credits and a Stripe subscriber.

This is the composition root: `credits` and `billing` do not import each other.
"""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from billing.subscribers import Subscriber
from credits.holders import CreditHolder


class UserManager(BaseUserManager["User"]):
    """Create and find users by e-mail, ignoring case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and return a user. Raises ValueError without an e-mail, IntegrityError if it is taken."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return the e-mail in lower case, so that every spelling is one account."""
        return (email or "").strip().lower()


class User(CreditHolder, Subscriber, AbstractUser):
    """A login, a balance of credits and a Stripe subscriber."""

    username = None  # type: ignore[assignment]  # the e-mail is the login
    first_name = None  # type: ignore[assignment]  # `name` holds the full name
    last_name = None  # type: ignore[assignment]  # as above
    email = models.EmailField("e-mail", unique=True)
    name = models.CharField(max_length=150, blank=True, default="")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # AbstractUser declares its own manager

    class Meta(AbstractUser.Meta):
        abstract = False
        # Django inherits a single Meta, so the constraints are listed here; a system check reports a missing one.
        constraints = (
            *CreditHolder.Meta.constraints,
            *Subscriber.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="accounts_user_email_is_lower_case"
            ),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = UserManager.normalize_email(self.email)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.email = UserManager.normalize_email(self.email)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.email
