"""Makes the dumps of the current version: `make freeze` runs it. Pytest does not collect it by itself."""

import os
import re
import sys

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django_otp.oath import totp

from accounts import services
from accounts.tests.factories import PASSWORD, UserFactory
from tests.sample_data import SOURCE_TEXT, buy_credit_pack, create_model_calls
from tests.upgrade.databases import empty_tables, new_database, pg_dump, run_python
from tests.upgrade.history import fill_ledger, fill_tables_of_others
from tests.upgrade.released import DIRECTORY, PROJECT, VERSION

PACKAGES = ("auth_", "django_", "djstripe_", "otp_totp_", "procrastinate_")
STANDALONE = """
from credits import services
from tests.standalone_project.project.people.models import Person
from tests.upgrade.history import fill_ledger, fill_tables_of_others
ann, bob = Person.objects.create_user("ann"), Person.objects.create_user("bob")
fill_ledger(ann, bob, action="note")
fill_tables_of_others(("auth_", "django_"))
"""


@pytest.mark.django_db(transaction=True)
def test_make_the_dump_of_this_project(fake_stripe, client, client_of, settings):
    user, staff = UserFactory(), UserFactory(is_staff=True, is_superuser=True)
    fill_ledger(user, staff, action="evaluate_answer")
    create_model_calls(user=UserFactory())

    fake_stripe.subscribe(user)
    buyer = UserFactory()
    buy_credit_pack(buyer, fake_stripe.sandbox)
    fake_stripe.deliver()
    payment = buyer.payments.latest("id")
    fake_stripe.sandbox.refund(payment.stripe_id, amount=100)
    fake_stripe.deliver()

    api = client_of(UserFactory())
    questions = api.post("/api/ai/generate-from-source", {"sourceText": SOURCE_TEXT}, format="json").json()
    answer = {"questionId": questions["questions"][0]["id"], "userAnswer": "x"}
    assert api.post("/api/ai/evaluate-answer", answer, format="json").status_code == 200
    job = api.post("/api/ai/evaluate-answer", answer, format="json", headers={"Prefer": "respond-async"})
    assert job.status_code == 202
    call_command("run_scheduled", "process_due_credits")

    settings.LOGIN_THROTTLE_RATE = "10/min"
    credentials = {"email": user.email, "password": PASSWORD}
    assert client.post("/api/auth/login", credentials, "application/json").status_code == 200
    services.create_api_key(user=user, name="Server", scopes=["read", "spend"])
    services.request_email_change(user=staff, email="staff.new@example.com", password=PASSWORD)
    group = Group.objects.create(name="Support")
    group.permissions.add(Permission.objects.first())
    staff.groups.add(group)
    staff.user_permissions.add(Permission.objects.last())
    assert client.login(username=staff.email, password=PASSWORD)
    client.post(f"/admin/auth/group/{group.pk}/change/", {"name": "Support staff"})

    device = services.new_device(user=staff)
    code = f"{totp(device.bin_key):06d}"
    services.set_up_second_factor(user=staff, key=device.key, code=code)
    leaving = UserFactory()
    fake_stripe.subscribe(leaving)
    services.erase_account(user_id=leaving.pk)

    fill_tables_of_others(PACKAGES)
    write("project", connection.settings_dict["NAME"])


@pytest.mark.django_db(transaction=True)
def test_make_the_dump_of_the_standalone_project():
    with new_database(f"dump_{os.getpid()}") as name:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.standalone_project.project.settings",
            "STANDALONE_DATABASE": name,
        }
        for arguments in (["migrate", "-v0"], ["shell", "-v0", "-c", STANDALONE]):
            run_python(sys.executable, "-m", "django", *arguments, cwd=PROJECT, **environment)
        write("standalone", name)


def write(project, database):
    """Write a dump without what a client cannot execute or an older server does not know."""
    assert empty_tables(database) == [], "Let something happen in them in tests/upgrade/make_dumps.py."
    text = pg_dump(database)
    text = re.sub(r"^--\n(-- .*\n)+--\n+", "", text, flags=re.MULTILINE)
    text = re.sub(r"^(\\(un)?restrict |SET transaction_timeout).*\n+", "", text, flags=re.MULTILINE)
    (DIRECTORY / VERSION).mkdir(parents=True, exist_ok=True)
    (DIRECTORY / VERSION / f"{project}.sql").write_text(text.strip() + "\n", encoding="utf-8")
