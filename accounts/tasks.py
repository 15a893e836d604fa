"""The tasks that send a mail, and the new address of a user to Stripe. Procrastinate finds them here."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from django.core.mail import EmailMultiAlternatives
from django.db import close_old_connections
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as QueuedJob
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from accounts import mails
from accounts.mail_queue import MAIL_QUEUE, SEND_MAIL
from accounts.services.customer_email import CUSTOMER_QUEUE, UPDATE_CUSTOMER
from billing import services as billing
from jobs import worker

MAX_ATTEMPTS = 6
ATTEMPTS_AT_STRIPE = 75  # in about three days
THREADS = 4  # of a worker, for conversations with the mail server; none of them uses the database

_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="mails")


class MailNotSent(Exception):
    """The mail server or provider did not accept a mail.

    It replaces the original error, whose text may contain the recipient and which the worker would log.
    """

    def __init__(self, error: Exception) -> None:
        refusals = getattr(error, "recipients", None)  # of smtplib.SMTPRecipientsRefused
        codes = [code for code, _ in refusals.values()] if isinstance(refusals, dict) else []
        status = getattr(error, "smtp_code", None) or getattr(error, "status_code", None)  # smtplib, anymail
        super().__init__(
            " ".join([type(error).__name__, *map(str, codes or [status] * (status is not None))])
        )


class Retries(BaseRetryStrategy):
    """Retry after any failure. The waits are 5 s, 25 s, 2 min, 10 min, 52 min, and then an hour each."""

    def __init__(self, *, max_attempts: int = MAX_ATTEMPTS) -> None:
        self.max_attempts = max_attempts

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):  # the worker is stopping
            return RetryDecision(retry_in={"seconds": 0})
        if job.attempts + 1 >= self.max_attempts:
            return None
        return RetryDecision(retry_in={"seconds": min(5 ** (job.attempts + 1), 3600)})


@app.task(name=SEND_MAIL, queue=MAIL_QUEUE, retry=Retries())
async def send_mail(*, kind: str, row_id: int | None) -> None:
    """Build a mail and send it. If a worker dies meanwhile, the mail may be sent twice, but is never lost."""
    mail = await worker.in_pool(mails.build, kind=kind, row_id=row_id)
    if mail is not None:
        await asyncio.get_running_loop().run_in_executor(_pool, _send, mail)


def _send(mail: EmailMultiAlternatives) -> None:
    try:
        mail.send()
    except Exception as error:  # noqa: BLE001  (backends raise errors of any kind)
        raise MailNotSent(error) from None


# Not a coroutine: it waits for Stripe, so it runs in its own thread.
@app.task(name=UPDATE_CUSTOMER, queue=CUSTOMER_QUEUE, retry=Retries(max_attempts=ATTEMPTS_AT_STRIPE))
def update_customer_email(*, user_id: int) -> None:
    """Give a user's Stripe customer the user's present email address. A repeat makes no difference."""
    close_old_connections()
    try:
        billing.update_customer_email(user_id=user_id)
    finally:
        close_old_connections()
