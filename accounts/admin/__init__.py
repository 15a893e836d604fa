"""The admin pages of accounts. Importing this package registers them."""

from accounts.admin.users import UserAdmin

__all__ = ["UserAdmin"]
