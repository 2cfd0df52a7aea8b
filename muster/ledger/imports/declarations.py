"""What imports add to the house. Every ledger that takes lists has a permission of its own."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import fact, permission
from muster.kernel.posts.roles import (
    ADMINISTRATOR,
    COMMUNITY,
    ENTERPRISE,
    HEADQUARTERS,
    INVESTIGATOR,
    MARKET,
    STREET,
)

RESIDENTS = (ADMINISTRATOR, HEADQUARTERS, INVESTIGATOR, STREET, COMMUNITY)
SENDERS = (*RESIDENTS, ENTERPRISE, MARKET)

fact("imports.taken", _("A list was taken in"), "import")
fact("imports.undone", _("An imported list was undone"), "import")

permission("imports.see_imports", *SENDERS)
permission("imports.send", *SENDERS)
permission("imports.correct", *SENDERS)
permission("imports.commit", *SENDERS)
permission("imports.drop", *SENDERS)
permission("imports.undo", *SENDERS)
permission("imports.import_people", *RESIDENTS)
permission("imports.import_cases", HEADQUARTERS, INVESTIGATOR)
permission("imports.import_contacts", HEADQUARTERS, INVESTIGATOR)
permission("imports.import_goods", ENTERPRISE, MARKET)
# Only jobs do these.
permission("imports.begin")
permission("imports.show")
permission("imports.take")
permission("imports.finish")
permission("imports.forget")
