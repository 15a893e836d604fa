"""System checks of the models that the settings name. They use no network: `check_model` asks the models."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from ai.engines import Action, get_engine
from ai.engines.models.configuration import problems


@register(Tags.models)
def check_models(**kwargs: Any) -> list[CheckMessage]:
    """Check that each model has a known provider, its package and its key, and that the limits fit."""
    return [Error(problem, id="ai.E001") for problem in problems(settings)]


def load_engines() -> None:
    """Load the engines, so that the first request does not wait for it. For a process that runs no checks: a web server.

    Raises ImproperlyConfigured for what `check_models` finds.
    """
    if found := problems(settings):
        raise ImproperlyConfigured(" ".join(found))
    for action in Action:
        get_engine(action)
