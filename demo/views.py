"""The page of `make run` that shows the sent emails."""

from itertools import islice

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from demo import mail_backend

SHOWN = 20
POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
# An email is shown as in an email client: links open in a new tab, and no script runs.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@never_cache
def mails(request: HttpRequest) -> HttpResponse:
    """Show the newest emails, as text and as HTML."""
    shown = list(islice(mail_backend.sent_mails(), SHOWN))
    response = render(request, "demo/mails.html", {"mails": shown})
    response.headers["Content-Security-Policy"] = POLICY
    return response


@xframe_options_sameorigin
def mail_html(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Return the HTML of an email, for a frame of the page."""
    mail = mail_backend.sent_mail(mail_id)
    if mail is None:
        raise Http404
    return HttpResponse(mail.html, headers={"Content-Security-Policy": MAIL_POLICY})
