from django.db import migrations

from credits.migration_operations import AttachLedger


class Migration(migrations.Migration):
    """A limit of the holds that one user may have open."""

    dependencies = [("accounts", "0004_mailbox_is_unique"), ("credits", "0003_adjustment_limit")]

    operations = [AttachLedger("accounts.User")]
