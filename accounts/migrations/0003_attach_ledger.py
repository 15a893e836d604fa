from django.db import migrations

from credits.migration_operations import AttachLedger


class Migration(migrations.Migration):
    """Holds that store a price per token, and prices that cannot be changed."""

    dependencies = [("accounts", "0002_attach_ledger"), ("credits", "0002_prices")]

    operations = [AttachLedger("accounts.User")]
