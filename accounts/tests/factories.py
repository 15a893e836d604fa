"""Factories for test data. They use the services and managers."""

import factory

from accounts.models import User
from credits import services as ledger

PASSWORD = "correct horse battery staple"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A user as registration creates it. `UserFactory(credits=7)` adjusts the balance to 7."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@example.com")
    name = "Ada Example"  # a random name may resemble a password of a test, which is then refused

    @classmethod
    def _create(cls, model_class: type[User], *args: object, **kwargs: object) -> User:
        wanted = kwargs.pop("credits", None)
        kwargs.setdefault("password", PASSWORD)
        user = model_class.objects.create_user(*args, **kwargs)  # type: ignore[arg-type]  # factory_boy passes objects
        if isinstance(wanted, int) and wanted != user.ai_credits:
            ledger.adjust(
                user_id=user.pk,
                amount=wanted - user.ai_credits,
                actor_id=user.pk,
                reason="initial balance of the test",
                key="factory",
            )
            user.refresh_from_db()
        return user
