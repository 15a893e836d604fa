"""Wrong settings of models are found by `check` and when a process starts, without network."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from ai.checks import check_models, load_engines

PROJECT = Path(__file__).parents[4]
GOOD = {"AI_MODEL": "openai:gpt-5-mini", "OPENAI_API_KEY": "sk-x"}
LOCAL = {"AI_MODEL": "openai:llama3", "AI_BASE_URL": "http://127.0.0.1:11434/v1"}
SOUND = [
    {},
    GOOD,
    LOCAL,
    {**LOCAL, "AI_API_KEY": "x"},
    {"AI_MODEL_EVALUATE": "anthropic:claude-haiku-4-5", "ANTHROPIC_API_KEY": "x"},
    {**GOOD, "AI_FALLBACK_MODELS": ["google:gemini-2.5-flash", " "], "GOOGLE_API_KEY": "x"},
    {**LOCAL, "AI_BASE_URL": "https://gateway.example.com:8443/v1/"},
]
WRONG = [
    ({"AI_MODEL": "gpt-5"}, "is not of the form provider:name"),
    ({"AI_MODEL": "openai:"}, "is not of the form provider:name"),
    ({"AI_MODEL": "acme:gpt-5"}, "names the provider 'acme'. Known are openai, anthropic, google"),
    ({"AI_MODEL": "ollama:llama3"}, "use openai:llama3 and set AI_BASE_URL"),
    ({"AI_MODEL": "openai:" + "x" * 100, "OPENAI_API_KEY": "x"}, "is not the name of a model"),
    ({"AI_MODEL": "openai:a b", "OPENAI_API_KEY": "x"}, "is not the name of a model"),
    ({"AI_MODEL": "openai:gpt-5-mini"}, "openai:gpt-5-mini needs OPENAI_API_KEY"),
    ({"AI_MODEL": "openai:gpt-5-mini", "AI_API_KEY": "x"}, "needs OPENAI_API_KEY"),
    ({"AI_MODEL": "openai:gpt-5-mini", "OPENAI_API_KEY": " "}, "needs OPENAI_API_KEY"),
    ({"AI_MODEL": "anthropic:claude"}, "needs ANTHROPIC_API_KEY"),
    ({"AI_MODEL": "google:gemini"}, "needs GOOGLE_API_KEY"),
    ({**GOOD, "AI_MODEL_GENERATE": "acme:x"}, "names the provider 'acme'"),
    ({**GOOD, "AI_MODEL_EVALUATE": "anthropic:x"}, "anthropic:x needs ANTHROPIC_API_KEY"),
    ({**GOOD, "AI_FALLBACK_MODELS": ["google:x"]}, "google:x needs GOOGLE_API_KEY"),
    ({"AI_FALLBACK_MODELS": ["google:x"]}, "AI_FALLBACK_MODELS is set, and no AI_MODEL"),
    ({**LOCAL, "AI_BASE_URL": "localhost:11434"}, "is not an http(s) URL"),
    ({**LOCAL, "AI_BASE_URL": "ftp://x/v1"}, "is not an http(s) URL"),
    ({**LOCAL, "AI_BASE_URL": "http://x:99999/v1"}, "is not an http(s) URL"),
    ({**LOCAL, "AI_BASE_URL": "http://[x/v1"}, "is not an http(s) URL"),
    ({**LOCAL, "AI_BASE_URL": "http://user:key@x/v1"}, "no password"),
    ({**LOCAL, "AI_BASE_URL": "http://user:key@x:99999/v1"}, "AI_BASE_URL is not an http(s) URL"),
    ({**GOOD, "AI_DEADLINE_SECONDS": 900}, "must be below CREDIT_HOLD_SECONDS=900"),
    ({**GOOD, "AI_DEADLINE_SECONDS": 0}, "AI_DEADLINE_SECONDS must be positive"),
    ({**GOOD, "AI_MAX_OUTPUT_TOKENS": 0}, "AI_MAX_OUTPUT_TOKENS must be positive"),
    ({**GOOD, "AI_MAX_WAITING_THREADS": 0}, "AI_MAX_WAITING_THREADS must be at least 1"),
]


def use(settings, values):
    for name, value in values.items():
        setattr(settings, name, value)


@pytest.mark.parametrize("values", SOUND)
def test_sound_settings_pass(values, settings):
    use(settings, values)
    assert check_models() == []
    load_engines()


@pytest.mark.parametrize(("values", "reason"), WRONG)
def test_wrong_settings_are_an_error_and_stop_a_start(values, reason, settings):
    use(settings, values)
    errors = check_models()
    assert [error.id for error in errors] == ["ai.E001"]
    assert reason in errors[0].msg
    assert "user:key" not in errors[0].msg
    with pytest.raises(ImproperlyConfigured) as stopped:
        load_engines()
    assert reason in str(stopped.value)


def test_each_wrong_model_is_named(settings):
    use(settings, {"AI_MODEL": "acme:x", "AI_FALLBACK_MODELS": ["google:y", "anthropic:z"]})
    assert len(check_models()) == 3


def test_no_key_is_in_a_message_or_a_representation(settings):
    use(settings, {**GOOD, "OPENAI_API_KEY": "sk-secret", "AI_FALLBACK_MODELS": ["acme:x"]})
    assert "sk-secret" not in str(check_models())
    from ai.engines.models.configuration import Action, configuration_of

    settings.AI_FALLBACK_MODELS = []
    assert "sk-secret" not in repr(configuration_of(settings, Action.GENERATE))


def run(*command, without=(), **environment):
    """Run a process with these variables, where the packages `without` are not installed."""
    hide = "".join(f"sys.modules[{name!r}] = None; " for name in without)
    program = f"import sys; {hide}sys.argv = {list(command[1:])!r}; import runpy; runpy.run_{command[0]}"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT, env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_manage_check_fails_with_the_reason_and_no_traceback(db):
    done = run(
        "path('manage.py', run_name='__main__')",
        "manage.py",
        "check",
        "--tag",
        "models",
        AI_MODEL="openai:gpt-5-mini",
    )
    assert done.returncode == 1
    assert "(ai.E001) openai:gpt-5-mini needs OPENAI_API_KEY." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_web_server_does_not_start():
    done = run("module('config.wsgi')", "x", AI_MODEL="acme:x", DATABASE_URL="")
    assert done.returncode == 1
    assert "ImproperlyConfigured: 'acme:x' names the provider 'acme'." in done.stderr


def test_without_the_packages_of_models_the_way_to_install_them_is_told():
    done = run("module('config.wsgi')", "x", without=["pydantic_ai"], **GOOD)
    assert "pip install -r requirements-models.txt" in done.stderr


def test_gunicorn_does_not_start():
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0", "--no-control-socket"],
        cwd=PROJECT, env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "AI_MODEL": "openai:gpt-5-mini"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "openai:gpt-5-mini needs OPENAI_API_KEY." in done.stderr + done.stdout
