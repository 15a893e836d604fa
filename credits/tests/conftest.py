import pytest

from credits.signals import claim_written_off
from credits.tests.paid_view_examples import PRICES, NoteView, SlowView


@pytest.fixture
def paid_actions(settings):
    """The paid actions of `paid_view_examples` are served, and nothing else."""
    settings.ROOT_URLCONF = "credits.tests.paid_view_examples"
    settings.CREDIT_PRICES = PRICES
    NoteView.performed.clear()
    SlowView.entered.clear()
    SlowView.leave.clear()
    yield
    SlowView.leave.set()


@pytest.fixture
def written_off():
    """The references and amounts of the write-offs, as a receiver hears of them."""
    heard = []

    def receive(sender, user_id, reference, amount, **kwargs):
        heard.append((reference, amount))

    claim_written_off.connect(receive)
    yield heard
    claim_written_off.disconnect(receive)
