"""What a function needs of the transaction that it is called in, said in code."""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")


def requires_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Let `function` raise TransactionManagementError when it is called outside a transaction."""

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError(
                f"{function.__qualname__} must be called inside transaction.atomic()."
            )
        return function(*args, **kwargs)

    return checked


def outside_transaction() -> AbstractContextManager[Any]:
    """Run the block in its own commit. Raises RuntimeError inside a transaction.

    In autocommit mode each statement of the block commits by itself, without further round trips. Only a
    test case's own transaction is let pass, as with `atomic(durable=True)`, which decides it.
    """
    return transaction.atomic(durable=True) if connection.in_atomic_block else nullcontext()
