"""What premises add to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import fact, menu, permission, personal
from muster.kernel.people.personal import keeps
from muster.kernel.posts.roles import COMMUNITY, DUTY_DESK, GRID, HEADQUARTERS, INVESTIGATOR, STREET

fact("premises.venue_opened", _("A venue was registered"), "venue")
fact("premises.venue_closed", _("A venue closed"), "venue")
fact("premises.code_renewed", _("A venue's code was withdrawn and a new one made"), "venue")
fact("premises.personal_code_issued", _("A person was given a code on paper"), "personal code")

FIELD = (GRID, COMMUNITY, STREET)
permission("premises.see_venues", *FIELD, HEADQUARTERS, DUTY_DESK, INVESTIGATOR)
permission("premises.add_venue", *FIELD, HEADQUARTERS)
permission("premises.close_venue", COMMUNITY, STREET, HEADQUARTERS)
permission("premises.show_code", *FIELD, HEADQUARTERS)
permission("premises.renew_code", COMMUNITY, STREET, HEADQUARTERS)
permission("premises.issue_code", *FIELD)
permission("premises.check_in")
permission("premises.record_at_desk")
permission("premises.open_device")
permission("premises.record_visit", *FIELD)

keeps("premises_personalcode", "person_id", "ends_at")
for _column in ("venue_id", "person_id", "by_person_id", "at"):
    personal("premises_enteredfor", _column, "place", "retention.presence_days")

menu(_("Venues"), "premises:venues", needs="premises.see_venues", order=50)
menu(_("Personal codes"), "premises:codes", needs="premises.issue_code", order=52)
