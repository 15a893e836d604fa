import pytest
import stripe


@pytest.fixture
def stripe_requests(monkeypatch):
    """The requests to Stripe, as (method, path)."""
    sent = []

    class RecordingClient(stripe.RequestsClient):
        def request(self, method, url, *args, **kwargs):
            sent.append((method, url.split("?")[0].split("/v1/")[1]))
            return super().request(method, url, *args, **kwargs)

    monkeypatch.setattr(stripe, "default_http_client", RecordingClient())
    return sent
