"""What screening adds to the house. The subject of a result's fact is the result; `data` names person and disease."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import fact, menu, permission
from muster.kernel.people.personal import keeps
from muster.kernel.posts.roles import COMMUNITY, DUTY_DESK, GRID, HEADQUARTERS, INVESTIGATOR, LABORATORY, STREET

fact("screening.result_positive", _("A laboratory found the person positive"), "result")
fact("screening.result_negative", _("A laboratory found the person negative"), "result")
fact("screening.result_pool_suspect", _("A mixed sample with the person in it is suspect"), "result")
fact("screening.result_invalid", _("A sample gave no valid result"), "result")
fact("screening.result_untested", _("A sample was not tested"), "result")
fact("screening.result_corrected", _("A laboratory corrected a result it had sent"), "the result that was wrong")
fact("screening.round_planned", _("A round of testing was planned"), "round")
fact("screening.round_opened", _("A round of testing began"), "round")

permission("screening.record_result", LABORATORY, INVESTIGATOR)
permission("screening.load_results", LABORATORY, INVESTIGATOR)
permission("screening.see_results", LABORATORY, INVESTIGATOR, HEADQUARTERS)
permission("api.results", LABORATORY)
permission("screening.see_rounds", HEADQUARTERS, DUTY_DESK, INVESTIGATOR, STREET, COMMUNITY, GRID)
permission("screening.add_site", HEADQUARTERS, STREET)
permission("screening.close_site", HEADQUARTERS, STREET)
permission("screening.plan_round", HEADQUARTERS)
permission("screening.open_round", HEADQUARTERS)
permission("screening.register", STREET, COMMUNITY, GRID)
permission("screening.settle_review", HEADQUARTERS, STREET, COMMUNITY)

menu(_("Results"), "screening:results", needs="screening.see_results", order=35)
menu(_("Testing rounds"), "screening:rounds", needs="screening.see_rounds", order=36)
keeps("screening_result", "person_id", "received_at")
keeps("screening_registration", "person_id", "received_at")
