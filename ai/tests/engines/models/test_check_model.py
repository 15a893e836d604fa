"""`manage.py check_model` asks each model once for each of its actions."""

import json

import pytest
from django.core.management import CommandError, call_command

from ai.tests.engines.models.provider import error, honest_marks


def reply(request):
    if "user_answer" in request.data:
        return honest_marks(request)
    item = {
        "type": "short-answer",
        "text": "Where was the first one made?",
        "answer": "Mesopotamia",
        "excerpt": "The kettle was invented in Mesopotamia.",
        "distractors": [],
        "accepted": [],
        "topic": "kettles",
        "marks": 1,
    }
    return {"questions": [{**item, "type": next(iter(request.data["types"]))}], "unable": "no"}


@pytest.fixture
def acme(acme, settings):
    settings.AI_FALLBACK_MODELS = ["openai:acme-2"]
    acme.replies(then=reply)
    return acme


def check(capsys, *options):
    try:
        call_command("check_model", *options, skip_checks=True)
    except CommandError as failure:
        return failure.returncode, capsys.readouterr().out
    return 0, capsys.readouterr().out


def one_type(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


def test_a_table_of_what_each_said(acme, capsys, monkeypatch):
    one_type(monkeypatch)
    code, printed = check(capsys)
    assert code == 0, printed
    assert [request.body["model"] for request in acme.requests] == ["acme-1", "acme-2"] * 2
    for told in (
        "generate",
        "evaluate",
        "openai:acme-1",
        "openai:acme-2",
        "Mesopotamia",
        "1 of 2: A part of it.",
        "100",
        "20",
    ):
        assert told in printed, told


def test_json(acme, capsys):
    code, printed = check(capsys, "--json")
    outcomes = json.loads(printed)
    assert code == 0
    assert len(outcomes) == 4
    assert outcomes[0] | {"latency_ms": 0} == {
        "action": "generate",
        "model": "openai:acme-1",
        "latency_ms": 0,
        "input_tokens": 100,
        "output_tokens": 20,
        "cost": "",
        "said": "Where was the first one made? (Mesopotamia)",
        "error": "",
    }


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (error(401, "invalid_api_key", "Incorrect API key: sk-x"), "the provider refuses the key, HTTP 401, invalid_api_key"),
        (error(404, "model_not_found"), "the provider knows no such model, or the URL is wrong, HTTP 404, model_not_found"),
        (error(402, "insufficient_quota"), "the account's quota or credit is used up, HTTP 402"),
        ("prose", "engine_bad_output"),
        ({"questions": [], "unable": "no", "marks": 99, "feedback": "x"}, "engine_bad_output: the reply did not pass"),
    ],
)  # fmt: skip
def test_a_failure_is_told_with_its_reason(fault, reason, acme, capsys):
    acme.replies(then=fault)
    code, printed = check(capsys, "--json")
    assert code == 1
    assert all(reason in outcome["error"] for outcome in json.loads(printed))
    assert "sk-x" not in printed


def test_without_a_model_there_is_nothing_to_check(settings, capsys):
    settings.AI_MODEL = ""
    assert check(capsys) == (
        0,
        "No model is configured: AI_MODEL is empty, and the offline engine needs no check.\n",
    )


def test_words_of_a_model_are_no_markup(acme, capsys, monkeypatch):
    one_type(monkeypatch)

    def feedback(request):
        if "user_answer" in request.data:
            return {"marks": 1, "feedback": "A [/b] part \x9b31m\u202eof [bold]it."}
        return reply(request)

    acme.replies(then=feedback)
    code, printed = check(capsys)
    assert code == 0, printed
    assert "A [/b] part 31m of [bold]it." in printed
