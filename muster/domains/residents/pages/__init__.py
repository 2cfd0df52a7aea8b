"""Pages of residents."""

from . import register as register
from . import repeats as repeats
