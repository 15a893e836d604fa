"""Rename two fields of Payment and relabel the plan's instalments.

Django renames neither a field within a check constraint nor the checks of positive integers.
"""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

CONSTRAINT = "billing_payment_returns_at_most_what_it_gave"
RENAMED = {"taken_back": "credits_clawed_back", "returns": "clawback_count"}


def rename_check(old: str, new: str) -> str:
    return f"alter table billing_payment rename constraint billing_payment_{old}_check to billing_payment_{new}_check"


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_plans")]

    operations = [
        migrations.RemoveConstraint(model_name="payment", name=CONSTRAINT),
        *(migrations.RenameField("payment", old, new) for old, new in RENAMED.items()),
        *(migrations.RunSQL(rename_check(old, new), rename_check(new, old)) for old, new in RENAMED.items()),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=Q(credits_clawed_back__lte=Coalesce(F("credits"), 0) - F("written_off")),
                name=CONSTRAINT,
            ),
        ),
        migrations.AlterField(
            model_name="plan",
            name="instalments",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="Number of equal instalments of a period's credits: 12 for a yearly plan that grants "
                "a twelfth each month.",
                verbose_name="instalments per period",
            ),
        ),
    ]
