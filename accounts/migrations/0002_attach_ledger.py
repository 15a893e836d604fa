from django.db import migrations

from credits.migration_operations import AttachLedger


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("credits", "0001_initial")]

    operations = [AttachLedger("accounts.User", version=1)]
