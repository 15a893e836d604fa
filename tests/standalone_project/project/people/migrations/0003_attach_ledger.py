from django.db import migrations

from credits.migration_operations import AttachLedger


class Migration(migrations.Migration):
    dependencies = [("people", "0002_credits"), ("credits", "0001_initial")]
    operations = [
        migrations.RunSQL("update people_person set ai_credits = 40", migrations.RunSQL.noop),
        AttachLedger("people.Person", version=1),
    ]
