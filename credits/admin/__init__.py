"""The ledger in the admin: read-only, except for adjustments and refunds, which go through the services.

A project's user admin composes CreditHolderAdmin and the inlines (docs/admin.md).
"""

from credits.admin.actions import MAY_POST, CreditHolderAdmin
from credits.admin.formatting import credits_text
from credits.admin.ledger import LedgerInline, OpenGrantInline, OpenHoldInline

__all__ = [
    "MAY_POST",
    "CreditHolderAdmin",
    "LedgerInline",
    "OpenGrantInline",
    "OpenHoldInline",
    "credits_text",
]
