"""The demo's users, made through the same services as anybody's."""

from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A login of the demo. The password is no secret: the demo listens on this machine only."""

    email: str
    password: str
    name: str
    is_staff: bool = False


DEMO_USERS = (
    DemoUser("demo@example.com", "demo-password", "Dana Demo"),
    DemoUser("staff@example.com", "staff-password", "Sam Staff", is_staff=True),
)


def create_demo_users() -> int:
    """Create those that are missing; how many were."""
    created = 0
    for demo in DEMO_USERS:
        if not User.objects.filter(email=demo.email).exists():
            User.objects.create_user(
                demo.email, demo.password, name=demo.name, is_staff=demo.is_staff, is_superuser=demo.is_staff
            )
            created += 1
    return created
