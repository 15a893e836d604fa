"""What tests of mails share: deliver what is queued, and read the token of a mail."""

import json
import re
from html import unescape
from urllib.parse import unquote

from django.core import mail
from django.db import connection

from accounts import mails
from accounts.mail_queue import SEND_MAIL
from credits.tests.ledger_helpers import at_once

TOKEN = re.compile(r"token=(\S+)")


def queued():
    """Return the arguments of the mails that wait, in the queue's order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select args::text from procrastinate_jobs where task_name = %s and status = 'todo' order by id",
            [SEND_MAIL],
        )
        return [json.loads(arguments) for (arguments,) in cursor.fetchall()]


def deliver():
    """Send what waits, as the task does, and return the mails that were sent."""
    waiting, mail.outbox = queued(), []
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where task_name = %s", [SEND_MAIL])
    for arguments in waiting:
        if message := mails.build(**arguments):
            message.send()
    return mail.outbox


def token_of(message):
    """Return the token of a mail, which its text and its HTML both have."""
    (token,) = TOKEN.findall(message.body)
    assert f"token={token}" in unescape(html_of(message))
    return unquote(token)


def html_of(message):
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    return html


def post(client, path, body, **more):
    # Encoded here: DRF's client cannot encode a lone surrogate.
    return client.post(f"/api/auth/{path}", json.dumps(body), content_type="application/json", **more)


__all__ = ["at_once", "deliver", "html_of", "post", "queued", "token_of"]
