"""One request to one model, through pydantic-ai: the reply as a JSON object, or an `EngineError`.

The only module that imports pydantic-ai. It keeps one client for each event loop and model: the clients of providers
cannot move to another loop.
"""

import asyncio
import json
import math
import re
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, cast

import httpx2
from pydantic_ai import exceptions as ai
from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelRequest, ModelResponse, UserPromptPart
from pydantic_ai.models import Model, ModelRequestParameters, create_async_httpx2_client
from pydantic_ai.models.openai import OpenAIResponsesModelSettings
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from ai.engines.base import Tokens
from ai.engines.exceptions import (
    ContentRefused,
    EngineBadOutput,
    EngineError,
    EngineTimeout,
    EngineUnavailable,
)
from ai.engines.models.configuration import Configuration, ModelName
from ai.engines.models.prompts import Prompt

_MAX_COST = 1_000_000  # US dollars for one call: what ModelCallRecord.cost can store
# Bytes of a response from AI_BASE_URL. A server that sends more would block the event loop or fill the memory.
_MAX_RESPONSE, _MAX_COMPRESSED_RESPONSE = 4_000_000, 256_000
CHARACTERS_PER_TOKEN = 4  # of English, roughly
_REPLY = "reply"  # the name of the reply's schema, and of the tool that takes it


@dataclass(slots=True)
class Usage:
    """Tokens (reported or estimated) and cost of a request. Also filled in if its reply is unusable."""

    tokens: Tokens = field(default_factory=Tokens)
    cost: Decimal | None = None


class Failure(Exception):
    """A failed request. `error` is the corresponding failure of the engine.

    `retryable`: the same request may succeed soon. `has_retry_after`: `error.retry_after` is the provider's.
    `fault` names what an operator must repair. `detail` is the status and the code of the provider. No attribute
    contains text of the provider, the user or the prompt.
    """

    def __init__(
        self,
        error: EngineError,
        *,
        retryable: bool = False,
        has_retry_after: bool = False,
        fault: str = "",
        detail: str = "",
    ) -> None:
        self.error, self.retryable, self.has_retry_after = error, retryable, has_retry_after
        self.fault, self.detail = fault, detail
        super().__init__(error.code)


async def request(
    configuration: Configuration, model: ModelName, prompt: Prompt, *, seconds: float, usage: Usage
) -> dict[str, Any]:
    """Return the reply of a model within `seconds`. Raises `Failure`."""
    try:
        async with asyncio.timeout(seconds):
            response = await _respond(configuration, model, prompt)
    except Exception as error:  # noqa: BLE001 -- SDKs raise what their parsers and transports raise
        raise _failure(error) from None  # its text may quote the prompt
    limit = Tokens(input=prompt.max_input_tokens, output=configuration.output_tokens)
    if not _read_usage(response, prompt, usage, limit):
        raise Failure(EngineBadOutput(), fault="it reports more tokens than the request can have")
    return _parsed(response)


async def _respond(configuration: Configuration, model: ModelName, prompt: Prompt) -> ModelResponse:
    """Ask for the schema natively if the model can, with a tool call otherwise."""
    client = _client(configuration, model)
    messages = [ModelRequest(parts=[UserPromptPart(prompt.message)], instructions=prompt.rules)]
    settings = _settings(configuration)
    if client.native:
        try:
            return await model_request(
                client.model, messages, model_settings=settings, model_request_parameters=_native(prompt)
            )
        except (ai.UserError, ai.ModelRequestRejectedError) as error:
            # Some gateways refuse a schema for the response, but accept one for a tool.
            if not _may_be_the_schema(error):
                raise
    response = await model_request(
        client.model, messages, model_settings=settings, model_request_parameters=_as_tool(prompt)
    )
    client.native = False
    return response


def _may_be_the_schema(error: Exception) -> bool:
    if isinstance(error, ai.ModelRequestRejectedError) and _OVERFLOW.search(str(error.body)):
        return False
    others = ai.ModelAuthenticationError | ai.ModelNotFoundError | ai.ModelContextWindowExceededError
    return not isinstance(error, others)


def _settings(configuration: Configuration) -> ModelSettings:
    # `Run` retries: the SDKs would wait for any Retry-After. No temperature: the newest models refuse it.
    return OpenAIResponsesModelSettings(
        max_tokens=configuration.output_tokens,
        max_retries=0,
        timeout=configuration.deadline,
        openai_store=False,  # ignored by the others
    )


def _native(prompt: Prompt) -> ModelRequestParameters:
    return ModelRequestParameters(
        output_mode="native",
        output_object=OutputObjectDefinition(json_schema=prompt.schema, name=_REPLY),
        allow_text_output=True,
    )


