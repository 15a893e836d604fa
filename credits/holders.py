"""The part that a User model composes to hold credits.

    class User(CreditHolder, AbstractUser):
        class Meta(AbstractUser.Meta):
            constraints = (*CreditHolder.Meta.constraints,)

The two columns are the cache of the ledger: `ai_credits + ai_credits_held` is the sum of the
holder's entries after every commit. They are columns of the user, so that the permission check
costs no query: authentication has loaded the row. Write them only through `credits.services`;
the database refuses anything else.
"""

from django.db import models

SIGNUP_CREDITS = 100


class CreditHolder(models.Model):
    """A balance of credits: what can be spent, and what is reserved for work in progress."""

    ai_credits = models.BigIntegerField(
        "credits", default=SIGNUP_CREDITS, db_default=SIGNUP_CREDITS, editable=False
    )
    ai_credits_held = models.BigIntegerField("credits held", default=0, db_default=0, editable=False)

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
        )
