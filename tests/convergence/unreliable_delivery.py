"""Unreliable delivery: events are shuffled, repeated, delayed, lost or interrupted by a crash."""

from random import Random

from tests.convergence.customers import Customer


class Crash(Exception):
    """A crash of the process: the transaction is rolled back."""


class CrashInjector:
    """A signal receiver that crashes the next delivery when armed."""

    armed = False

    def __call__(self, **kwargs):
        if self.armed:
            self.armed = False
            raise Crash


def deliver_unreliably(
    customer: Customer,
    random: Random,
    crash_injector: CrashInjector,
    *,
    last,
    lossy=True,
    before_each=lambda: None,
):
    """Deliver some or (`last`) all pending events and return whether any was lost.

    `before_each` is called before each delivery.
    """
    random.shuffle(customer.pending)
    lost = False
    keep = []
    for event in customer.pending:
        before_each()
        fate = random.random()
        if fate < 0.15 and lossy:
            lost = True
        elif fate < 0.35 and not last:
            keep.append(event)  # later
        else:
            crash_injector.armed = fate > 0.9
            answers = {customer.fake_stripe.post(event).status_code for _ in range(random.choice((1, 1, 2)))}
            assert answers <= ({200, 500} if fate > 0.9 else {200}), answers
            crash_injector.armed = False
            if answers == {500}:
                keep.append(event)
    customer.pending = keep
    if last and keep:  # Stripe retries after a 5xx
        assert {customer.fake_stripe.post(event).status_code for event in keep} == {200}
    return lost
