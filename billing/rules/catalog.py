"""What is on sale, as the rules need it: a plan's and a pack's terms, without the database."""

from dataclasses import dataclass
from typing import Literal

UpgradePolicy = Literal["prorated", "full", "none"]

FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """What a plan gives. `expires` says whether a period's unused credits end with it."""

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
    """What each unit of a pack gives."""

    id: int
    credits: int
