"""The abstract model that a User model inherits to hold credits.

    class User(CreditHolder, AbstractUser):
        class Meta(AbstractUser.Meta):
            constraints = (*CreditHolder.Meta.constraints,)

`ai_credits + ai_credits_held` is the cache of the ledger: the sum of the holder's entries after
every commit. They are columns of the user, so that the permission check costs no query:
authentication has loaded the row. Write them only through `credits.services`: the database refuses
a sum that no entry explains, and `save()` does not write the columns.

A new user has the SIGNUP_CREDITS of the settings, unless the code that creates the row sets another number. A
row that SQL inserts without `ai_credits` has 0: the column's default does not depend on settings, so that
migrations do not either. A trigger posts an entry for the credits of the new row, even if they are 0
(signup_grant.sql in credits/sql/).

`ai_credits_claimed` is the part of the held credits that clawbacks claim: the sum of the open amounts of the
holder's CreditClaims, which a trigger maintains (claims.sql in credits/sql/).

`credits_limited` is whether the holder has spending limits. A trigger maintains it (spending_limits.sql).

`credits_due_at` is the earliest time at which a grant or a hold expires. `credits_consumed_through` is
the last entry whose credits were taken from grants (credits/services/due_work.py).

A holder with `blocked_at` is blocked: credits_hold and credits_post refuse to hold and to spend. Everything
else still works: open holds can be captured, and grants, refunds, adjustments and clawbacks are posted.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeAlias

from django.conf import settings
from django.db import models

from common.models import ServiceManagedModel

UserId: TypeAlias = int | str  # the primary key of a user; a UUID as its text


def signup_credits() -> int:
    """Return the credits of a new user. Migrations name this function, so they do not depend on settings."""
    number: int = settings.SIGNUP_CREDITS
    return number


class Holder(Protocol):
    """The attributes that the ledger reads from a loaded user. Models that inherit CreditHolder have them."""

    ai_credits: int
    ai_credits_held: int
    ai_credits_claimed: int
    credits_limited: bool
    credits_due_at: datetime | None
    blocked_at: datetime | None

    @property
    def pk(self) -> UserId: ...

    def refresh_from_db(self, using: str | None = None, fields: Iterable[str] | None = None) -> None: ...


class CreditHolder(ServiceManagedModel):
    """A balance: available credits, and credits reserved for work in progress."""

    ai_credits = models.BigIntegerField("credits", default=signup_credits, db_default=0, editable=False)
    ai_credits_held = models.BigIntegerField("credits held", default=0, db_default=0, editable=False)
    ai_credits_claimed = models.BigIntegerField("credits claimed", default=0, db_default=0, editable=False)
    credits_limited = models.BooleanField(default=False, db_default=False, editable=False)
    credits_due_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)
    credits_consumed_through = models.BigIntegerField(default=0, db_default=0, editable=False)
    blocked_at = models.DateTimeField(null=True, blank=True, editable=False)
    blocked_reason = models.CharField(
        max_length=500, blank=True, default="", db_default="", editable=False, help_text="For staff."
    )

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ai_credits__gte=0), name="%(app_label)s_%(class)s_credits_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(ai_credits_held__gte=0),
                name="%(app_label)s_%(class)s_held_credits_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ai_credits_claimed__gte=0, ai_credits_claimed__lte=models.F("ai_credits_held")
                ),
                name="%(app_label)s_%(class)s_claims_only_held_credits",
            ),
            models.CheckConstraint(
                condition=models.Q(blocked_at__isnull=True, blocked_reason="")
                | (models.Q(blocked_at__isnull=False) & ~models.Q(blocked_reason="")),
                name="%(app_label)s_%(class)s_block_has_a_reason",
            ),
        )
