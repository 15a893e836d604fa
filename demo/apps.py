from django.apps import AppConfig


class DemoConfig(AppConfig):
    """`make run` and its logins. Installed only for local development."""

    name = "demo"
