"""Change a price: add a row of ActionPrice. No row is ever changed."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from credits import pricing
from credits.holders import UserId
from credits.models import ActionPrice


def set_price(
    *,
    action: str,
    actor_id: UserId,
    base: int = 0,
    per_unit: int = 0,
    unit: str = "",
    per_million_input_tokens: int = 0,
    per_million_output_tokens: int = 0,
    minimum: int = 0,
    effective_from: datetime | None = None,
    note: str = "",
    at: datetime | None = None,
) -> ActionPrice:
    """Add a price of `action`, in force from `effective_from` (default: at once).

    Open holds keep their price. Other processes use the row within
    `credits.pricing.FRESH_SECONDS`.

    Raises ValidationError if the price breaks a rule of ActionPrice: for example, if it charges nothing or
    starts in the past.
    """
    now = at or timezone.now()
    row = ActionPrice(
        action=action,
        base=base,
        per_unit=per_unit,
        unit=unit,
        per_million_input_tokens=per_million_input_tokens,
        per_million_output_tokens=per_million_output_tokens,
        minimum=minimum,
        effective_from=effective_from or now,
        created_by_id=actor_id,
        created_at=now,
        note=note,
    )
    row.full_clean()
    row.save(force_insert=True)
    transaction.on_commit(pricing.clear_cache)
    return row
