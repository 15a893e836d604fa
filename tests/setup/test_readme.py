"""The README's walk-through, pasted into a shell, against a real `make run`."""

import os
import re
import shutil
import subprocess

import httpx
import pytest

from .conftest import INHERITED, PROJECT

SHELLS = {"bash": ["--noprofile", "--norc"], "zsh": ["-f"]}


def walk_through() -> list[str]:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    section = readme.split("\n## Walk-through\n")[1].split("\n## ")[0]
    blocks = re.findall(r"^```bash\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize(
    "shell",
    [
        pytest.param(
            shell, marks=pytest.mark.skipif(not shutil.which(shell), reason=f"{shell} is not installed")
        )
        for shell in SHELLS
    ],
)
def test_the_readmes_walk_through_works_as_pasted(demo, tree, shell):
    lines = [line.replace("http://127.0.0.1:8000", demo.api) for line in walk_through()]
    lines += ["printf 'TOKEN=%s\\n' \"$TOKEN\""]
    pasted = "".join(f"{line}\nprintf '=== %s\\n' $?\n" for line in lines)
    result = subprocess.run(
        [shell, *SHELLS[shell]],
        input=pasted,
        cwd=tree,
        env={name: os.environ[name] for name in INHERITED if name in os.environ},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    printed = result.stdout
    assert result.stderr == ""
    assert re.findall(r"^=== (\d+)$", printed, re.MULTILINE) == ["0"] * len(lines), printed
    assert "\n201\n402\n=== 0\n" in printed
    assert '"required":25' in printed
    assert "\n303\n" in printed

    token = re.findall(r"^TOKEN=(.+)$", printed, re.MULTILINE)[0]
    with httpx.Client(base_url=demo.api, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        profile = client.get("/api/users/profile").json()
        log = client.get("/api/credits/log").json()["results"]
        sets = client.get("/api/ai/question-sets").json()["results"]

    # The result that the README describes: the plan, its credits, and a ledger entry for each.
    assert (profile["plan"], profile["subscriptionStatus"]) == ("pro", "active")
    log.reverse()
    causes = [entry["actionType"] for entry in log]
    assert causes[:4] == ["signup", "generate_from_source", "evaluate_answer", "evaluate_answer"]
    assert causes[-2:] == ["subscription_start", "generate_from_source"]
    assert set(causes[4:-2]) == {"generate_from_source"}
    assert [entry["amount"] for entry in log if entry["kind"] == "grant"] == [100, 1000]
    balance = 0
    for entry in log:
        balance += entry["amount"]
        assert entry["balanceAfter"] == balance
        assert f"{entry['amount']:+6} {balance:6}  {entry['kind']}" in printed
    assert profile["aiCredits"] == balance
    assert log[-2]["balanceAfter"] == log[-3]["balanceAfter"] + 1000
    assert log[-3]["balanceAfter"] < 25  # less than the refused call required

    # The questions quote the source text.
    source = (tree / "demo/texts/material-knowledge.txt").read_text(encoding="utf-8")
    assert len(source.split()) >= 1500
    for question in sets[-1]["questions"]:
        assert question["excerpt"] in source
