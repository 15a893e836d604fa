"""The user: a login, a balance of credits and a Stripe subscriber.

This is the composition root: `credits` and `billing` do not import each other.
"""

import unicodedata
from typing import Any, ClassVar

import idna
from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from accounts.mailboxes import mailbox_of_column
from accounts.models.email import MAX_EMAIL, EmailHolder
from accounts.models.former_mailboxes import FormerMailbox
from billing.subscribers import Subscriber
from credits.holders import CreditHolder, signup_credits


class SignupCreditsMode(models.TextChoices):
    """When a new user gets SIGNUP_CREDITS: the values of SIGNUP_CREDITS_MODE."""

    AT_ONCE = "at_once"
    AFTER_VERIFICATION = "after_verification"
    NEVER = "never"


def opening_credits() -> int:
    """Return the credits of a new user. Migrations refer to this function."""
    return signup_credits() if settings.SIGNUP_CREDITS_MODE == SignupCreditsMode.AT_ONCE else 0


class UserManager(BaseUserManager["User"]):
    """Create and find users by email address, ignoring case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and return a user. Raises ValueError without an address, IntegrityError if it is taken."""
        if not email:
            raise ValueError("A user needs an email address.")
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
        """Return the normal form of an email address, so that all its spellings are one account.

        It is in lower case and NFKC; its domain is in IDNA's ASCII form and has no trailing dot.
        """
        text = (email or "").strip()
        if len(text) > MAX_EMAIL:
            return text.lower()  # no address; its length must not cost time
        local, at, domain = unicodedata.normalize("NFKC", text).strip().lower().rpartition("@")
        return f"{local}{at}{_ascii_domain(domain)}"


def _ascii_domain(domain: str) -> str:
    try:
        domain = idna.encode(domain, uts46=True).decode() if not domain.isascii() else domain
    except idna.IDNAError:
        return domain  # no domain; a form or serializer refuses it
    return domain.rstrip(".")


class User(CreditHolder, Subscriber, EmailHolder, AbstractUser):
    """A login, a balance of credits and a Stripe subscriber."""

    username = None  # type: ignore[assignment]  # the email address is the login
    first_name = None  # type: ignore[assignment]  # `name` holds the full name
    last_name = None  # type: ignore[assignment]  # as above
    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=150, blank=True, default="")
    # `credits` knows nothing of verification, so the default is decided here.
    ai_credits = models.BigIntegerField("credits", default=opening_credits, db_default=0, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # AbstractUser declares its own manager

    class Meta(AbstractUser.Meta):
        abstract = False
        permissions: ClassVar = [
            ("block_user", "Can block and unblock users"),
            ("delete_account", "Can delete the account of a user"),
            ("export_account", "Can export the data of a user"),
        ]
        # Django inherits a single Meta, so all constraints are listed here. A system check reports missing
        # ones.
        constraints = (
            *CreditHolder.Meta.constraints,
            *Subscriber.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="accounts_user_email_is_lower_case"
            ),
            # All spellings of a mailbox are one account, so that it gets the sign-up credits once.
            models.UniqueConstraint(
                mailbox_of_column(),
                name="accounts_user_email_mailbox",
                violation_error_message="There is an account with this email address already.",
            ),
        )

    @property
    def may_buy(self) -> bool:
        """Whether a checkout is allowed: a blocked user may not buy."""
        return self.blocked_at is None

    @property
    def may_try(self) -> bool:
        """Whether a trial is offered.

        A trial gives credits, as sign-up does. So in the modes other than `at_once` it needs a verified address,
        and there is none if an account has left this mailbox before.
        """
        if settings.SIGNUP_CREDITS_MODE != SignupCreditsMode.AT_ONCE and not self.email_verified:
            return False
        return not FormerMailbox.has(self.email)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = UserManager.normalize_email(self.email)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.email = UserManager.normalize_email(self.email)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.email
