import pytest

from ai.engines.models import event_loop, failover
from ai.tests.engines.models.provider import running_provider

ACME = "openai:acme-1"


@pytest.fixture
def provider():
    """An honest provider with OpenAI's API. Set `replies` to make it another."""
    with running_provider() as provider:
        yield provider


@pytest.fixture(autouse=True)
def _fresh_process():
    """Each test starts as a new process does: nothing logged yet, and no loop."""
    failover._reported.clear()
    yield
    event_loop.stop()


@pytest.fixture
def acme(provider, settings):
    """Settings that send both actions to the provider's model."""
    settings.AI_MODEL = ACME
    settings.AI_BASE_URL = provider.url
    settings.AI_DEADLINE_SECONDS = 10
    return provider
