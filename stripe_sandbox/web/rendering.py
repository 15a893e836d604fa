"""Rendering of the HTML pages."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from stripe_sandbox.domain.money import currency_text, unit_cost
from stripe_sandbox.store import Json

HEADERS = {
    # The pages load nothing but their own inline styles.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


def render(name: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page."""
    return HTMLResponse(templates.get_template(name).render(**context), status, HEADERS)


def interval_text(price: Json) -> str:
    """Return how often a price is paid: `per month`, `every 3 months`; empty if it is paid once."""
    recurring = price["recurring"]
    if not recurring:
        return ""
    count = recurring["interval_count"]
    return f"per {recurring['interval']}" if count == 1 else f"every {count} {recurring['interval']}s"


templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.filters["interval"] = interval_text
templates.filters["unit_cost"] = unit_cost
templates.filters["money"] = currency_text
templates.filters["day"] = lambda moment: f"{datetime.fromtimestamp(moment, UTC):%-d %B %Y}"
templates.filters["moment"] = lambda moment: f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M:%S}"
