"""Pages of forms and letters."""

from . import filling as filling
from . import letters as letters
from . import mapping as mapping
from . import templates as templates
