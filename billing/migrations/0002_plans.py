"""The two plans to start with: `free`, and `pro` at STRIPE_PRICE_ID with 1,000 credits a period."""

from typing import Any

from django.db import migrations

PLANS = [
    {"slug": "free", "name": "Free", "credits_per_period": 0},
    {"slug": "pro", "name": "Pro", "credits_per_period": 1000},
]


def create_plans(apps: Any, schema_editor: Any) -> None:
    for plan in PLANS:
        apps.get_model("billing", "Plan").objects.get_or_create(slug=plan["slug"], defaults=plan)


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [migrations.RunPython(create_plans, migrations.RunPython.noop)]
