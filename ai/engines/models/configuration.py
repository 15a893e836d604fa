"""Read the models and their limits from the settings, and check them without network."""

import importlib.util
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

# The modules that a provider needs, and the setting that holds its key.
PROVIDERS = {
    "openai": ("openai", "OPENAI_API_KEY"),
    "anthropic": ("anthropic", "ANTHROPIC_API_KEY"),
    "google": ("google.genai", "GOOGLE_API_KEY"),
}
INSTALL = "pip install -r requirements-models.txt"
_NAME = re.compile(r"[!-~]+")  # printable, no space
_MAX_NAME_LENGTH = 100  # ModelCallRecord.model, QuestionSet.engine


class Action(StrEnum):
    """Actions of engines. Each may have its own model."""

    GENERATE = "generate"
    EVALUATE = "evaluate"


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model as settings name it: `openai:gpt-5-mini`."""

    provider: str
    name: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}"

    @classmethod
    def parse(cls, text: str) -> "ModelName":
        """Return the model that `text` names. Raises ValueError with the reason."""
        provider, colon, name = text.strip().partition(":")
        if not colon or not name:
            raise ValueError(f"{text!r} is not of the form provider:name, such as openai:gpt-5-mini.")
        if provider not in PROVIDERS:
            raise ValueError(
                f"{text!r} names the provider {provider!r}. Known are {', '.join(PROVIDERS)}. For a server with "
                f"OpenAI's API (Ollama, vLLM, llama.cpp, a gateway) use openai:{name} and set AI_BASE_URL."
            )
        if len(text.strip()) > _MAX_NAME_LENGTH or not _NAME.fullmatch(name):
            raise ValueError(f"{text!r} is not the name of a model.")
        return cls(provider, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The models of one action, in the order of attempts, and the limits of a run."""

    models: tuple[ModelName, ...]
    base_url: str
    keys: tuple[tuple[str, str], ...] = field(repr=False)
    deadline: float
    output_tokens: int

    def key(self, model: ModelName) -> str:
        """Return the key for a model. OpenAI's key is never sent to the server at AI_BASE_URL."""
        return dict(self.keys)[self.key_setting(model)]

    def key_setting(self, model: ModelName) -> str:
        return "AI_API_KEY" if self.is_compatible(model) else PROVIDERS[model.provider][1]

    def is_compatible(self, model: ModelName) -> bool:
        """Whether the model is asked at AI_BASE_URL, with OpenAI's chat completions API."""
        return bool(self.base_url) and model.provider == "openai"


def names_of(settings: Any, action: Action | None) -> tuple[str, ...]:
    """Return the models that settings name for an action, as written. Empty: the offline engine.

    None is any other action: it has the model of AI_MODEL.
    """
    own = getattr(settings, f"AI_MODEL_{action.name}", "") if action else ""
    first = own or getattr(settings, "AI_MODEL", "")
    if not first:
        return ()
    others = [name for name in getattr(settings, "AI_FALLBACK_MODELS", ()) if name.strip()]
    return tuple(dict.fromkeys((first, *others)))


def configuration_of(settings: Any, action: Action | None) -> Configuration | None:
    """Return the configuration of an action, None for the offline engine. Raises ValueError for an invalid model."""
    names = names_of(settings, action)
    return configuration_for(settings, names) if names else None


def configuration_for(settings: Any, names: Sequence[str]) -> Configuration:
    """Return the configuration that asks these models. Raises ValueError for an invalid one."""
    return Configuration(
        models=tuple(map(ModelName.parse, names)),
        base_url=getattr(settings, "AI_BASE_URL", ""),
        keys=tuple(
            (name, getattr(settings, name, ""))
            for name in ("AI_API_KEY", *(setting for _, setting in PROVIDERS.values()))
        ),
        deadline=getattr(settings, "AI_DEADLINE_SECONDS", 45),
        output_tokens=getattr(settings, "AI_MAX_OUTPUT_TOKENS", 8_000),
    )


def problems(settings: Any) -> list[str]:
    """Return the errors in the settings of models, each as a sentence. Uses no network."""
    names = dict.fromkeys(name for action in Action for name in names_of(settings, action))
    if not names:
        return ["AI_FALLBACK_MODELS is set, and no AI_MODEL."] if settings.AI_FALLBACK_MODELS else []
    found = _wrong_url(settings.AI_BASE_URL)
    models = []
    for name in names:
        try:
            models.append(ModelName.parse(name))
        except ValueError as error:
            found.append(str(error))
    if not _installed("pydantic_ai"):
        found.append(f"A model is configured, and pydantic-ai is not installed: {INSTALL}")
    for model in models:
        module, key = PROVIDERS[model.provider]
        if not _installed(module):
            found.append(f"{model} needs the package {module}: {INSTALL}")
        compatible = bool(settings.AI_BASE_URL) and model.provider == "openai"
        if not compatible and not getattr(settings, key).strip():
            found.append(f"{model} needs {key}.")
    return found + _wrong_limits(settings)


def _wrong_url(url: str) -> list[str]:
    if not url:
        return []
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or True)
    except ValueError:
        sound = False
    if not sound or any(char.isspace() for char in url):
        # The URL may contain a password, and this message is logged.
        return ["AI_BASE_URL is not an http(s) URL, such as http://127.0.0.1:11434/v1."]
    if parts.query or parts.fragment or parts.username:
        return ["AI_BASE_URL must have no query, no fragment and no password. Use AI_API_KEY for a key."]
    return []


def _wrong_limits(settings: Any) -> list[str]:
    found = []
    if settings.AI_DEADLINE_SECONDS <= 0:
        found.append("AI_DEADLINE_SECONDS must be positive.")
    if settings.AI_DEADLINE_SECONDS >= settings.CREDIT_HOLD_SECONDS:
        found.append(
            f"AI_DEADLINE_SECONDS={settings.AI_DEADLINE_SECONDS} must be below "
            f"CREDIT_HOLD_SECONDS={settings.CREDIT_HOLD_SECONDS}: the hold must outlive the work."
        )
    if settings.AI_MAX_OUTPUT_TOKENS < 1:
        found.append("AI_MAX_OUTPUT_TOKENS must be positive.")
    if settings.AI_MAX_WAITING_THREADS < 1:
        found.append("AI_MAX_WAITING_THREADS must be at least 1.")
    return found


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # the parent of a dotted name
        return False
