"""`check --deploy` is clean with production settings and reports a sandbox."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection

from config.tests.test_environment import PRODUCTION, TEST_KEY

PROJECT = Path(__file__).resolve().parents[2]


def database_url():
    """Return the test database's URL, for a server on a port or on a Unix socket."""
    known = connection.get_connection_params()
    where = {name: known[name] for name in ("host", "port", "user", "password") if known.get(name)}
    return f"postgres:///{known['dbname']}?{urlencode(where)}"


def check_deploy(**variables):
    return subprocess.run(
        [
            sys.executable,
            "manage.py",
            "check",
            "--deploy",
            "--fail-level",
            "WARNING",
            "--database",
            "default",
        ],
        cwd=PROJECT,
        env={
            "PATH": os.environ["PATH"],
            **PRODUCTION,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(),
            "DEBUG": "off",
            "STRIPE_API_HOST": "https://api.stripe.com",
            "BEHIND_TLS_PROXY": "on",
            "STAFF_SECOND_FACTOR_REQUIRED": "on",
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.django_db
class TestDeploy:
    def test_deploy_check_is_clean_in_production(self):
        done = check_deploy()
        assert done.stderr == ""
        assert "no issues" in done.stdout

    def test_deploy_check_refuses_a_sandbox(self):
        done = check_deploy(STRIPE_SECRET_KEY=TEST_KEY, STRIPE_API_HOST="http://127.0.0.1:12111")
        assert done.returncode != 0
        assert "billing.E003" in done.stderr

    def test_deploy_check_refuses_to_send_buyers_to_their_own_machine(self):
        done = check_deploy(STRIPE_SECRET_KEY=TEST_KEY, SITE_URL="")
        assert done.returncode != 0
        assert "billing.E004" in done.stderr

    def test_deploy_check_warns_without_a_proxy(self):
        done = check_deploy(BEHIND_TLS_PROXY="off")
        assert done.returncode != 0
        assert "config.W001" in done.stderr

    def test_deploy_check_warns_of_free_credits_for_everyone(self):
        done = check_deploy(SIGNUP_CREDITS_MODE="at_once")
        assert done.returncode != 0
        assert "accounts.W001" in done.stderr
        assert check_deploy(SIGNUP_CREDITS_MODE="at_once", SIGNUP_CREDITS="0").returncode == 0

    def test_deploy_check_refuses_mails_that_are_printed_or_link_to_the_readers_machine(self):
        done = check_deploy(EMAIL_URL="consolemail:", STRIPE_SECRET_KEY=TEST_KEY, SITE_URL="")
        assert done.returncode != 0
        assert all(f"accounts.E00{number}" in done.stderr for number in (1, 2, 3))

    def test_check_refuses_a_link_without_a_token(self):
        done = check_deploy(VERIFY_EMAIL_URL="https://app.example.com/verify")
        assert done.returncode != 0
        assert "accounts.E004" in done.stderr
