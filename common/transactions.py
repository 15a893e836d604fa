"""Checks that a function is called inside, or outside, a transaction."""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")


def requires_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate `function` to raise TransactionManagementError outside a transaction."""

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError(
                f"{function.__qualname__} must be called inside transaction.atomic()."
            )
        return function(*args, **kwargs)

    return checked


def outside_transaction() -> AbstractContextManager[Any]:
    """Return a context manager for a block that must not run in a transaction. Raises RuntimeError in one.

    In autocommit mode each statement of the block commits by itself, without further round trips. The
    transaction of a test case is allowed, as `atomic(durable=True)` allows it.
    """
    return transaction.atomic(durable=True) if connection.in_atomic_block else nullcontext()
