"""A TypeScript client, generated from docs/openapi.yaml, does the README's walk-through against `make run`."""

import shutil
import subprocess

import pytest

from .conftest import PROJECT

CLIENT = PROJECT / "tests" / "typescript"


@pytest.mark.typescript
@pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed")
def test_a_typed_client_does_the_walk_through(demo, tmp_path):
    def run(*command):
        done = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("npm", "ci", "--no-fund", "--no-audit")
    run("npm", "run", "generate")
    run("npm", "run", "compile")
    source = PROJECT / "demo" / "texts" / "material-knowledge.txt"
    assert "402: 25 required, " in run("npm", "run", "walk-through", "--", demo.api, str(source))
