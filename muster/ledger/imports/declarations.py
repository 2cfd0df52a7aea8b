"""What imports add to the house. Every ledger that takes lists has a permission of its own."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import fact, permission
from muster.kernel.posts.roles import ADMINISTRATOR, COMMUNITY, HEADQUARTERS, INVESTIGATOR, STREET

SENDERS = (ADMINISTRATOR, HEADQUARTERS, INVESTIGATOR, STREET, COMMUNITY)

fact("imports.taken", _("A list was taken in"), "import")
fact("imports.undone", _("An imported list was undone"), "import")

permission("imports.see_imports", *SENDERS)
permission("imports.send", *SENDERS)
permission("imports.correct", *SENDERS)
permission("imports.commit", *SENDERS)
permission("imports.drop", *SENDERS)
permission("imports.undo", *SENDERS)
permission("imports.import_people", *SENDERS)
permission("imports.import_cases", HEADQUARTERS, INVESTIGATOR)
permission("imports.import_contacts", HEADQUARTERS, INVESTIGATOR)
# Only jobs do these.
permission("imports.begin")
permission("imports.show")
permission("imports.take")
permission("imports.finish")
permission("imports.forget")
