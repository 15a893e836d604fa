"""The action that docs/ai.md builds: its code is written to files, and its tests run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PAGE = (PROJECT / "docs" / "ai.md").read_text(encoding="utf-8")
SETTINGS = """
from config.settings_test import *
{price}
INSTALLED_APPS += ["summaries"]
ROOT_URLCONF = "summaries.all_urls"
"""
ALL_URLS = """
from config import urls
from summaries.urls import urlpatterns

urlpatterns = [*urlpatterns, *urls.urlpatterns]
"""


def environment(**more):
    """Return this process's environment without what pytest and coverage put there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    return {**kept, **more}


def blocks():
    """Return the page's files by name."""
    found = re.findall(r"```python\n# ([\w./]+)\n(.*?)```", PAGE, re.DOTALL)
    return dict(found)


@pytest.mark.slow
def test_the_action_of_the_page_is_sold(tmp_path):
    files = blocks()
    package = tmp_path / "summaries"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "conftest.py").write_text("from conftest import *\n")  # the project's: api, user, …
    for name in ("actions.py", "urls.py", "tests.py"):
        (package / name).write_text(files[f"summaries/{name}"])
    (package / "all_urls.py").write_text(ALL_URLS)
    (package / "settings.py").write_text(SETTINGS.format(price=files["settings.py"]))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("-p", "no:randomly", "-c", str(PROJECT / "pytest.ini"), "--rootdir", str(tmp_path)),
            *("--ds", "summaries.settings", str(package / "tests.py")),
        ],
        cwd=PROJECT,
        env=environment(PYTHONPATH=f"{tmp_path}:{PROJECT}", TEST_DATABASE_SUFFIX=f"_page_{os.getpid()}"),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout
