"""What the resident ledger and the queue of repeats add to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import fact, menu, permission
from muster.kernel.posts.roles import COMMUNITY, GRID, HEADQUARTERS, INVESTIGATOR, STREET

_DECIDE = (HEADQUARTERS, INVESTIGATOR, STREET, COMMUNITY)

fact("residents.recorded", _("A resident was recorded"), "person")
fact("residents.corrected", _("What is recorded of a resident was corrected"), "person")
fact("residents.moved", _("A resident moved to another home"), "person")
fact("residents.guardian_named", _("It was said who speaks for a resident"), "person")
fact("residents.kept_apart", _("Two records alike were found to be two persons"), "pair of records")
fact("residents.reopened", _("It was taken back that two records are two persons"), "pair of records")

permission("residents.see_repeats", *_DECIDE)
permission("residents.merge_pair", *_DECIDE)
permission("residents.keep_apart", *_DECIDE)
permission("residents.undo_decision", *_DECIDE)
permission("residents.merge_certain", HEADQUARTERS, INVESTIGATOR, STREET, COMMUNITY)
_REGISTER = (HEADQUARTERS, STREET, COMMUNITY, GRID)
permission("residents.see_residents", *_REGISTER, INVESTIGATOR)
permission("residents.record_resident", *_REGISTER)
permission("residents.correct_resident", *_REGISTER)
permission("residents.move_resident", *_REGISTER)
permission("residents.set_guardian", *_REGISTER)
menu(_("Residents"), "residents:list", needs="residents.see_residents", order=60, group=_("Residents"))
menu(_("Possible repeats"), "residents:repeats", needs="residents.see_repeats", order=62, group=_("Residents"))
