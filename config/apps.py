from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401  (importing registers the checks)


class AdminConfig(admin_apps.AdminConfig):
    """Django's admin, with our site as `admin.site`."""

    default = False  # for the app `config`; INSTALLED_APPS names this class
    default_site = "accounts.admin_site.AdminSite"
