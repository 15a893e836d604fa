from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="KnownAddress",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("last_login_at", models.DateTimeField()),
                ("account", models.CharField(blank=True, db_index=True, default="", max_length=64)),
            ],
            options={"verbose_name_plural": "known addresses"},
        ),
        migrations.CreateModel(
            name="RequestCount",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.BigIntegerField()),
                ("resets_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["resets_at"], name="limits_count_resets_at")],
            },
        ),
        # No write waits for the disk; half-full pages let an update stay in its page.
        migrations.RunSQL(
            [
                "alter table limits_requestcount set unlogged",
                "alter table limits_requestcount set (fillfactor = 50)",
            ],
            migrations.RunSQL.noop,
        ),
    ]
