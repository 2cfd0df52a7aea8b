"""Pages of arrivals."""

from . import arrivals as arrivals
from . import checkpoints as checkpoints
from . import kit as kit
from . import lanes as lanes
from . import passages as passages
from . import public as public
from . import risk_areas as risk_areas
