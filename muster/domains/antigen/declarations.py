"""What antigen kits add to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import duty, fact, menu, permission
from muster.kernel.people.personal import keeps
from muster.kernel.posts.roles import COMMUNITY, GRID, HEADQUARTERS, STREET

fact("antigen.received", _("A store received antigen kits"), "batch of kits")
fact("antigen.discarded", _("Antigen kits expired, or were damaged or lost"), "batch of kits")
fact("antigen.wanted", _("Antigen kits are wanted for a group of an area"), "want of kits")
fact("antigen.issued", _("Antigen kits left a store for a group of an area"), "issue of kits")
fact("antigen.signed", _("Antigen kits were received and signed for"), "issue of kits")
fact("antigen.negative", _("An antigen test was negative"), "antigen test")
fact("antigen.positive", _("An antigen test was positive"), "antigen test")
fact("antigen.invalid", _("An antigen test gave no valid result"), "antigen test")
fact("antigen.confirmed", _("A laboratory's result followed a positive antigen test"), "antigen test")

permission("antigen.see_kits", HEADQUARTERS, STREET, COMMUNITY, GRID)
permission("antigen.receive", HEADQUARTERS, STREET)
permission("antigen.discard", HEADQUARTERS, STREET)
permission("antigen.want", HEADQUARTERS, STREET, COMMUNITY, GRID)
permission("antigen.issue", HEADQUARTERS, STREET)
permission("antigen.sign", STREET, COMMUNITY, GRID)
permission("antigen.see_results", HEADQUARTERS, STREET, COMMUNITY, GRID)
permission("antigen.report", STREET, COMMUNITY, GRID)
permission("antigen.report_own")
permission("antigen.confirm")

duty(
    "antigen.sign", title=_("Count the antigen kits and sign for them"), role=COMMUNITY, proof="antigen.signed",
    minutes=24 * 60, escalate_minutes="escalation.community_minutes", url="antigen:issue",
)  # fmt: skip
duty(
    "antigen.take_pcr", title=_("Have a laboratory test who was positive by antigen"), role=GRID,
    proof="antigen.confirmed", minutes="deadlines.antigen_pcr_minutes", escalate_minutes="escalation.grid_minutes",
    url="antigen:test",
)  # fmt: skip

menu(_("Antigen kits"), "antigen:batches", needs="antigen.see_kits", order=37, group=_("Testing"))
menu(_("Kits that are wanted"), "antigen:wants", needs="antigen.see_kits", order=37, group=_("Testing"))
menu(_("Antigen tests"), "antigen:results", needs="antigen.see_results", order=37, group=_("Testing"))
keeps("antigen_kitresult", "person_id", "reported_at")
