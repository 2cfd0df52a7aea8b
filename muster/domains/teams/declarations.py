"""What teams add to the house. The subject of a mission's facts is the mission, of a call's the call."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import duty, fact, menu, permission
from muster.kernel.messages.kinds import message
from muster.kernel.people.personal import keeps
from muster.kernel.posts.roles import COMMUNITY, DUTY_DESK, GRID, HEADQUARTERS, STREET

from .volunteering import link_of

fact("teams.made", _("A team was made"), "team")
fact("teams.dissolved", _("A team was dissolved"), "team")
fact("teams.asked", _("A team is asked for"), "call for a team")
fact("teams.filled", _("Enough people were found, or nobody is needed any more"), "call for a team")
fact("teams.sent", _("A team was asked to go"), "mission")
fact("teams.answered", _("A team said whether it goes"), "mission")
fact("teams.arrived", _("The site counted the people of a team that came"), "mission")
fact("teams.ended", _("A team was released, relieved or called off"), "mission")
fact("teams.service_answered", _("Somebody of a team said whether they come"), "service")
fact("teams.service_begun", _("Somebody of a team said that they are there"), "service")
fact("teams.service_left", _("Somebody of a team said that they leave"), "service")
fact("teams.hours_confirmed", _("Somebody else confirmed the hours of a service"), "service")
fact("teams.standby_called", _("A standby sampling site was called up"), "standby site")
fact("teams.standby_checked", _("Somebody looked what is there at a standby site"), "check of a standby site")
fact("teams.standby_ready", _("A standby site that was called up has everything: samples can be taken"), "standby site")
fact("teams.standby_drilled", _("Everything was found at a standby site"), "standby site")
fact("teams.standby_down", _("A standby site is not needed any more"), "standby site")
fact("teams.drill_due", _("The day has come to try out a standby site"), "standby site")

SENDERS = (HEADQUARTERS, STREET)
permission("teams.see_teams", HEADQUARTERS, DUTY_DESK, STREET, COMMUNITY, GRID)
permission("teams.add_team", HEADQUARTERS, STREET, COMMUNITY)
permission("teams.end_team", HEADQUARTERS, STREET, COMMUNITY)
permission("teams.add_member", HEADQUARTERS, STREET, COMMUNITY)
permission("teams.remove_member", HEADQUARTERS, STREET, COMMUNITY)
permission("teams.add_shift", HEADQUARTERS, STREET, COMMUNITY)
permission("teams.remove_shift", HEADQUARTERS, STREET, COMMUNITY)
permission("teams.ask", HEADQUARTERS, DUTY_DESK, STREET, COMMUNITY, GRID)
permission("teams.withdraw", HEADQUARTERS, DUTY_DESK, STREET, COMMUNITY, GRID)
permission("teams.send", *SENDERS)
permission("teams.answer", STREET, COMMUNITY)
permission("teams.confirm_arrival", STREET, COMMUNITY, GRID)
permission("teams.release", HEADQUARTERS, STREET, COMMUNITY, GRID)
permission("teams.serve")
permission("teams.confirm_hours", HEADQUARTERS, STREET, COMMUNITY)
permission("teams.see_standby", HEADQUARTERS, DUTY_DESK, STREET, COMMUNITY, GRID)
permission("teams.add_standby", *SENDERS)
permission("teams.call_up", *SENDERS)
permission("teams.check_standby", STREET, COMMUNITY, GRID)
permission("teams.stand_down", *SENDERS)
permission("teams.remove_standby", *SENDERS)

LADDER = "escalation.street_minutes"
duty(
    "teams.find_team", title=_("Send people to where they are asked for"), role=STREET, proof="teams.filled",
    minutes="deadlines.team_answer_minutes", escalate_minutes=LADDER, url="teams:call",
)  # fmt: skip
duty(
    "teams.answer", title=_("Say whether your team goes"), role=COMMUNITY, proof="teams.answered",
    minutes="deadlines.team_answer_minutes", escalate_minutes="escalation.community_minutes", url="teams:mission",
)  # fmt: skip
duty(
    "teams.arrive", title=_("Bring your team on site: the site counts who came"), role=COMMUNITY,
    proof="teams.arrived", minutes="deadlines.team_arrive_minutes", escalate_minutes="escalation.community_minutes",
    url="teams:mission",
)  # fmt: skip
duty(
    "teams.relieve", title=_("Release the team, or send another: its time is over"), role=STREET, proof="teams.ended",
    minutes="deadlines.team_arrive_minutes", escalate_minutes=LADDER, url="teams:mission",
)  # fmt: skip
duty(
    "teams.make_ready", title=_("Make the standby site ready: everything of its list, and its staff"), role=COMMUNITY,
    proof="teams.standby_ready", minutes="deadlines.standby_ready_minutes",
    escalate_minutes="escalation.community_minutes", url="teams:standby_site",
)  # fmt: skip
duty(
    "teams.drill", title=_("Try out the standby site: check everything of its list"), role=COMMUNITY,
    proof="teams.standby_drilled", minutes=7 * 24 * 60, escalate_minutes=24 * 60, url="teams:standby_site",
)  # fmt: skip

message(
    "teams.you_serve",
    _("Your team goes. Where and when, and whether you come: %(link)s"),
    fill=link_of,
)

menu(_("Calls for teams"), "teams:calls", needs="teams.see_teams", order=38, group=_("People at work"))
menu(_("Teams on the way and on site"), "teams:missions", needs="teams.see_teams", order=38, group=_("People at work"))
menu(_("Standby sites"), "teams:standby", needs="teams.see_standby", order=39, group=_("People at work"))
menu(_("Teams"), "teams:teams", needs="teams.see_teams", order=39, group=_("People at work"))
menu(_("Hours served"), "teams:hours", needs="teams.see_teams", order=39, group=_("People at work"))
keeps("teams_member", "person_id", "left_at")
keeps("teams_service", "person_id", "confirmed_at")
