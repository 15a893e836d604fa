"""The slots of the threads that wait for another service."""

from contextlib import ExitStack

import pytest

from common.waiting_slots import WaitingSlots


class Full(Exception):
    pass


class Share(Exception):
    pass


def count(slots, stack, user, **more):
    """Take slots for a user until they are refused. Return how many, and the refusal."""
    before, refusal = slots.taken, None
    while refusal is None:
        try:
            stack.enter_context(slots.take(user, most=16, full=Full, share=Share, **more))
        except (Full, Share) as error:
            refusal = type(error)
    return slots.taken - before, refusal


@pytest.mark.parametrize(("more_while_idle", "first", "second"), [(False, 2, 2), (True, 8, 2)])
def test_a_user_leaves_slots_to_others(more_while_idle, first, second):
    slots = WaitingSlots()
    with ExitStack() as stack:
        more = {"most_per_user": 2, "more_while_idle": more_while_idle}
        assert count(slots, stack, "greedy", **more) == (first, Share)
        assert count(slots, stack, "other", **more) == (second, Share)
        assert slots.taken == first + second
    assert slots.taken == 0


def test_nobody_takes_more_than_there_are():
    slots = WaitingSlots()
    with ExitStack() as stack:
        assert count(slots, stack, "", most_per_user=2) == (16, Full)
