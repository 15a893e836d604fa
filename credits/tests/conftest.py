import pytest

from credits.tests.paid_urls import PRICES, NoteView, SlowView


@pytest.fixture
def paid_actions(settings):
    """The paid actions of `paid_urls` are served, and nothing else."""
    settings.ROOT_URLCONF = "credits.tests.paid_urls"
    settings.CREDIT_PRICES = PRICES
    NoteView.performed.clear()
    SlowView.entered.clear()
    SlowView.leave.clear()
    yield
    SlowView.leave.set()
