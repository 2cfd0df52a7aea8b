"""Plans (防控方案): one disease's rules in one edition, as data; every value with its source.

Plain Python, without Django and without a table: an edition is a file of the package, or of the site's own folder.
"""

from muster.kernel.plans.errors import NoPlan, PlanError, Problem
from muster.kernel.plans.loader import diseases, edition, editions, in_force, quickest
from muster.kernel.plans.schema import Plan, Source

__all__ = [
    "NoPlan",
    "Plan",
    "PlanError",
    "Problem",
    "Source",
    "diseases",
    "edition",
    "editions",
    "in_force",
    "quickest",
]
