"""Paid work that does not depend on HTTP: a view performs it at once, or a worker as a job.

@register
class Summarise(PaidWork):
    action = "summarise"                    # priced like any paid action
    serializer_class = SummariseSerializer  # validates the request body

    def perform(self, *, hold, is_wanted=None):    # for a plain request; blocks
        return summarise(self.data["text"])

    async def aperform(self, *, hold, report):     # for a job; on an event loop
        return await asummarise(self.data["text"])

    def store(self, summary):                      # in one transaction with the charge
        row = Summary.objects.create(user_id=self.user_id, text=summary)
        return PaidResult(body={"id": row.id, "summary": summary})
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Protocol, Self, TypeVar

from rest_framework import serializers

from credits.holders import UserId
from credits.paid_views import PaidResult
from credits.services import Hold, Tokens
from jobs.exceptions import UnknownAction


class DeliverableChanged(Exception):
    """A `deliverable` was reported by another version of the work, and cannot be read."""


class Report(Protocol):
    """Reports a job's progress, whenever more units are finished.

    `units` are all units finished so far, as the client may see them before the charge. `deliverable` is what
    `store_partial` needs to deliver them. Both are in JSON's types.
    """

    def __call__(self, units: list[Any], deliverable: object = None) -> Awaitable[None]: ...


# Called repeatedly while a thread waits. Returns False once the client is gone.
IsWanted = Callable[[], bool]


class PaidWork:
    """Paid work for a user. A subclass sets the attributes and overrides `perform`, `aperform`, `store`."""

    action: ClassVar[str]
    serializer_class: ClassVar[type[serializers.Serializer[Any]]]

    def __init__(self, *, user_id: UserId, data: dict[str, Any]) -> None:
        self.user_id, self.data = user_id, data

    @classmethod
    def from_body(cls, *, user_id: UserId, body: object) -> Self:
        """Validate a stored body and return its work. Raises ValidationError."""
        serializer = cls.serializer_class(data=body)
        serializer.is_valid(raise_exception=True)
        return cls(user_id=user_id, data=serializer.validated_data)

    def units(self) -> int:
        """Return the number of requested units. Their price is held."""
        return 0

    def prepare(self) -> None:
        """Look up rows for the price and the work, once. Raise Http404 and the like here."""

    def max_tokens(self) -> Tokens | None:
        """Return the most tokens that the work may bill. Called only for a price per token, which holds them."""
        return None

    def perform(self, *, hold: Hold, is_wanted: IsWanted | None = None) -> Any:
        """Do the work, outside a transaction. If it raises, nothing is charged."""
        raise NotImplementedError

    async def aperform(self, *, hold: Hold, report: Report) -> Any:
        """Do the work on an event loop with many others. It may be cancelled and started again."""
        raise NotImplementedError

    def store(self, outcome: Any) -> PaidResult:
        """Store the outcome, inside the transaction that charges for it."""
        raise NotImplementedError

    def store_partial(self, deliverable: Any) -> PaidResult:
        """Store the units that a cancelled job has reported, inside the transaction that charges for them.

        It is called if the last report had a `deliverable`. Without one, a cancelled job costs nothing: report
        units without it only if they are worth nothing before the job succeeds. Raises DeliverableChanged; the
        cancellation then costs nothing.
        """
        raise NotImplementedError


_registered: dict[str, type[PaidWork]] = {}
W = TypeVar("W", bound=PaidWork)


def register(work: type[W]) -> type[W]:
    """Register `work`, so that workers find it by its action."""
    _registered[work.action] = work
    return work


def find_work(action: str) -> type[PaidWork]:
    """Return the work of an action. Raises UnknownAction."""
    try:
        return _registered[action]
    except KeyError:
        raise UnknownAction(action=action) from None


def storable_body(work: type[PaidWork], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a validated body that `work` reads.

    Other fields were not validated. They may contain characters that PostgreSQL cannot store, such as NUL.
    """
    return {name: body[name] for name in map(str, work.serializer_class().fields) if name in body}
