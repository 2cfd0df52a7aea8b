"""What ledgers add to the house. Each ledger has a permission of its own; these are for what all of them can do."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import menu, permission
from muster.kernel.posts.roles import AUDITOR, HEADQUARTERS, INVESTIGATOR, ROLES

permission("ledger.use_ledgers", *ROLES)
permission("ledger.save_view", *ROLES)
permission("ledger.change_view", *ROLES)
permission("ledger.export_rows", *ROLES)
permission("ledger.export_identifiers", HEADQUARTERS, INVESTIGATOR)
permission("ledger.ask_export", *ROLES)
permission("ledger.see_exports", *ROLES)
permission("ledger.decide_export", HEADQUARTERS, AUDITOR)
permission("ledger.do_bulk", *ROLES)
permission("ledger.write_export")
permission("ledger.forget_exports")
permission("ledger.fold_counts")

menu(_("Files asked for"), "ledger:exports", needs="ledger.see_exports", order=82, group=_("Office"))
