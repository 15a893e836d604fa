import pytest

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