def _as_tool(prompt: Prompt) -> ModelRequestParameters:
    tool = ToolDefinition(
        name=_REPLY,
        description="Take the reply.",
        parameters_json_schema=prompt.schema,
        kind="output",
    )
    return ModelRequestParameters(output_mode="tool", output_tools=[tool], allow_text_output=False)


# Clients


@dataclass(slots=True)
class _Client:
    model: Model[Any]
    native: bool = True  # whether it takes a schema for its response
    http: httpx2.AsyncClient | None = None  # ours to close


_clients: dict[asyncio.AbstractEventLoop, dict[tuple[str, ...], _Client]] = {}
_lock = threading.Lock()


def _client(configuration: Configuration, model: ModelName) -> _Client:
    loop = asyncio.get_running_loop()
    with _lock:
        for closed in [known for known in _clients if known.is_closed()]:
            del _clients[closed]
        ours = _clients.setdefault(loop, {})
    compatible = configuration.is_compatible(model)
    key = (str(model), configuration.base_url if compatible else "", configuration.key(model))
    if key not in ours:
        ours[key] = _builder(configuration, model)(configuration.key(model))
    return ours[key]


async def close_clients() -> None:
    """Close the connections of the running loop's clients."""
    with _lock:
        ours = _clients.pop(asyncio.get_running_loop(), {})
    for client in ours.values():
        async with client.model:  # its end closes the connections
            pass
        if client.http is not None:
            await client.http.aclose()


def load(configuration: Configuration) -> None:
    """Import the SDKs of the models: it takes seconds, and a request should not wait for it."""
    for model in configuration.models:
        _builder(configuration, model)


def _builder(configuration: Configuration, model: ModelName) -> Callable[[str], _Client]:
    """Return the function that makes the client of a model from a key."""
    if configuration.is_compatible(model):
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

        def compatible(key: str) -> _Client:
            http = create_async_httpx2_client()
            http.headers["Accept-Encoding"] = "identity"
            http.event_hooks["response"].append(_limit_response)
            provider = OpenAICompatibleProvider(
                "compatible",
                base_url=configuration.base_url,
                api_key=key or None,
                http_client=http,
                profile=_COMPATIBLE,
            )
            return _Client(OpenAIChatModel(model.name, provider=provider), http=http)

        return compatible
    if model.provider == "openai":
        from pydantic_ai.models.openai import OpenAIResponsesModel
        from pydantic_ai.providers.openai import OpenAIProvider

        return lambda key: _Client(OpenAIResponsesModel(model.name, provider=OpenAIProvider(api_key=key)))
    if model.provider == "anthropic":
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        return lambda key: _Client(AnthropicModel(model.name, provider=AnthropicProvider(api_key=key)))
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    return lambda key: _Client(GoogleModel(model.name, provider=GoogleProvider(api_key=key)))


class ResponseTooLarge(Exception):
    """A response has more bytes than a reply can have."""


@dataclass(slots=True)
class _Limited(httpx2.AsyncByteStream):
    """The body of a response. Raises ResponseTooLarge after `limit` bytes."""

    body: httpx2.AsyncByteStream
    limit: int

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self.body:
            size += len(part)
            if size > self.limit:
                raise ResponseTooLarge
            yield part

    async def aclose(self) -> None:
        await self.body.aclose()


async def _limit_response(response: httpx2.Response) -> None:
    compressed = "content-encoding" in response.headers
    body = cast("httpx2.AsyncByteStream", response.stream)
    response.stream = _Limited(body, _MAX_COMPRESSED_RESPONSE if compressed else _MAX_RESPONSE)


# Common features of servers with OpenAI's API. OpenAI itself supports more.
_COMPATIBLE = OpenAIModelProfile(
    supports_json_schema_output=True,
    openai_supports_strict_tool_definition=False,
    openai_chat_supports_max_completion_tokens=False,
    openai_chat_supports_multiple_system_messages=False,
)


# Replies


def _read_usage(response: ModelResponse, prompt: Prompt, usage: Usage, limit: Tokens) -> bool:
    """Fill in `usage`. Return False if the provider reports more than `limit`: nothing of it is recorded or billed."""
    reported = response.usage
    if reported.input_tokens > limit.input or reported.output_tokens > limit.output:
        return False
    usage.tokens = Tokens(input=max(0, reported.input_tokens), output=max(0, reported.output_tokens))
    if usage.tokens == Tokens():  # some servers report none, and the work would be free
        usage.tokens = _estimate(prompt, response, limit)
    elif not reported.unmeasured_requests:
        with suppress(LookupError, ValueError, AssertionError):  # a model without a known price
            cost = reported.cost or response.cost().total_price
            usage.cost = cost if cost.is_finite() and 0 <= cost < _MAX_COST else None
    return True


