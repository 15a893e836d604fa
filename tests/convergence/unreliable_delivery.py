"""How events come in disorder: in any order, some twice, some late, some never, and some while the process crash_injector."""

from random import Random

from tests.convergence.customers import Customer


class Crash(Exception):
    """The process dies here: nothing of the transaction stays."""


class CrashInjector:
    """Lets the next delivery die in the middle, when armed."""

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
    """Deliver some of what is pending, or all of it. Whether something was lost for ever.

    `before_each` is what else happens meanwhile: it is called before each delivery.
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
    if last and keep:  # Stripe sends again what was answered with 5xx
        assert {customer.fake_stripe.post(event).status_code for event in keep} == {200}
    return lost
