"""The ledger in the admin: read-only, except for adjustments and refunds, which go through the services.

A project's user admin composes these classes:

    @admin.register(User)
    class UserAdmin(CreditHolderAdmin, ModelAdmin):
        inlines = [LedgerInline, OpenGrantInline, OpenHoldInline]
"""

from credits.admin.actions import MAY_POST, CreditHolderAdmin
from credits.admin.formatting import credits_text
from credits.admin.ledger import (
    AiCreditLogAdmin,
    CreditHoldAdmin,
    LedgerInline,
    OpenGrantInline,
    OpenHoldInline,
)

__all__ = [
    "MAY_POST",
    "AiCreditLogAdmin",
    "CreditHoldAdmin",
    "CreditHolderAdmin",
    "LedgerInline",
    "OpenGrantInline",
    "OpenHoldInline",
    "credits_text",
]
