"""What a customer does with credits while events come: all the verbs that work uses, at random."""

from contextlib import suppress
from random import Random

from django.db import transaction

from credits import services as ledger
from credits.exceptions import InsufficientCredits
from credits.services import holds

MOST = 1500  # credits at a time: more than a renewal of the second plan gives


class RandomSpender:
    """Spends, holds, captures, releases and refunds."""

    def __init__(self, *, user_id, random: Random, name="spender"):
        self.user_id, self.random, self.name = user_id, random, name
        self.acts = 0
        self.spent: list[int] = []
        self.holds: list[holds.Hold] = []

    def act(self):
        """Do one thing, if it can be paid for."""
        self.acts += 1
        verb = self.random.choice((self.spend, self.spend, self.hold, self.finish, self.finish, self.refund))
        with suppress(InsufficientCredits):
            verb()

    def spend(self):
        posted = ledger.spend(
            user_id=self.user_id, amount=self.amount(), action_type="work", key=f"{self.name}:{self.acts}"
        )
        self.spent.append(posted.entry_id)

    def hold(self):
        held = holds.hold(user_id=self.user_id, amount=self.amount(), action_type="work")
        self.holds.append(held)

    def finish(self):
        """Capture less than was held or all of it, or release it."""
        if not self.holds:
            return
        held = self.holds.pop(self.random.randrange(len(self.holds)))
        share = self.random.choice((None, 0, 50, 100, 100))
        if share is None:
            assert holds.release(hold=held)
            return
        with transaction.atomic():  # as the work's result is stored
            captured = holds.capture(hold=held, amount=held.amount * share // 100)
        self.spent.append(captured.entry_id)

    def finish_all(self):
        """Close every hold, so that no claim stays open."""
        while self.holds:
            self.finish()

    def refund(self):
        if self.spent:
            ledger.refund(entry_id=self.random.choice(self.spent))

    def amount(self):
        return self.random.choice((1, 40, 100, self.random.randint(1, MOST)))
