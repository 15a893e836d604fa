from django.db import migrations

from credits.migration_operations import AttachLedger


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("credits", "0002_spending_limits")]

    operations = [AttachLedger("accounts.User", version=1)]
