"""The terms of plans and packs, as input of the rules."""

from dataclasses import dataclass
from typing import Literal

UpgradePolicy = Literal["prorated", "full", "none"]

FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """A plan's terms. If `expires`, a period's unused credits expire at its end, above any rollover cap."""

    id: int
    slug: str
    credits_per_period: int
    trial_credits: int
    instalments: int
    upgrade_policy: UpgradePolicy
    expires: bool
    rollover_cap: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTerms:
    """A pack's terms: the credits for each unit."""

    id: int
    credits: int
