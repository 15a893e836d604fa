"""The wires of OpenAI, Anthropic and Google, over real HTTP: what is sent, what is read, and what it cost."""

from decimal import Decimal

import pytest

from ai.engines import Action, get_engine
from ai.engines.base import Tokens
from ai.engines.exceptions import ContentRefused, EngineUnavailable
from ai.tests.engines.models.provider import error
from ai.tests.engines.models.test_engine import answer, asked

# The model → the variable that its SDK reads a URL from, the setting of its key, the header that carries the key.
WIRES = {
    "openai:gpt-5-mini": ("OPENAI_BASE_URL", "OPENAI_API_KEY", "Authorization"),
    "anthropic:claude-haiku-4-5": ("ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY", "Authorization"),
    "google:gemini-2.5-flash": ("GOOGLE_GEMINI_BASE_URL", "GOOGLE_API_KEY", "X-Goog-Api-Key"),
}


@pytest.fixture(params=WIRES)
def wire(request, provider, settings, monkeypatch):
    url, key, header = WIRES[request.param]
    monkeypatch.setenv(url, provider.url if url == "OPENAI_BASE_URL" else provider.host)
    setattr(settings, key, f"key of {request.param}")
    settings.AI_MODEL, settings.AI_DEADLINE_SECONDS = request.param, 20
    provider.model, provider.header = request.param, header
    return provider


def test_questions(wire):
    result = get_engine(Action.GENERATE).generate(asked(7))
    assert len(result.questions) == 7
    assert result.engine == wire.model
    assert wire.model.split(":")[1] in (wire.requests[0].body.get("model") or wire.requests[0].handler.path)
    assert wire.requests[0].headers[wire.header].removeprefix("Bearer ") == f"key of {wire.model}"
    assert [call.tokens for call in result.calls] == [Tokens(input=100, output=20)] * 2
    assert Decimal("0.000001") < result.calls[0].cost < Decimal("0.01")


def test_marks(wire):
    result = get_engine(Action.EVALUATE).evaluate(answer())
    assert (result.marks_achieved, result.engine) == (1, wire.model)


def test_a_wrong_key(wire, caplog):
    wire.replies(then=error(401, "authentication_error"))
    with pytest.raises(EngineUnavailable):
        get_engine(Action.EVALUATE).evaluate(answer())
    assert f"{wire.model} does not work: the provider refuses the key" in caplog.text


def test_nothing_is_stored_at_openai_and_no_limit_is_missing(wire):
    get_engine(Action.EVALUATE).evaluate(answer())
    body = wire.requests[0].body
    assert body.get("store", False) is False
    limits = body | body.get("generationConfig", {})
    assert 8_000 in (limits.get("max_output_tokens"), limits.get("max_tokens"), limits.get("maxOutputTokens"))
    assert "temperature" not in limits


@pytest.mark.parametrize("wire", ["anthropic:claude-haiku-4-5"], indirect=True)
def test_a_refusal_of_anthropic(wire):
    refusal = {
        "id": "a", "type": "message", "role": "assistant", "model": "claude-haiku-4-5", "stop_reason": "refusal",
        "stop_sequence": None, "content": [], "usage": {"input_tokens": 9, "output_tokens": 1},
    }  # fmt: skip
    wire.replies(then=lambda request: request.send(200, refusal))
    with pytest.raises(ContentRefused):
        get_engine(Action.EVALUATE).evaluate(answer())
