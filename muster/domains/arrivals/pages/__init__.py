"""Pages of arrivals."""

from . import arrivals as arrivals
from . import public as public
from . import risk_areas as risk_areas
