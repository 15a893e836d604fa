"""Bring every user back in line with what Stripe says, after any number of missed webhooks."""

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
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from billing import services as billing
from billing.exceptions import BillingError
from billing.stripe_api import fetch, mirror
from common.commands import DocumentedCommand

EXAMPLES = """
examples:
  manage.py resync_customers                      everybody
  manage.py resync_customers --dry-run            only say what would change
  manage.py resync_customers --customer cus_123   one customer (or: --customer ann@example.com)
  manage.py resync_customers --since 2026-07-01   only whom something happened to since (30 days at most)
  manage.py resync_customers --after cus_123      go on where a run was stopped
  manage.py resync_customers --json               one JSON document, for machines

A customer takes about six requests to Stripe, one after the other; --workers customers are read at a
time. Stripe allows 100 requests a second, in test mode 25.

exit status: 0 everything is in line now, 1 something could not be resynced (the rest was) or the customer
is unknown, 2 the options are wrong, 130 it was stopped
"""

logger = logging.getLogger(__name__)


class Command(DocumentedCommand):
    help = __doc__
    epilog = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="change nothing, say what would change")
        parser.add_argument("--customer", help="only this one: a Stripe customer id, or a user's e-mail")
        parser.add_argument("--since", type=_moment, help="only whom something happened to since this date")
        parser.add_argument("--after", help="leave out the customers up to this one")
        parser.add_argument("--workers", type=int, default=4, help="how many at a time (%(default)s)")
        parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        as_json: bool = options["json"]
        console = Console(file=cast("IO[str]", (self.stderr if as_json else self.stdout)._out))  # noqa: SLF001  (a file for rich)
        total, customers = self._which(options["customer"], since=options["since"], after=options["after"])
        results: list[billing.Changes] = []
        failures: dict[str, str] = {}
        last, stopped = "", False
        columns = (
            TextColumn("[progress.description]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("Resyncing customers", total=total)
            try:
                workers = min(options["workers"], total)
                for customer_id, outcome in _reconcile(customers, dry_run=dry_run, workers=workers):
                    last = customer_id
                    if isinstance(outcome, billing.Changes):
                        results.append(outcome)
                    else:
                        failures[customer_id] = _reason(outcome)
                    progress.advance(task)
            except BillingError as error:  # the list itself could not be read to its end
                failures["(the list of customers)"] = _reason(error)
            except KeyboardInterrupt:
                stopped = True

        if as_json:
            self.stdout.write(
                json.dumps(_document(results, failures, dry_run=dry_run), indent=2, default=str)
            )
        else:
            self._report(console, results, failures, dry_run=dry_run)
        if stopped:
            raise CommandError(f"Stopped. Go on with --after {last}" if last else "Stopped.", returncode=130)
        if failures:
            raise CommandError(f"{len(failures)} could not be resynced.", returncode=1)

    def _which(
        self, customer: str | None, *, since: datetime | None, after: str | None
    ) -> tuple[int, Iterator[str]]:
        """How many customers about, and their ids: those that we know, then those that only Stripe knows."""
        if customer:
            if not customer.startswith("cus_"):
                found = get_user_model().objects.filter(email__iexact=customer).first()
                if found is None or not found.stripe_customer_id:
                    raise CommandError(f"{customer} is no customer's id, and no user with a customer.")
                customer = found.stripe_customer_id
            return 1, iter([customer])
        try:
            known = fetch.list_customers_with_events(since=since) if since else mirror.known_customers()
        except BillingError as error:
            raise CommandError(_reason(error), returncode=1) from error
        found_only_there = iter(()) if since else self._claimed(set(known))
        if after:
            if after not in known:
                raise CommandError(f"{after} is none of the customers.")
            known = known[known.index(after) + 1 :]
        return len(known), chain(known, found_only_there)

    def _claimed(self, known: set[str]) -> Iterator[str]:
        """Customers that carry a user's id, but were never stored with the user: a crash, or the dashboard."""
        for customer in fetch.list_customers():
            if customer.claimed_user_id and customer.id not in known:
                yield customer.id

    def _report(
        self, console: Console, results: list[billing.Changes], failures: dict[str, str], *, dry_run: bool
    ) -> None:
        changed = [result for result in results if result.anything]
        if changed:
            table = Table("customer", "user", "what", title="Would change" if dry_run else "Changed")
            for result in changed:
                table.add_row(result.customer_id, str(result.user_id), "\n".join(result.sentences()))
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


def _moment(text: str) -> datetime:
    """A date or a time, in UTC where it does not say."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Outcome = billing.Changes | Exception


def _reconcile(customers: Iterable[str], *, dry_run: bool, workers: int) -> Iterator[tuple[str, Outcome]]:
    """Reconcile the customers, `workers` at a time; what became of each, in their order."""

    def one(customer_id: str) -> tuple[str, Outcome]:
        try:
            return customer_id, billing.resync_customer(customer_id=customer_id, dry_run=dry_run)
        except (BillingError, Error) as error:
            return customer_id, error
        except Exception as error:  # whatever it is, the others are resynced
            logger.exception("%s could not be resynced.", customer_id)
            return customer_id, error

    def one_in_a_thread(customer_id: str) -> tuple[str, Outcome]:
        try:
            return one(customer_id)
        finally:
            connection.close()

    if workers <= 1:
        yield from map(one, customers)
        return
    running: deque[Future[tuple[str, Outcome]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for customer_id in customers:
                running.append(pool.submit(one_in_a_thread, customer_id))
                if len(running) > workers:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _reason(error: Exception) -> str:
    """What to tell an operator: what Stripe said, where there is more than what a user is told."""
    if not isinstance(error, (BillingError, Error)):
        return f"{type(error).__name__}: {error}"
    return f"{error} ({error.__cause__})" if error.__cause__ else str(error)


def _document(results: list[billing.Changes], failures: dict[str, str], *, dry_run: bool) -> dict[str, Any]:
    return {
        "dryRun": dry_run,
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
            if result.anything
        ],
        "ungranted": [invoice for result in results for invoice in result.ungranted],
        "failed": failures,
    }
