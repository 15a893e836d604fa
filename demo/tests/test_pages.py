"""Where Stripe's pages lead back to, as long as there is no front end."""

import pytest


@pytest.mark.urls("demo.urls")
@pytest.mark.parametrize(
    ("path", "told"), [("/payments/success?session_id=cs_test_1", "Paid"), ("/payments/cancelled", "Back")]
)
def test_the_way_back_from_stripe_is_a_page(client, path, told):
    page = client.get(path)
    assert page.status_code == 200
    assert f"<h1>{told}" in page.content.decode()
