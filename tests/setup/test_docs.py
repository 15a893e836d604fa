"""The documentation matches the code."""

import ast
import itertools
import re
import tomllib
from functools import cache

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from .conftest import PROJECT

PAGES = [*sorted(PROJECT.glob("*.md")), *sorted(PROJECT.glob("docs/**/*.md"))]
TASKS = ["1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4.1", "4.2"]
COMMANDS = sorted(
    name for name, app in get_commands().items() if (PROJECT / str(app).split(".", maxsplit=1)[0]).is_dir()
)
MADE_WHERE_EMPTY = ("DATABASE_URL", "SECRET_KEY")  # on a developer's machine


def read(path):
    return (PROJECT / path).read_text(encoding="utf-8")


@cache
def variables():
    """The environment variables that the settings read, with their defaults as .env would have them.

    None where the default is computed.
    """
    found = dict.fromkeys(MADE_WHERE_EMPTY)
    for call in ast.walk(ast.parse(read("config/settings.py"))):
        if not isinstance(call, ast.Call) or not re.fullmatch(r"env\.\w+|secret", ast.unparse(call.func)):
            continue
        default = next((ast.unparse(one.value) for one in call.keywords if one.arg == "default"), "None")
        if isinstance(call.args[0], ast.Constant):
            found.setdefault(call.args[0].value, as_written(default))
    return found


def as_written(default):
    """A default of the settings, given as Python, the way that .env has it; None if it is computed."""
    try:
        value = ast.literal_eval(default)
    except ValueError:
        return None
    if isinstance(value, bool):
        return "on" if value else "off"
    return None if value is None else "" if value == [] else str(value)


def documented(page, pattern):
    return dict(re.findall(pattern, read(page), re.MULTILINE))


class TestVariables:
    def test_env_example_lists_what_settings_read(self):
        assert set(documented(".env.example", r"^#([A-Z_]+)=(.*)$")) == set(variables())

    def test_the_page_lists_what_settings_read(self):
        assert set(documented("docs/configuration.md", r"^\| `([A-Z_]+)` \| (.+?) \|")) == set(variables())

    def test_env_example_shows_the_defaults(self):
        """A variable that is empty by default may show an example instead."""
        shown = documented(".env.example", r"^#([A-Z_]+)=(.*)$")
        defaults = {name: value for name, value in variables().items() if value}
        assert {name: shown[name] for name in defaults} == defaults

    def test_the_page_gives_the_defaults(self):
        told = documented("docs/configuration.md", r"^\| `([A-Z_]+)` \| (.+?) \|")
        defaults = {
            name: f"`{value}`" if value else "empty"
            for name, value in variables().items()
            if value is not None
        }
        assert {name: told[name] for name in defaults} == defaults

    def test_env_example_changes_nothing_until_it_is_edited(self):
        assert all(line.startswith("#") or not line for line in read(".env.example").splitlines())

    def test_the_page_gives_the_settings_that_are_code(self):
        told = documented("docs/configuration.md", r"^\| `(\w+)` = (\d+) \|")
        assert told == {name: str(getattr(settings, name)) for name in told}
        assert {name for name in dir(settings) if re.match(r"CREDIT_|JOB_|STRIPE_\w+_SECONDS", name)} == {
            *told,
            "CREDIT_PRICES",
        }


class TestCommands:
    def test_the_page_lists_all(self):
        assert sorted(documented("docs/operations.md", r"^\| `(\w+)` \| (.*?) \|")) == COMMANDS

    @pytest.mark.parametrize("name", COMMANDS)
    def test_the_page_lists_the_options(self, name):
        """Each with its default, where it has one."""
        cell = documented("docs/operations.md", r"^\| `(\w+)` \| (.*?) \|")[name]
        told = dict(re.findall(r"`(--[\w-]+)`(?: \((.+?)\))?", cell))
        inherited = {
            option for action in parser_of("check", BaseCommand()) for option in action.option_strings
        }
        has = {
            action.option_strings[-1]: str(action.default or "")
            for action in parser_of(name)
            if action.option_strings and not inherited.issuperset(action.option_strings)
        }
        assert told == has

    @pytest.mark.parametrize("name", COMMANDS)
    def test_the_help_names_settings_that_exist(self, name):
        text = parser_of(name, whole=True).format_help()
        named = set(re.findall(r"\b(?:CREDIT|STRIPE|PAST)_[A-Z_]+\b", text))
        assert [one for one in named if not hasattr(settings, one) and one not in variables()] == []


def parser_of(name, command=None, *, whole=False):
    command = command or load_command_class(get_commands()[name], name)
    parser = command.create_parser("manage.py", name)
    return parser if whole else parser._actions


@pytest.mark.parametrize(("app", "page"), [("credits", "credits.md"), ("billing", "reuse.md")])
def test_an_app_that_is_copied_comes_with_the_settings_that_it_reads(app, page):
    code = [path for path in (PROJECT / app).rglob("*.py") if "tests" not in path.parts]
    wanted = {name for path in code for name in re.findall(r"\bsettings\.([A-Z_]+)", path.read_text("utf-8"))}
    told = set(re.findall(r"\b([A-Z][A-Z_]+)\b(?=.* = )", read(f"docs/{page}")))
    assert wanted - told == {"AUTH_USER_MODEL"}


def test_each_dependency_is_documented():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    declared = [*project["dependencies"], *itertools.chain(*project["optional-dependencies"].values())]
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_what_a_page_names_exists(page):
    """Targets of make, commands of manage.py, and files with their directory."""
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", text)) - targets == set()
    assert set(re.findall(r"manage\.py (\w+)", text)) - set(get_commands()) == set()
    files = set(re.findall(r"`((?:\w[\w.-]*/)+[\w-]+\.(?:py|sql|md|ini|html))", text))
    assert {name for name in files if not (PROJECT / name).exists()} == set()


def test_the_readme_is_no_longer_than_two_screens():
    assert len(read("README.md").splitlines()) <= 110


class TestRequirements:
    def test_each_task_of_the_plan_names_a_test(self):
        rows = re.findall(r"^\| (\d\.\d) \|.*\| (.*) \|$", read("docs/requirements.md"), re.MULTILINE)
        assert [task for task, _ in rows] == TASKS
        assert [task for task, tests in rows if not re.search(r"`[\w./-]*test_\w+\.py", tests)] == []

    def test_the_code_and_the_tests_exist(self):
        named = re.findall(r"`([\w./-]+\.\w+)(?:::(\w+))?`", read("docs/requirements.md"))
        assert named
        for path, name in named:
            assert (PROJECT / path).exists(), path
            if name:
                assert re.search(rf"^\s*(?:def|class) {name}\b", read(path), re.MULTILINE), f"{path}::{name}"


def test_the_layout_lists_every_directory_of_code():
    told = re.findall(r"`(\w+)/`", read("README.md").split("\n## Layout\n")[1].split("\n## ")[0])
    assert {path.parent.name for path in PROJECT.glob("*/__init__.py")} <= set(told)
