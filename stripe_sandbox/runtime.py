"""A running sandbox: its state, the faults to inject, and the dispatcher of its webhooks."""

from stripe_sandbox.domain import catalog, due_work
from stripe_sandbox.fault_injection import Faults
from stripe_sandbox.settings import Settings
from stripe_sandbox.state import State
from stripe_sandbox.store import Store
from stripe_sandbox.webhook_delivery import WebhookDispatcher, ensure_endpoint


class Runtime:
    """The objects that the API, the hosted pages and the control API of one sandbox share."""

    def __init__(self, settings: Settings) -> None:
        """Open the store and create the catalog and the webhook endpoint."""
        self.settings = settings
        self.store = Store(settings.data)
        self.state = State(store=self.store, settings=settings)
        self.faults = Faults()
        self.dispatcher = WebhookDispatcher(self.state)
        self.store.set_meta("delivery", settings.delivery)  # a data file may have the mode of a previous run
        with self.store.transaction():
            self._seed()

    def _seed(self) -> None:
        catalog.seed(self.state)
        ensure_endpoint(self.state, url=self.settings.webhook_url, secret=self.settings.webhook_secret)

    def reset(self) -> None:
        """Delete everything but the settings, then create the catalog and the webhook endpoint again."""
        self.faults.clear()
        self.store.clear()
        self._seed()

    def run_due_work(self, until: int) -> int:
        """Run the work that is due by `until` (seconds since the epoch); return the number of actions."""
        with self.store.transaction():
            self.state.request = {"id": None, "idempotency_key": None}
            return due_work.run(self.state, until)
