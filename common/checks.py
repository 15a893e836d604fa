"""The check that a user model composes an abstract model completely."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error
from django.db import models


def check_user_composes(base: type[models.Model], *, app: str) -> list[CheckMessage]:
    """Report a user model that does not inherit `base`, or that lacks one of its constraints.

    The ids are `<app>.E001` and `<app>.E002`.
    """
    user: type[Any] = get_user_model()
    if not issubclass(user, base):
        return [
            Error(
                f"{user.__name__} does not inherit {base.__name__}.",
                hint=f"Let it inherit {base.__module__}.{base.__name__}, and run makemigrations.",
                obj=user,
                id=f"{app}.E001",
            )
        ]
    names = {"app_label": user._meta.app_label.lower(), "class": user.__name__.lower()}
    # Django keeps an abstract model's Meta as an attribute, which its type does not declare.
    meta: Any = base.Meta  # type: ignore[attr-defined]  # as above
    expected = {constraint.name % names for constraint in meta.constraints}
    lost = expected - {constraint.name for constraint in user._meta.constraints}
    return [
        Error(
            f"{user.__name__} lacks the constraint {name}.",
            hint=f"Django inherits a single Meta: list (*{base.__name__}.Meta.constraints, …) in yours.",
            obj=user,
            id=f"{app}.E002",
        )
        for name in sorted(lost)
    ]
