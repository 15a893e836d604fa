from django.apps import AppConfig


class AiConfig(AppConfig):
    name = "ai"
    verbose_name = "AI"

    def ready(self) -> None:
        from ai import actions, checks  # noqa: F401  (registers the paid actions, and the checks)
