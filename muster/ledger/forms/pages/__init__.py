"""Pages of forms and letters."""

from . import letters as letters
from . import templates as templates
