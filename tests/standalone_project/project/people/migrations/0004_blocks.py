from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_attach_ledger")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="blocked_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="blocked_reason",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, help_text="For staff.", max_length=500
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("blocked_at__isnull", True), ("blocked_reason", "")),
                    models.Q(("blocked_at__isnull", False), models.Q(("blocked_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="people_person_block_has_a_reason",
            ),
        ),
    ]
