"""schemathesis finds no response that differs from the OpenAPI document.

It sends examples, boundary values, random values and sequences of requests to a live server, within and outside
of the document's limits. schemathesis.toml has its settings and the reason for each exclusion.
"""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from accounts.services import issue_tokens
from accounts.tests.api_key_helpers import create_key
from accounts.tests.factories import UserFactory
from ai.tests.factories import AnswerEvaluationFactory
from billing.tests.catalog import create_pack

ALL_PHASES = ("examples", "coverage", "fuzzing", "stateful")
SCHEMA = Path(__file__).parents[2] / "docs/openapi.yaml"
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")


@pytest.mark.proof
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("client", "phases"),
    [
        ("signed in", ALL_PHASES),
        ("with an API key", ALL_PHASES[:2]),  # a key differs in its refusals, which these two reach
        ("anonymous", ALL_PHASES[:1]),
        ("anonymous, where no login is needed", ALL_PHASES[:2]),  # elsewhere, every response is 401
    ],
)
def test_responses_are_as_documented(live_server, sandbox_with_webhooks, client, phases, tmp_path):
    user = UserFactory(credits=1_000_000)
    AnswerEvaluationFactory(user=user)
    create_pack(slug="pack-500", name="500 credits")
    token = {
        "signed in": issue_tokens(user=user).access,
        "with an API key": create_key(user).text,
    }.get(client)
    command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"]
    command += ["--config-file", str(CONFIGURATION), "run", f"{live_server.url}/api/schema"]
    command += ["--header", f"Authorization: Bearer {token}"] if token else []
    command += ["--phases", ",".join(phases)]
    if client == "with an API key":
        # All of these refuse keys, which accounts/tests/test_api_key_scopes.py checks.
        command += ["--exclude-path-regex", "^/api/(auth|keys|payments/create|users/export)"]
    if client == "anonymous, where no login is needed":
        command += [part for name in public_operations() for part in ("--include-operation-id", name)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=1800, check=False)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    for phase in phases:
        assert f"✅ {phase.capitalize()}" in done.stdout, phase


def public_operations():
    """Return the ids of the operations that need no login."""
    paths = yaml.safe_load(SCHEMA.read_text())["paths"].values()
    operations = [operation for path in paths for operation in path.values()]
    public = [operation["operationId"] for operation in operations if not operation.get("security")]
    assert "auth_login" in public
    return public
