from django.db import migrations

from credits.migration_operations import AttachLedger


class Migration(migrations.Migration):
    """What a later release of credits needs."""

    dependencies = [("people", "0003_attach_ledger"), ("credits", "0003_adjustment_limit")]
    operations = [AttachLedger("people.Person")]
