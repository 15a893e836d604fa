"""The task that sends a mail. Procrastinate finds it here."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from procrastinate.contrib.django import app
from procrastinate.jobs import Job as QueuedJob
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from accounts import mails
from accounts.mail_queue import MAIL_QUEUE, SEND_MAIL
from jobs import worker

MAX_ATTEMPTS = 6
THREADS = 4  # of a worker, for conversations with the mail server; none of them uses the database

_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="mails")


class Retries(BaseRetryStrategy):
    """Retry after any failure, up to MAX_ATTEMPTS. The waits are 5 s, 25 s, 2 min, 10 min and 52 min."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):  # the worker is stopping
            return RetryDecision(retry_in={"seconds": 0})
        if job.attempts + 1 >= MAX_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": 5 ** (job.attempts + 1)})


@app.task(name=SEND_MAIL, queue=MAIL_QUEUE, retry=Retries())
async def send_mail(*, kind: str, row_id: int | None) -> None:
    """Build a mail and send it. If a worker dies meanwhile, the mail may be sent twice, but is never lost."""
    mail = await worker.in_pool(mails.build, kind=kind, row_id=row_id)
    if mail is not None:
        await asyncio.get_running_loop().run_in_executor(_pool, mail.send)
