"""The abstract model of plans and packs: the options of Stripe's payment page."""

from django.db import models

MAX_QUANTITY = 999
MAX_INTEGER = 2**31 - 1  # of the columns that store credits
MAX_TRIAL_DAYS = 730  # https://docs.stripe.com/api/checkout/sessions/create


class CheckoutFields(models.Model):
    """Options of Stripe's payment page, for a plan or a pack."""

    max_quantity = models.PositiveSmallIntegerField(
        default=1,
        help_text="Most units in one purchase. Above 1, buyers choose the quantity; the credits follow it.",
    )
    promotion_codes = models.BooleanField(
        "accept promotion codes", default=False, help_text="Codes are created in Stripe's dashboard."
    )
    automatic_tax = models.BooleanField(
        default=False,
        help_text="Stripe Tax adds the tax for the buyer's address. Activate it in Stripe's dashboard first.",
    )

    class Meta:
        abstract = True
