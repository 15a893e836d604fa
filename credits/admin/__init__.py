"""The ledger in the admin: read-only, except for adjustments and refunds, which go through the services.

A project's user admin composes CreditHolderAdmin and the inlines (docs/admin.md).
"""

from credits.admin.actions import ADJUST_PERMISSION, CreditHolderAdmin, form_page
from credits.admin.formatting import credits_text, held_text
from credits.admin.ledger import (
    DayRangeFilter,
    LedgerInline,
    OpenClaimInline,
    OpenGrantInline,
    OpenHoldInline,
    SpendingLimitInline,
)
from credits.admin.prices import ActionPriceAdmin

__all__ = [
    "ADJUST_PERMISSION",
    "ActionPriceAdmin",
    "CreditHolderAdmin",
    "DayRangeFilter",
    "LedgerInline",
    "OpenClaimInline",
    "OpenGrantInline",
    "OpenHoldInline",
    "SpendingLimitInline",
    "credits_text",
    "form_page",
    "held_text",
]
