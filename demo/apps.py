from django.apps import AppConfig


class DemoConfig(AppConfig):
    """What a newcomer meets: `make run` and its logins. Installed on a developer's machine only."""

    name = "demo"