def _estimate(prompt: Prompt, response: ModelResponse, limit: Tokens) -> Tokens:
    """Estimate the tokens of a call that reports none, at four characters for each token."""
    calls = response.tool_calls
    reply = calls[0].args_as_json_str() if calls else response.text or ""
    asked = len(prompt.rules) + len(prompt.message)
    return Tokens(
        input=min(asked // CHARACTERS_PER_TOKEN, limit.input),
        output=min(len(reply) // CHARACTERS_PER_TOKEN + 1, limit.output),
    )


def _parsed(response: ModelResponse) -> dict[str, Any]:
    if response.finish_reason == "content_filter":
        raise Failure(ContentRefused())
    calls = response.tool_calls
    text = calls[0].args_as_json_str() if calls else _without_fence(response.text or "")
    try:
        reply = json.loads(text)
    except (ValueError, RecursionError):  # truncated, prose, or nested without end
        raise Failure(EngineBadOutput()) from None
    if not isinstance(reply, dict):
        raise Failure(EngineBadOutput())
    return reply


def _without_fence(text: str) -> str:
    """Return the JSON object in a text: small models add a fence, or a sentence before it."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1]


# Failures, from the specific to the general


@cache
def _failures() -> tuple[tuple[type[Exception], type[EngineError], bool, str], ...]:
    """Return rows of: exception, failure of the engine, whether to retry, and the fault for an operator."""
    return (
        (TimeoutError, EngineTimeout, False, ""),
        (ai.ModelRequestTimeout, EngineTimeout, False, ""),
        (ai.ModelTimeoutError, EngineTimeout, False, ""),
        (ai.ModelContextWindowExceededError, ContentRefused, False, ""),
        (ai.ContentFilterError, ContentRefused, False, ""),
        (ai.ModelAuthenticationError, EngineUnavailable, False, "the provider refuses the key"),
        (ai.ModelQuotaExceededError, EngineUnavailable, False, "the account's quota or credit is used up"),
        (
            ai.ModelNotFoundError,
            EngineUnavailable,
            False,
            "the provider knows no such model, or the URL is wrong",
        ),
        (
            ai.ModelRequestRejectedError,
            EngineUnavailable,
            False,
            "the provider refuses the request as invalid",
        ),
        (ai.ModelRateLimitError, EngineUnavailable, True, ""),
        (ai.ModelUnavailableError, EngineUnavailable, True, ""),
        (ai.ModelServerError, EngineUnavailable, True, ""),
        (ai.ModelConnectionError, EngineUnavailable, True, ""),
        (ai.ModelHTTPError, EngineUnavailable, False, "the provider answers with an unknown status"),
        (ai.ModelAPIError, EngineBadOutput, False, ""),
        (ai.UnexpectedModelBehavior, EngineBadOutput, False, ""),
        (ai.UserError, EngineUnavailable, False, "the model cannot be used with these settings"),
    )


_MAX_WAIT_SECONDS = 3_600  # seconds, as told to a client
_CODE = re.compile(r"[\w.-]{1,60}")
# Messages for a context that is too long. pydantic-ai does not distinguish them from other refusals.
_OVERFLOW = re.compile(
    r"exceed_context_size|context (?:size|length|window)|(?:prompt|input) is too long", re.IGNORECASE
)
# Codes of providers that refuse a text before a model reads it.
_REFUSALS = frozenset({"content_policy_violation", "content_filter", "invalid_prompt", "moderation_blocked"})
_TOO_LONG = "The text is too long for the question engine."


def _failure(error: Exception) -> Failure:
    if isinstance(error, Failure):
        return error
    if isinstance(error, ai.ModelRequestRejectedError) and _OVERFLOW.search(str(error.body)):
        return Failure(ContentRefused(_TOO_LONG), detail=_detail(error))
    if getattr(error, "provider_error_code", None) in _REFUSALS:
        return Failure(ContentRefused(), detail=_detail(error))
    for kind, error_class, retryable, fault in _failures():
        if isinstance(error, kind):
            after = getattr(error, "retry_after", None)
            after = None if after is None else min(max(1, math.ceil(after)), _MAX_WAIT_SECONDS)
            message = _TOO_LONG if kind is ai.ModelContextWindowExceededError else ""
            return Failure(
                error_class(message, retry_after=after),
                retryable=retryable,
                has_retry_after=after is not None,
                fault=fault,
                detail=_detail(error),
            )
    # The response is not JSON, or not in the form of this API.
    return Failure(EngineBadOutput(), detail=type(error).__name__)


def _detail(error: Exception) -> str:
    """Return the status and the provider's code of an error, without any text."""
    status = getattr(error, "status_code", None)
    code = str(
        getattr(error, "provider_error_code", None) or getattr(error, "provider_error_type", None) or ""
    )
    parts = [f"HTTP {status}" if status else "", code if _CODE.fullmatch(code) else ""]
    return ", ".join(filter(None, parts))
