"""Synchronize users with Stripe, for example after missed webhooks."""

import json
import logging
from argparse import ArgumentParser
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import chain
from typing import IO, Any, cast

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.db import Error, connection
from rich.console import Console
from rich.progress import track
from rich.table import Table

from billing import services as billing
from billing.exceptions import BillingError
from billing.stripe_api import fetch_all, mirror
from common.commands import DocumentedCommand

EXAMPLES = """
examples:
  manage.py resync_customers                      all customers
  manage.py resync_customers --dry-run            report changes, write nothing
  manage.py resync_customers --customer cus_123   one customer (or: --customer ann@example.com)
  manage.py resync_customers --since 2026-07-01   only customers with events since then (at most 30 days)
  manage.py resync_customers --after cus_123      continue an interrupted run
  manage.py resync_customers --json               print one JSON document

A customer takes about six sequential requests to Stripe. --workers customers are processed at a time.
Stripe allows 100 requests a second, in test mode 25.

exit status: 0 all customers are in sync, 1 a customer is unknown or could not be resynced (the others
were), 2 the options are invalid, 130 the run was interrupted
"""

logger = logging.getLogger(__name__)


class Command(DocumentedCommand):
    help = __doc__
    epilog = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="report changes, write nothing")
        parser.add_argument("--customer", help="one customer: a Stripe customer id or a user's email address")
        parser.add_argument(
            "--since", type=_date_or_time, help="only customers with events since this date or time"
        )
        parser.add_argument("--after", help="skip the customers up to and including this one")
        parser.add_argument(
            "--workers", type=int, default=4, help="customers processed at a time (%(default)s)"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        as_json: bool = options["json"]
        console = Console(file=cast("IO[str]", (self.stderr if as_json else self.stdout)._out))  # noqa: SLF001  (a file for rich)
        total, customers = self._select(options["customer"], since=options["since"], after=options["after"])
        results: list[billing.Changes] = []
        failures: dict[str, str] = {}
        prices = [] if options["customer"] else _sync_prices(failures, dry_run=dry_run)
        last, stopped = "", False
        outcomes = _resync(customers, dry_run=dry_run, workers=min(options["workers"], total))
        try:
            for customer_id, outcome in track(
                outcomes, "Resyncing customers", total=total, console=console, transient=True
            ):
                last = customer_id
                if isinstance(outcome, billing.Changes):
                    results.append(outcome)
                else:
                    failures[customer_id] = _reason(outcome)
        except BillingError as error:  # listing the customers failed
            failures["(the list of customers)"] = _reason(error)
        except KeyboardInterrupt:
            stopped = True

        if as_json:
            self.stdout.write(
                json.dumps(_document(results, failures, prices, dry_run=dry_run), indent=2, default=str)
            )
        else:
            for change in prices:
                console.print(f"price {change}")
            self._report(console, results, failures, dry_run=dry_run)
        if stopped:
            raise CommandError(
                f"Interrupted. Continue with --after {last}" if last else "Interrupted.", returncode=130
            )
        if failures:
            raise CommandError(f"{len(failures)} could not be resynced.", returncode=1)

    def _select(
        self, customer: str | None, *, since: datetime | None, after: str | None
    ) -> tuple[int, Iterator[str]]:
        """Return the approximate number of customers and their ids.

        Known customers come first, then those that are only in Stripe.
        """
        if customer:
            if not customer.startswith("cus_"):
                found = get_user_model().objects.filter(email__iexact=customer).first()
                if found is None or not found.stripe_customer_id:
                    raise CommandError(
                        f"{customer} is neither a customer's id nor the email address of a user with a customer."
                    )
                customer = found.stripe_customer_id
            return 1, iter([customer])
        try:
            known = fetch_all.list_customers_with_events(since=since) if since else mirror.known_customers()
        except BillingError as error:
            raise CommandError(_reason(error), returncode=1) from error
        only_in_stripe = iter(()) if since else self._claimed(set(known))
        if after:
            if after not in known:
                raise CommandError(f"{after} is not one of the customers.")
            known = known[known.index(after) + 1 :]
        return len(known), chain(known, only_in_stripe)

    def _claimed(self, known: set[str]) -> Iterator[str]:
        """Yield customers whose metadata has a user's id but that are not stored with a user.

        A crash or an edit in the dashboard leaves such customers.
        """
        for customer in fetch_all.list_customers():
            if mirror.claimed_user_id(customer) and customer.id not in known:
                yield customer.id

    def _report(
        self, console: Console, results: list[billing.Changes], failures: dict[str, str], *, dry_run: bool
    ) -> None:
        changed = [result for result in results if result.has_changes]
        if changed:
            table = Table("customer", "user", "what", title="Would change" if dry_run else "Changed")
            for result in changed:
                table.add_row(result.customer_id, str(result.user_id), "\n".join(result.describe()))
            console.print(table)
        ungranted = [invoice for result in results for invoice in result.ungranted]
        if ungranted:
            console.print(
                f"[yellow]Unmapped price, nothing granted:[/] {', '.join(ungranted)}. "
                "Map the price to a plan or a pack, then run this again."
            )
        for customer_id, reason in failures.items():
            console.print(f"[red]{customer_id}[/]: {reason}")
        console.print(
            f"{len(results)} customers read, {len(changed)} {'would change' if dry_run else 'changed'}, "
            f"{len(failures)} failed."
        )


def _sync_prices(failures: dict[str, str], *, dry_run: bool) -> list[str]:
    """Update the prices of plans and packs. Return the changes, or add to the failures."""
    try:
        return billing.sync_prices(dry_run=dry_run)
    except BillingError as error:
        failures["(the prices)"] = _reason(error)
        return []


def _date_or_time(text: str) -> datetime:
    """Parse a date or time, in UTC unless it has an offset."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


Outcome = billing.Changes | Exception


def _resync(customers: Iterable[str], *, dry_run: bool, workers: int) -> Iterator[tuple[str, Outcome]]:
    """Resync the customers, `workers` at a time, and yield the outcome of each in order."""

    def resync(customer_id: str) -> tuple[str, Outcome]:
        try:
            return customer_id, billing.resync_customer(customer_id=customer_id, dry_run=dry_run)
        except (BillingError, Error) as error:
            return customer_id, error
        except Exception as error:  # one failure must not stop the run
            logger.exception("%s could not be resynced.", customer_id)
            return customer_id, error

    def resync_in_thread(customer_id: str) -> tuple[str, Outcome]:
        try:
            return resync(customer_id)
        finally:
            connection.close()

    if workers <= 1:
        yield from map(resync, customers)
        return
    running: deque[Future[tuple[str, Outcome]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for customer_id in customers:
                running.append(pool.submit(resync_in_thread, customer_id))
                if len(running) > workers:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _reason(error: Exception) -> str:
    """Return the message for an operator, with Stripe's own error if there is one."""
    if not isinstance(error, (BillingError, Error)):
        return f"{type(error).__name__}: {error}"
    return f"{error} ({error.__cause__})" if error.__cause__ else str(error)


def _document(
    results: list[billing.Changes], failures: dict[str, str], prices: list[str], *, dry_run: bool
) -> dict[str, Any]:
    return {
        "dryRun": dry_run,
        "prices": prices,
        "read": len(results),
        "changed": [
            {
                "customer": result.customer_id,
                "user": result.user_id,
                "fields": {name: {"from": old, "to": new} for name, (old, new) in result.fields.items()},
                "payments": result.payments,
                "granted": result.granted,
                "instalments": result.instalments,
                "returned": result.returned,
                "writtenOff": result.written_off,
            }
            for result in results
            if result.has_changes
        ],
        "ungranted": [invoice for result in results for invoice in result.ungranted],
        "failed": failures,
    }
