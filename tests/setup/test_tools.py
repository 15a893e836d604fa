"""The project's tools agree about what they check and on which Python."""

import os
import re
import subprocess
import tomllib

import pytest
import yaml

from .conftest import PROJECT


def test_pre_commit_runs_make_lint():
    configuration = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [(repo["repo"], hook["entry"]) for repo in configuration["repos"] for hook in repo["hooks"]]
    assert hooks == [("local", "make lint")]


def test_the_versions_of_python_are_named_alike():
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    oldest, after = map(
        int, re.fullmatch(r">=3\.(\d+),<3\.(\d+)", settings["project"]["requires-python"]).groups()
    )
    newest = after - 1
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(settings["project"]["classifiers"]))
    assert named == [f"3.{minor}" for minor in range(oldest, after)]
    assert settings["tool"]["mypy"]["python_version"] == f"3.{oldest}"
    assert settings["tool"]["ruff"]["target-version"] == f"py3{oldest}"

    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"sys\.version_info (.+?)\)'", makefile) == [f"< (3, {oldest})", f">= (3, {after})"]
    assert f"for version in 3.{oldest} 3.{newest}; do" in (PROJECT / ".ci/run").read_text(encoding="utf-8")
    assert f"Python 3.{oldest} to 3.{newest}" in (PROJECT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("named", "dotenv", "installs"),
    [
        ({}, "", False),
        ({"AI_MODEL": ""}, "#AI_MODEL=openai:x\nAI_MODEL=\n", False),
        ({"AI_MODEL": "openai:x"}, "", True),
        ({"AI_MODEL_EVALUATE": "openai:x"}, "", True),
        ({}, "DEBUG=on\nAI_MODEL=openai:x\n", True),
    ],
)
def test_make_run_installs_what_models_need_only_if_one_is_named(named, dotenv, installs, tmp_path):
    for name in ("Makefile", "requirements.txt", "requirements-models.txt"):
        (tmp_path / name).write_bytes((PROJECT / name).read_bytes())
    (tmp_path / ".env").write_text(dotenv)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AI_")}
    steps = subprocess.run(
        ["make", "--dry-run", "run"],
        cwd=tmp_path,
        env=clean | named,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "-r requirements.txt" in steps
    assert ("-r requirements-models.txt" in steps) is installs
