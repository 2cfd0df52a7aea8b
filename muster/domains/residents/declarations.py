"""What the resident ledger and the queue of repeats add to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import fact, menu, permission
from muster.kernel.posts.roles import COMMUNITY, HEADQUARTERS, INVESTIGATOR, STREET

_DECIDE = (HEADQUARTERS, INVESTIGATOR, STREET, COMMUNITY)

fact("residents.kept_apart", _("Two records alike were found to be two persons"), "pair of records")
fact("residents.reopened", _("It was taken back that two records are two persons"), "pair of records")

permission("residents.see_repeats", *_DECIDE)
permission("residents.merge_pair", *_DECIDE)
permission("residents.keep_apart", *_DECIDE)
permission("residents.undo_decision", *_DECIDE)
permission("residents.merge_certain", HEADQUARTERS, INVESTIGATOR, STREET, COMMUNITY)
menu(_("Possible repeats"), "residents:repeats", needs="residents.see_repeats", order=62)
