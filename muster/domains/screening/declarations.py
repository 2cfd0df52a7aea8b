"""What screening adds to the house. The subject of a result's fact is the result; `data` names person and disease."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import duty, fact, menu, permission
from muster.kernel.messages.kinds import message
from muster.kernel.people.personal import keeps
from muster.kernel.posts.roles import COMMUNITY, DUTY_DESK, GRID, HEADQUARTERS, INVESTIGATOR, LABORATORY, STREET

from .links import address_of

fact("screening.result_positive", _("A laboratory found the person positive"), "result")
fact("screening.result_negative", _("A laboratory found the person negative"), "result")
fact("screening.result_pool_suspect", _("A mixed sample with the person in it is suspect"), "result")
fact("screening.result_invalid", _("A sample gave no valid result"), "result")
fact("screening.result_untested", _("A sample was not tested"), "result")
fact("screening.result_corrected", _("A laboratory corrected a result it had sent"), "the result that was wrong")
fact("screening.correction_held", _("A correction that changes a result waits for a second person"), "doubt")
fact("screening.correction_settled", _("Two persons decided about a correction of a result"), "doubt")
fact("screening.round_planned", _("A round of testing was planned"), "round")
fact("screening.round_opened", _("A round of testing began"), "round")
fact("screening.round_closed", _("A round of testing ended: everyone has a sample or a reason"), "round")
fact("screening.round_reported", _("Everybody of a round has a sample or a reason, and every sample a result"), "round")
fact("screening.building_complete", _("Nobody of a building is missing in a round"), "building in a round")
fact("screening.box_packed", _("Sealed tubes were packed into a box"), "box")
fact("screening.box_assigned", _("A box goes to another laboratory than was meant"), "box")
fact("screening.box_counted", _("Both sides of a handover counted the same"), "box")
fact("screening.box_carried", _("A box left the site with a vehicle"), "box")
fact("screening.box_received", _("A laboratory received a box"), "box")
fact("screening.box_reported", _("Every tube of a box has a result, or was given up"), "box")
fact("screening.count_differed", _("The two sides of a handover counted differently"), "box")
fact("screening.tube_voided", _("A tube was broken or lost before it was tested"), "tube")
fact("screening.tube_negative", _("A laboratory found nothing in a tube"), "tube")
fact("screening.tube_positive", _("A tube with one person's sample is positive"), "tube")
fact("screening.tube_suspect", _("Something was found in a tube with the samples of several people"), "tube")
fact("screening.tube_invalid", _("A tube gave no valid result"), "tube")
fact("screening.claim_settled", _("A second person of a laboratory decided about a held result"), "tube")
fact("screening.held_in_pool", _("A member of a suspect pool is held until sampled alone"), "resample")
fact("screening.resampled", _("A member of a suspect pool was sampled alone"), "resample")
fact("screening.next_decided", _("Headquarters decided what follows a round of testing"), "round")
fact("screening.regime_started", _("A group is tested by rule from now on"), "regime")
fact("screening.regime_ended", _("A group is no longer tested by rule"), "regime")
fact("screening.due_test_taken", _("A test that was due by a rule was taken"), "member of a regime")
fact("screening.unit_complete", _("Everybody of a unit who was due by a rule was tested"), "unit in a regime")

permission("screening.record_result", LABORATORY, INVESTIGATOR)
permission("screening.load_results", LABORATORY, INVESTIGATOR)
permission("screening.see_results", LABORATORY, INVESTIGATOR, HEADQUARTERS)
permission("screening.confirm_correction", LABORATORY, HEADQUARTERS)
permission("api.results", LABORATORY)
permission("screening.see_rounds", HEADQUARTERS, DUTY_DESK, INVESTIGATOR, STREET, COMMUNITY, GRID)
permission("screening.add_site", HEADQUARTERS, STREET)
permission("screening.open_site", HEADQUARTERS, STREET)
permission("screening.close_site", HEADQUARTERS, STREET)
permission("screening.plan_round", HEADQUARTERS)
permission("screening.open_round", HEADQUARTERS)
permission("screening.register", STREET, COMMUNITY, GRID)
permission("screening.settle_review", HEADQUARTERS, STREET, COMMUNITY)
permission("screening.excuse", STREET, COMMUNITY, GRID)
permission("screening.excuse_each", STREET, COMMUNITY, GRID)
permission("screening.seek_missing", HEADQUARTERS)
permission("screening.close_round", HEADQUARTERS)
permission("screening.see_boxes", HEADQUARTERS, STREET, COMMUNITY, GRID, LABORATORY)
permission("screening.set_laboratory", HEADQUARTERS)
permission("screening.see_laboratories", HEADQUARTERS, STREET, COMMUNITY)
permission("screening.see_owed", LABORATORY)
permission("screening.assign_box", HEADQUARTERS, STREET)
permission("screening.pack_box", STREET, COMMUNITY, GRID)
permission("screening.hand_over_box", STREET, COMMUNITY, GRID)
permission("screening.receive_box", LABORATORY)
permission("screening.void_tube", STREET, COMMUNITY, LABORATORY)
permission("screening.load_tubes", LABORATORY)
permission("screening.confirm_claim", LABORATORY)
permission("screening.confirm_batch", LABORATORY)
permission("screening.open_link")
permission("screening.see_batches", LABORATORY, HEADQUARTERS)
permission("screening.resample", STREET, COMMUNITY, GRID)
permission("screening.stop_rounds", HEADQUARTERS)
permission("screening.report_queue", STREET, COMMUNITY, GRID)
permission("screening.need_home", STREET, COMMUNITY, GRID)
permission("screening.end_home", STREET, COMMUNITY, GRID)
permission("screening.start_regime", HEADQUARTERS)
permission("screening.end_regime", HEADQUARTERS)
permission("screening.enlist", HEADQUARTERS, STREET, COMMUNITY, GRID)
permission("screening.delist", HEADQUARTERS, STREET, COMMUNITY, GRID)

GRID_LADDER, STREET_LADDER = "escalation.grid_minutes", "escalation.street_minutes"
duty(
    "screening.find_missing", title=_("Find those of the building who were not sampled"), role=GRID,
    proof="screening.building_complete", escalate_minutes=GRID_LADDER, url="screening:building",
)  # fmt: skip
duty(
    "screening.resample", title=_("Sample a member of a suspect pool alone"), role=GRID, proof="screening.resampled",
    minutes="pooling.recall_minutes", escalate_minutes=GRID_LADDER, url="screening:resample",
)  # fmt: skip
duty(
    "screening.carry_box", title=_("Have the box of samples fetched"), role=STREET, proof="screening.box_carried",
    minutes="samples.pickup_minutes", escalate_minutes=STREET_LADDER,
    url="screening:box",
)  # fmt: skip
duty(
    "screening.deliver_box", title=_("Bring the box of samples to the laboratory"), role=STREET,
    proof="screening.box_received", minutes="samples.delivery_minutes", escalate_minutes=STREET_LADDER,
    url="screening:box",
)  # fmt: skip
duty(
    "screening.report_box", title=_("Ask the laboratory for the results that are missing of a box"), role=STREET,
    proof="screening.box_reported", minutes="samples.result_minutes", escalate_minutes=STREET_LADDER,
    url="screening:box",
)  # fmt: skip
duty(
    "screening.recount_box", title=_("Count the box again: the two sides differ"), role=STREET,
    proof="screening.box_counted", minutes="samples.recount_minutes", escalate_minutes=STREET_LADDER,
    url="screening:box",
)  # fmt: skip
duty(
    "screening.decide_next", title=_("Decide whether another round of testing follows"), role=HEADQUARTERS,
    proof="screening.next_decided", minutes=720, escalate_minutes="escalation.district_minutes", url="screening:round",
)  # fmt: skip
duty(
    "screening.confirm_correction", title=_("Confirm or refuse a correction that changes a result"), role=HEADQUARTERS,
    proof="screening.correction_settled", minutes="deadlines.anomaly_minutes",
    escalate_minutes="escalation.district_minutes", url="screening:correction",
)  # fmt: skip
duty(
    "screening.report_round", title=_("Have everybody of the delineated area tested, and every result reported"),
    role=HEADQUARTERS, proof="screening.round_reported", minutes="rounds.area_minutes",
    escalate_minutes="escalation.district_minutes", url="screening:round",
)  # fmt: skip
duty(
    "screening.take_due_test", title=_("Have the regular test taken that is due"), role=GRID,
    proof="screening.due_test_taken", minutes="deadlines.test_minutes", escalate_minutes=GRID_LADDER,
    url="screening:due",
)  # fmt: skip
duty(
    "screening.test_unit", title=_("Have those of the unit tested who are due"), role=GRID,
    proof="screening.unit_complete", minutes="deadlines.test_minutes", escalate_minutes=GRID_LADDER,
    url="screening:due",
)  # fmt: skip

message(
    "screening.held_in_pool",
    _(
        "A sample mixed with yours needs a second look. Please stay at home; somebody comes to sample you alone."
        " This is not a positive result."
    ),
)
message(
    "screening.result_ready",
    _("The result of your test is there: %(link)s – the link opens once, until %(until)s."),
    fill=address_of,
)
message(
    "screening.result_corrected",
    _("A result that you were told has been corrected: %(link)s – the link opens once, until %(until)s."),
    fill=address_of,
)
message("screening.pool_cleared", _("The second look is done: nothing was found. You may go out again."))

menu(_("What is owed"), "screening:owed", needs="screening.see_owed", order=34, group=_("Testing"))
menu(_("Sample boxes"), "screening:boxes", needs="screening.see_boxes", order=37, group=_("Testing"))
menu(_("Laboratories"), "screening:laboratories", needs="screening.see_laboratories", order=37, group=_("Testing"))
menu(_("Results"), "screening:results", needs="screening.see_results", order=35, group=_("Testing"))
menu(_("Held results"), "screening:corrections", needs="screening.see_results", order=35, group=_("Testing"))
menu(_("Testing rounds"), "screening:rounds", needs="screening.see_rounds", order=36, group=_("Testing"))
menu(_("Regular tests"), "screening:regimes", needs="screening.see_rounds", order=37, group=_("Testing"))
menu(_("Sampling desk"), "screening:kit", needs="screening.register", order=36, group=_("Testing"))
keeps("screening_result", "person_id", "received_at")
keeps("screening_correction", "person_id", "sent_at")
keeps("screening_registration", "person_id", "received_at")
keeps("screening_resample", "person_id", "settled_at")
