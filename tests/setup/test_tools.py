"""The project's tools agree about what they check and on which Python."""

import re
import tomllib

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
    assert f"Python 3.{oldest} to 3.{newest}" in (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
