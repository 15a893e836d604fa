"""Test data, made the way the application makes it: through the services and the managers."""

import factory

from accounts.models import User
from credits import services as ledger

PASSWORD = "correct horse battery staple"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A user as registration makes one. `UserFactory(credits=7)` has 7 credits, by an adjustment."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@example.com")
    name = factory.Faker("name")

    @classmethod
    def _create(cls, model_class: type[User], *args: object, **kwargs: object) -> User:
        wanted = kwargs.pop("credits", None)
        kwargs.setdefault("password", PASSWORD)
        user = model_class.objects.create_user(*args, **kwargs)  # type: ignore[arg-type]
        if isinstance(wanted, int) and wanted != user.ai_credits:
            ledger.adjust(
                user_id=user.pk,
                amount=wanted - user.ai_credits,
                actor_id=user.pk,
                reason="what the test starts with",
                key="factory",
            )
            user.refresh_from_db()
        return user
