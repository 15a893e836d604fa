"""How events come in disorder: in any order, some twice, some late, some never, and some while the process crashes."""

from random import Random

from tests.convergence.customers import Customer


class Crash(Exception):
    """The process dies here: nothing of the transaction stays."""


class Crashes:
    """Lets the next delivery die in the middle, when armed."""

    armed = False

    def __call__(self, **kwargs):
        if self.armed:
            self.armed = False
            raise Crash


def deliver_in_disorder(
    customer: Customer, random: Random, crashes: Crashes, *, last, lossy=True, between=lambda: None
):
    """Deliver some of what is pending, or all of it. Whether something was lost for ever.

    `between` is what else happens meanwhile: it is called before each delivery.
    """
    random.shuffle(customer.pending)
    lost = False
    keep = []
    for event in customer.pending:
        between()
        fate = random.random()
        if fate < 0.15 and lossy:
            lost = True
        elif fate < 0.35 and not last:
            keep.append(event)  # later
        else:
            crashes.armed = fate > 0.9
            answers = {customer.world.post(event).status_code for _ in range(random.choice((1, 1, 2)))}
            assert answers <= ({200, 500} if fate > 0.9 else {200}), answers
            crashes.armed = False
            if answers == {500}:
                keep.append(event)
    customer.pending = keep
    if last and keep:  # Stripe sends again what was answered with 5xx
        assert {customer.world.post(event).status_code for event in keep} == {200}
    return lost
