"""What the pages that join domains add to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import menu, permission
from muster.kernel.posts.roles import COMMUNITY, DUTY_DESK, HEADQUARTERS, INVESTIGATOR, STREET

permission("situation.see_situation", HEADQUARTERS, INVESTIGATOR, STREET)
permission("situation.see_gaps", HEADQUARTERS, INVESTIGATOR, STREET, COMMUNITY, DUTY_DESK)
permission("situation.see_desk", DUTY_DESK)
permission("situation.search_desk", DUTY_DESK)
permission("situation.see_staffing", HEADQUARTERS, DUTY_DESK, STREET)
permission("clock.see_clock", HEADQUARTERS, INVESTIGATOR)
permission("clock.see_report", HEADQUARTERS, INVESTIGATOR, STREET, DUTY_DESK)

menu(_("Situation"), "situation:home", needs="situation.see_situation", order=1)
menu(_("Desk"), "situation:desk", needs="situation.see_desk", order=1)
menu(_("My duties"), "duties:list", needs="duties.see_list", order=3)
menu(
    _("People at the sites"), "situation:staffing", needs="situation.see_staffing", order=38, group=_("People at work")
)
menu(_("Gaps"), "situation:gaps", needs="situation.see_gaps", order=5)
