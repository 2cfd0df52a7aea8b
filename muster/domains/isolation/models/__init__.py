"""Tables of isolation. Each carries the area that is responsible and, where there is one, the place of the site."""

from .homes import HomeAssessment, HomePapers
from .sites import Room, Site, SiteCheck
from .stays import HealthCheck, Sample, Stay, check_id
from .transfers import Transfer

__all__ = [
    "HealthCheck", "HomeAssessment", "HomePapers", "Room", "Sample", "Site", "SiteCheck", "Stay", "Transfer",
    "check_id",
]  # fmt: skip
