"""Engines that make questions from a source and mark answers, behind one interface.

`get_engine()` gives the one that `settings.AI_MODEL` names.
"""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ai.engines.base import Engine
from ai.engines.grading import CodeGraded


@cache
def _engine(model: str) -> Engine:
    if model:
        raise ImproperlyConfigured(
            f"AI_MODEL={model!r} names a model, and models are not available in this version. "
            "Available engines: offline (leave AI_MODEL empty)."
        )
    from ai.engines.offline import OfflineEngine

    return CodeGraded(OfflineEngine())


def get_engine() -> Engine:
    """Return the engine named by `settings.AI_MODEL`, one instance per process and name.

    Empty or unset is the offline engine. Whatever the engine, choices and numbers are graded in code. Raises `ImproperlyConfigured` for anything else.
    """
    return _engine(getattr(settings, "AI_MODEL", None) or "")
