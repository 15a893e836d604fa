"""Set up the database and the demo data, then run the API, a worker and a local Stripe until Ctrl-C."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

import httpx
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from rich.console import Console
from rich.table import Table

from billing.exceptions import BillingError
from billing.services import sync_prices
from demo import local_database
from demo.sample_data import DEMO_USERS, create_demo_history, create_demo_users

READY_SECONDS = 60
OTHER_POSTGRESQL = "database files are incompatible"  # of the server's log: another major version made them
WORKER = "The worker"
WORKER_SECONDS = 3  # a worker that ends sooner would only do so again
STOP_SECONDS = 10
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []  # migrate runs them, once the database is there

    def handle(self, **options: Any) -> None:
        port, stripe_port = _port("PORT", 8000), _port("STRIPE_SANDBOX_PORT", 12111)
        if port == stripe_port:
            raise CommandError(f"PORT and STRIPE_SANDBOX_PORT are both {port}: choose two.")
        self.api, self.stripe = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{stripe_port}"
        self.console = Console(highlight=False, soft_wrap=True)  # plain sentences, as long as they are
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.keeps_mails = not {"EMAIL_URL", "EMAIL_BACKEND"} & {*os.environ}
        if self.keeps_mails:
            os.environ["EMAIL_BACKEND"] = "demo.mail_backend.EmailBackend"  # of the API and the worker
        for number in STOP_SIGNALS:
            signal.signal(number, _stop)
        try:
            self._prepare_database()
            self._say("Starting the local Stripe, a worker and the API …")
            self._start_stripe(stripe_port)
            self._start_worker()
            self._start_api(port)
            self._wait_until_ready("The local Stripe", f"{self.stripe}/_sandbox/health")
            self._store_prices()
            self._wait_until_ready("The API", f"{self.api}/readyz")
            self._welcome()
            self._watch()
        except KeyboardInterrupt:
            self._say("Stopping …")
        finally:
            self._stop_children()
        self._say("Stopped. The data stays in .local/; `make run` goes on with it, `make reset` removes it.")

    def _prepare_database(self) -> None:
        self._say("Starting PostgreSQL (embedded, its data in .local/) and migrating …")
        try:
            local_database.upgrade()
        except (OperationalError, ImproperlyConfigured) as error:
            hint = f" {local_database.START_OVER}" if OTHER_POSTGRESQL in str(error) else ""
            raise CommandError(f"{error}{hint}") from error
        if create_demo_users():
            self._say("Created the demo's users.")
        if create_demo_history():
            self._say("Made a question set and two evaluations for the demo's user.")

    def _start_stripe(self, port: int) -> None:
        if self.stripe != settings.STRIPE_API_HOST:
            self._say(f"Using Stripe at {settings.STRIPE_API_HOST}, as the environment says.")
            return
        self._start(
            "The local Stripe",
            [
                *("-m", "stripe_sandbox", "--port", str(port)),
                *("--data", str(settings.LOCAL_DIR / "stripe.sqlite3")),
                *("--webhook-url", f"{self.api}/api/stripe-webhook"),
            ],
            STRIPE_WEBHOOK_SECRET=settings.STRIPE_WEBHOOK_SECRET,
        )

    def _store_prices(self) -> None:
        """Store STRIPE_PRICE_ID, and forget the prices of another Stripe account that was used before."""
        try:
            sync_prices()
        except BillingError as error:
            self._say(f"The prices cannot be compared with Stripe's: {error}")

    def _start_worker(self) -> None:
        self.worker_started = time.monotonic()
        self._start(WORKER, [str(settings.BASE_DIR / "manage.py"), "run_worker", "--graceful-timeout", "5"])

    def _start_api(self, port: int) -> None:
        self._start(
            "The API",
            [
                *("-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"),
                *("--worker-class", "gthread", "--workers", "2", "--threads", "16"),
                *("--graceful-timeout", "5", "--log-level", "warning"),
                "--no-control-socket",  # it would make a directory in the developer's home
            ],
        )

    def _start(self, name: str, arguments: list[str], **environment: str) -> None:
        # A session of its own: Ctrl-C reaches this process alone, and this process stops the others.
        with _signals_wait():
            self.children[name] = subprocess.Popen(  # noqa: S603  (arguments of ours)
                [sys.executable, *arguments],
                cwd=settings.BASE_DIR,
                env={**os.environ, **environment},
                start_new_session=True,
            )

    def _wait_until_ready(self, name: str, url: str) -> None:
        if name not in self.children:
            return
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self._fail_if_one_died()
            try:
                httpx.get(url, timeout=5, trust_env=False).raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.1)
            else:
                return
        raise CommandError(f"{name} did not get ready within {READY_SECONDS} seconds.")

    def _watch(self) -> None:
        while True:
            self._start_worker_again()
            self._fail_if_one_died()
            time.sleep(0.5)

    def _start_worker_again(self) -> None:
        """Start a worker that was killed, as a supervisor does in production."""
        if self.children[WORKER].poll() is None or time.monotonic() < self.worker_started + WORKER_SECONDS:
            return
        self._say("The worker ended; starting another one.")
        self._start_worker()

    def _fail_if_one_died(self) -> None:
        for name, child in self.children.items():
            if child.poll() is not None:
                raise CommandError(f"{name} ended by itself (exit status {child.returncode}); see above.")

    def _stop_children(self) -> None:
        """Stop the API and the worker before the Stripe that they ask, and the webhooks before all."""
        _ignore_signals()
        self._stop_webhooks()
        for child in reversed(self.children.values()):
            child.terminate()
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()

    def _stop_webhooks(self) -> None:
        """Start no delivery from now on, and wait for the one under way; the rest survives the night."""
        if "The local Stripe" not in self.children:
            return
        with contextlib.suppress(httpx.HTTPError):  # not up yet, or gone: then none is under way
            for command, body in (("delivery", {"mode": "manual"}), ("wait", {"timeout": 5})):
                url = f"{self.stripe}/_sandbox/{command}"
                httpx.post(url, json=body, timeout=10, trust_env=False)

    def _welcome(self) -> None:
        table = Table(show_header=False, box=None, padding=(0, 2))
        for what, where in (
            ("API", self.api),
            ("API documentation", f"{self.api}/api/docs"),
            ("Admin", f"{self.api}/admin/"),
            ("Emails", f"{self.api}/demo/mails" if self.keeps_mails else "(sent, as the environment says)"),
            ("Local Stripe", self.stripe if "The local Stripe" in self.children else "(not started)"),
        ):
            table.add_row(what, where)
        table.add_row("", "")
        for user in DEMO_USERS:
            table.add_row("Staff login" if user.is_staff else "User login", f"{user.email}  {user.password}")
        self.console.print()
        self.console.print(table)
        self.console.print("\nReady. Ctrl-C stops everything.")

    def _say(self, sentence: str) -> None:
        self.console.print(f"[bold]▸[/] {sentence}")


def _stop(number: int, frame: FrameType | None) -> None:
    _ignore_signals()  # a second Ctrl-C must not interrupt the stopping, and leave a process behind
    raise KeyboardInterrupt


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    """Stop a little later: a process that is started and not yet noted would be left behind."""
    came: list[int] = []
    handlers = {
        number: signal.signal(number, lambda number, _: came.append(number)) for number in STOP_SIGNALS
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    if came:
        signal.raise_signal(came[0])


def _ignore_signals() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _port(name: str, default: int) -> int:
    """The port that the environment names. Raises CommandError if it cannot be listened on."""
    try:
        port = int(os.environ.get(name) or default)
    except ValueError:
        raise CommandError(f"{name} must be a number, not {os.environ[name]!r}.") from None
    if not 0 < port < 65536:  # noqa: PLR2004  (TCP's)
        raise CommandError(f"{name} must be between 1 and 65535, not {port}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Choose another: {name}={port + 1} make run"
            ) from None
    return port
