"""System checks of mails; config/tests/test_deploy.py has those of a deployment."""

import pytest

from accounts.checks import check_lifetime_of_resets


@pytest.mark.parametrize(
    ("rate", "hours", "found"),
    [
        ("5/hour", 1, []),
        ("5/min", 1, []),
        ("", 1, []),
        ("20/day", 24, []),
        ("20/day", 1, ["accounts.W002"]),
        ("5/hour", 0, ["accounts.W002"]),
    ],
)
def test_a_flood_must_not_outlast_the_links_that_it_causes(settings, rate, hours, found):
    settings.MAIL_THROTTLE_RATE, settings.RESET_PASSWORD_HOURS = rate, hours
    assert [message.id for message in check_lifetime_of_resets()] == found
