"""The rows of this app that expire."""

from common.retention import Sweep, register
from limits.models import KnownAddress, RequestCount

register(
    Sweep(name="rate counters", expired=lambda before: RequestCount.objects.filter(resets_at__lte=before))
)
register(
    Sweep(
        name="login addresses",
        setting="KNOWN_ADDRESS_DAYS",
        expired=lambda before: KnownAddress.objects.filter(last_login_at__lt=before),
    )
)
