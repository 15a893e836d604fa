"""The ledger for staff: read-only, but for two verbs that go through the services.

A project's user admin composes the parts:

    @admin.register(User)
    class UserAdmin(CreditHolderAdmin, ModelAdmin):
        inlines = [CreditLogInline, OpenGrantInline, OpenHoldInline]
"""

from credits.admin.formatting import credits_text
from credits.admin.ledger import (
    AiCreditLogAdmin,
    CreditHoldAdmin,
    CreditLogInline,
    OpenGrantInline,
    OpenHoldInline,
)
from credits.admin.verbs import MAY_POST, CreditHolderAdmin

__all__ = [
    "MAY_POST",
    "AiCreditLogAdmin",
    "CreditHoldAdmin",
    "CreditHolderAdmin",
    "CreditLogInline",
    "OpenGrantInline",
    "OpenHoldInline",
    "credits_text",
]
