"""The documentation matches the code."""

import re
import tomllib

import pytest

from .conftest import PROJECT

PAGES = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted(PROJECT.glob("docs/**/*.md"))]


def read(path: str) -> str:
    return (PROJECT / path).read_text(encoding="utf-8")


def variables_that_settings_read() -> set[str]:
    return set(re.findall(r"\b(?:env\.\w+|secret)\(\s*\"([A-Z_]+)\"", read("config/settings.py")))


def test_env_example_lists_what_settings_read():
    assert set(re.findall(r"^#([A-Z_]+)=", read(".env.example"), re.MULTILINE)) == (
        variables_that_settings_read() | {"PORT", "STRIPE_SANDBOX_PORT"}
    )


def test_configuration_docs_list_what_settings_read():
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", read("docs/configuration.md"), re.MULTILINE)) == (
        variables_that_settings_read() | {"PORT", "STRIPE_SANDBOX_PORT"}
    )


def test_an_unedited_env_example_changes_nothing():
    lines = read(".env.example").splitlines()
    assert all(line.startswith("#") or not line for line in lines)


@pytest.mark.parametrize(("app", "page"), [("credits", "credits.md"), ("billing", "reuse.md")])
def test_reuse_docs_list_every_setting_of_an_app(app, page):
    code = [path for path in (PROJECT / app).rglob("*.py") if "tests" not in path.parts]
    wanted = {name for path in code for name in re.findall(r"\bsettings\.([A-Z_]+)", path.read_text("utf-8"))}
    told = set(re.findall(r"\b([A-Z][A-Z_]+)\b(?=.* = )", read(f"docs/{page}")))
    assert wanted - told == {"AUTH_USER_MODEL"}


def test_each_dependency_is_documented():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=~! ]", requirement)[0].lower() for requirement in declared}
    rows = re.findall(r"^\| ([\w.-]+) \| (.+) \| (.+) \|$", read("docs/dependencies.md"), re.MULTILINE)
    assert {name for name, _, _ in rows} - {"package"} == names


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_in_the_docs_resolve(page):
    for target, heading in re.findall(
        r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", page.read_text(encoding="utf-8")
    ):
        found = page.parent / target if target else page
        assert found.exists(), target
        if heading:
            titles = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def test_the_summary_names_code_and_tests_that_exist():
    named = re.findall(r"`([\w./-]+\.py)(?:::(\w+))?`", read("docs/implementation-summary.md"))
    assert named
    for path, name in named:
        assert (PROJECT / path).exists(), path
        if name:
            assert re.search(rf"^\s*(?:def|class) {name}\b", read(path), re.MULTILINE), f"{path}::{name}"


def test_each_task_of_the_summary_names_a_test():
    rows = re.findall(r"^\| (\d\.\d) \|.*$", read("docs/implementation-summary.md"), re.MULTILINE)
    assert set(rows) == {
        "1.1",
        "1.2",
        "1.3",
        "1.4",
        "1.5",
        "2.1",
        "2.2",
        "2.3",
        "3.1",
        "3.2",
        "3.3",
        "4.1",
        "4.2",
    }
    for line in read("docs/implementation-summary.md").splitlines():
        if re.match(r"\| \d\.\d \|", line):
            assert re.search(r"`[\w./-]*test_\w+\.py", line), line
