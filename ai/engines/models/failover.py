"""Try the configured models in order, within one deadline."""

import asyncio
import logging
import threading
import time
from dataclasses import replace
from typing import Any

from ai.engines.base import ModelCall
from ai.engines.exceptions import EngineBadOutput, EngineError, EngineTimeout, EngineUnavailable
from ai.engines.models import client
from ai.engines.models.configuration import Configuration, ModelName
from ai.engines.models.prompts import Prompt

logger = logging.getLogger("ai.engines.models")

OK, CANCELLED = "ok", "cancelled"
_MAX_ATTEMPTS = 3
_FIRST_WAIT_SECONDS = 0.5
# A request needs at least this time.
_MIN_SECONDS = 0.05


class Run:
    """The calls for one request of a user. `calls` has every request to a model, including failed ones.

    The first model is tried. If it is unavailable or silent, the next one is used for all further prompts. The last
    one is tried again after a wait, if the deadline leaves enough time.
    """

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.calls: list[ModelCall] = []
        self.last_failure = ""  # for an operator
        self._remaining = list(configuration.models)
        self._ends_at = time.monotonic() + configuration.deadline

    @property
    def seconds_left(self) -> float:
        return self._ends_at - time.monotonic()

    async def ask(self, prompt: Prompt) -> tuple[dict[str, Any], str]:
        """Return the reply to a prompt and the name of the model. Raises EngineError."""
        attempts = 0
        while True:
            attempts += 1
            model = self._remaining[0]
            try:
                return await self._request(model, prompt), str(model)
            except _Unavailable as failure:
                if len(self._remaining) > 1 and self.seconds_left > _MIN_SECONDS:
                    self._remaining.pop(0)
                    attempts = 0
                    continue
                wait = self._wait(failure, attempts)
                if wait is None:
                    raise failure.error from None
                await asyncio.sleep(wait)

    def reject(self) -> None:
        """Record that the last reply could not be used."""
        logger.warning("%s: %s", self.calls[-1].model, EngineBadOutput.code)
        self.calls[-1] = replace(self.calls[-1], outcome=EngineBadOutput.code)

    def _wait(self, failure: "_Unavailable", attempts: int) -> float | None:
        """Return the seconds to wait before a retry, or None to give up."""
        if not failure.retryable or attempts >= _MAX_ATTEMPTS:
            return None
        asked = failure.error.retry_after if failure.has_retry_after else None
        wait = float(asked) if asked is not None else _FIRST_WAIT_SECONDS * 2 ** (attempts - 1)
        # Leave at least as much time for the answer.
        return wait if wait < self.seconds_left / 2 else None

    async def _request(self, model: ModelName, prompt: Prompt) -> dict[str, Any]:
        # Keep half of the time for the next model.
        seconds = self.seconds_left / 2 if len(self._remaining) > 1 else self.seconds_left
        if seconds < _MIN_SECONDS:
            raise EngineTimeout
        usage, start = client.Usage(), time.monotonic()
        outcome = CANCELLED
        try:
            reply = await client.request(self.configuration, model, prompt, seconds=seconds, usage=usage)
            outcome = OK
            _forget_reports(model)
        except client.Failure as failure:
            outcome = failure.error.code
            self.last_failure = ", ".join(filter(None, (failure.fault or failure.error.code, failure.detail)))
            _log(model, failure)
            if isinstance(failure.error, EngineUnavailable | EngineTimeout):
                raise _Unavailable(
                    failure.error, retryable=failure.retryable, has_retry_after=failure.has_retry_after
                ) from None
            raise failure.error from None
        else:
            return reply
        finally:
            self.calls.append(
                ModelCall(
                    model=str(model),
                    prompt_version=prompt.version,
                    outcome=outcome,
                    tokens=usage.tokens,
                    cost=usage.cost,
                    latency_ms=round((time.monotonic() - start) * 1000),
                )
            )


class _Unavailable(Exception):
    """A model is not available; another one may be."""

    def __init__(self, error: EngineError, *, retryable: bool, has_retry_after: bool) -> None:
        self.error, self.retryable, self.has_retry_after = error, retryable, has_retry_after
        super().__init__(error.code)


# Models and faults that were logged, until the model answers again.
_reported: set[tuple[str, str]] = set()
_lock = threading.Lock()


def _log(model: ModelName, failure: client.Failure) -> None:
    """Log a failure, without any text. A fault for an operator is logged once, until the model answers again."""
    detail = f" ({failure.detail})" if failure.detail else ""
    if not failure.fault:
        logger.warning("%s: %s%s", model, failure.error.code, detail)
        return
    with _lock:
        if (str(model), failure.fault) in _reported:
            return
        _reported.add((str(model), failure.fault))
    logger.error("%s does not work: %s%s. Run manage.py check_model.", model, failure.fault, detail)


def _forget_reports(model: ModelName) -> None:
    if _reported:
        with _lock:
            _reported.difference_update([reported for reported in _reported if reported[0] == str(model)])
