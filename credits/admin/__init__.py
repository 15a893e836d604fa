"""The ledger for staff: read-only, but for two verbs that go through the services.

A project's user admin composes the parts:

    @admin.register(User)
    class UserAdmin(CreditHolderAdmin, ModelAdmin):
        inlines = [CreditLogInline, OpenLotInline, OpenHoldInline]
"""

from credits.admin.formatting import credits_text
from credits.admin.ledger import (
    AiCreditLogAdmin,
    CreditHoldAdmin,
    CreditLogInline,
    OpenHoldInline,
    OpenLotInline,
)
from credits.admin.verbs import MAY_POST, CreditHolderAdmin

__all__ = [
    "MAY_POST",
    "AiCreditLogAdmin",
    "CreditHoldAdmin",
    "CreditHolderAdmin",
    "CreditLogInline",
    "OpenHoldInline",
    "OpenLotInline",
    "credits_text",
]
