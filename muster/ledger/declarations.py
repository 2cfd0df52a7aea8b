"""What ledgers add to the house. Each ledger has a permission of its own; these are for what all of them can do."""

from muster.kernel.declare import permission
from muster.kernel.posts.roles import ROLES

permission("ledger.use_ledgers", *ROLES)
