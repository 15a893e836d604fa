"""Engines that make questions from a source and mark answers, behind one interface.

`get_engine(action)` returns the engine that the settings name for an action: a model, or the offline engine.
"""

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ai.engines.base import Engine
from ai.engines.grading import DeterministicGrading
from ai.engines.models.configuration import Action, Configuration, configuration_of

__all__ = ["Action", "get_engine"]


@lru_cache(maxsize=16)
def _engine(configuration: Configuration | None, max_waiting: int) -> Engine:
    # Each engine is imported when it is first used: a process needs one of them.
    if configuration is None:
        from ai.engines.offline import OfflineEngine

        return DeterministicGrading(OfflineEngine())
    from ai.engines.models import client
    from ai.engines.models.engine import ModelEngine

    client.load(configuration)
    return DeterministicGrading(ModelEngine(configuration, max_waiting))


def get_engine(action: Action) -> Engine:
    """Return the engine for an action, one instance per process and configuration.

    `AI_MODEL` names a model, `AI_MODEL_GENERATE` and `AI_MODEL_EVALUATE` one for each action. Empty or unset means the
    offline engine. Every engine is wrapped in `DeterministicGrading`. Raises `ImproperlyConfigured` for an invalid
    name of a model.
    """
    try:
        configuration = configuration_of(settings, action)
    except ValueError as error:
        raise ImproperlyConfigured(str(error)) from None
    return _engine(configuration, getattr(settings, "AI_MAX_WAITING_THREADS", 4))
