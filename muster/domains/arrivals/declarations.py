"""What arrivals add to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import duty, fact, menu, permission, personal
from muster.kernel.people.personal import PARTS, Part, keeps
from muster.kernel.posts.roles import COMMUNITY, DUTY_DESK, GRID, HEADQUARTERS, INVESTIGATOR, STREET

fact("arrivals.list_confirmed", _("An edition of the risk-area list was confirmed"), "risk list")
fact("arrivals.declared", _("An arrival was declared"), "arrival")
fact("arrivals.received", _("Somebody who was declared has arrived"), "arrival")
fact("arrivals.stayed_in_risk_area", _("Somebody who arrived was in a listed risk area"), "arrival")
fact("arrivals.origin_settled", _("It was said more exactly where somebody had been"), "arrival")
fact("arrivals.called", _("The daily contact with somebody who arrived"), "arrival")
fact("arrivals.seen_by_doctor", _("Somebody with complaints after arrival was seen by a doctor"), "arrival")
fact("arrivals.closed", _("The follow-up of an arrival ended"), "arrival")
fact("arrivals.moved_on", _("Somebody who arrived travels on to elsewhere"), "arrival")
fact("arrivals.taken_over", _("The next district has taken somebody over"), "arrival")
fact("arrivals.certified", _("It was certified for work that nothing is due of somebody who came back"), "arrival")
fact("arrivals.checked", _("Somebody was checked at a checkpoint"), "pass")
fact("arrivals.made_stricter", _("Something stricter was decided at the barrier"), "pass")
fact("arrivals.corrected", _("An entry at the barrier was corrected"), "pass")
fact("arrivals.wait_began", _("Somebody waits at a checkpoint for a result"), "pass")
fact("arrivals.wait_ended", _("The waiting at a checkpoint ended"), "pass")
fact("arrivals.differs", _("What was done at the barrier differs from the rules"), "passage")
fact("arrivals.difference_settled", _("A difference at the barrier was looked at"), "passage")
fact("arrivals.lane_set", _("It was said how many the booking lane takes"), "checkpoint")
fact("arrivals.lane_booked", _("Somebody who is expected was given a time in the booking lane"), "arrival")
fact("arrivals.shift_handed", _("A shift at a checkpoint was handed over"), "shift")
fact("arrivals.shift_taken", _("A shift at a checkpoint was taken over"), "shift")

FIELD = (GRID, COMMUNITY, STREET)
permission("arrivals.see_risk_areas", *FIELD, DUTY_DESK, HEADQUARTERS, INVESTIGATOR)
permission("arrivals.see_arrivals", *FIELD, DUTY_DESK, HEADQUARTERS, INVESTIGATOR)
permission("arrivals.read_list", HEADQUARTERS)
permission("arrivals.confirm_list", HEADQUARTERS)
permission("arrivals.discard_list", HEADQUARTERS)
permission("arrivals.rescreen", HEADQUARTERS)
permission("arrivals.declare", *FIELD, DUTY_DESK, HEADQUARTERS)
permission("arrivals.receive", *FIELD, DUTY_DESK, HEADQUARTERS)
permission("arrivals.settle_origin", *FIELD)
permission("arrivals.call", GRID, COMMUNITY)
permission("arrivals.record_doctor", GRID, COMMUNITY)
permission("arrivals.close", COMMUNITY, STREET)
permission("arrivals.move_on", COMMUNITY, STREET)
permission("arrivals.confirm_onward", COMMUNITY, STREET, HEADQUARTERS)
permission("arrivals.certify", COMMUNITY, STREET)
permission("arrivals.see_checkpoints", *FIELD, HEADQUARTERS, DUTY_DESK)
permission("arrivals.add_checkpoint", HEADQUARTERS, STREET)
permission("arrivals.check_person", *FIELD)
permission("arrivals.take_passage", *FIELD)
permission("arrivals.take_records", *FIELD)
permission("arrivals.settle_passage", COMMUNITY, STREET)
permission("arrivals.make_stricter", *FIELD)
permission("arrivals.correct_pass", *FIELD)
permission("arrivals.end_wait", *FIELD)
permission("arrivals.set_lane", STREET, HEADQUARTERS)
permission("arrivals.book_lane", *FIELD)
permission("arrivals.hand_shift", *FIELD)
permission("arrivals.take_shift", *FIELD)

COMMUNITY_LADDER = 240
duty(
    "arrivals.receive", title=_("Meet or phone who was declared"), role=COMMUNITY, proof="arrivals.received",
    minutes=1440, escalate_minutes=COMMUNITY_LADDER, url="arrivals:arrival",
)  # fmt: skip
duty(
    "arrivals.ask_origin", title=_("Ask where exactly they were"), role=COMMUNITY, proof="arrivals.origin_settled",
    minutes=240, escalate_minutes=COMMUNITY_LADDER, url="arrivals:arrival",
)  # fmt: skip
duty(
    "arrivals.call", title=_("Daily contact with who arrived"), role=COMMUNITY, proof="arrivals.called",
    minutes=720, escalate_minutes=120, url="arrivals:arrival",
)  # fmt: skip
duty(
    "arrivals.see_doctor", title=_("Have complaints after arrival seen by a doctor"), role=COMMUNITY,
    proof="arrivals.seen_by_doctor", minutes=240, escalate_minutes=60, url="arrivals:arrival",
)  # fmt: skip
duty(
    "arrivals.close", title=_("End the follow-up of the arrival"), role=COMMUNITY, proof="arrivals.closed",
    minutes=1440, escalate_minutes=COMMUNITY_LADDER, url="arrivals:arrival",
)  # fmt: skip
duty(
    "arrivals.hand_over", title=_("Write to the next district about the onward journey"), role=COMMUNITY,
    proof="arrivals.taken_over", minutes=480, escalate_minutes=COMMUNITY_LADDER, url="arrivals:letter",
)  # fmt: skip
duty(
    "arrivals.end_wait", title=_("Get the result of who waits at the checkpoint"), role=COMMUNITY,
    proof="arrivals.wait_ended", minutes=360, escalate_minutes=60, url="arrivals:passed",
)  # fmt: skip

duty(
    "arrivals.settle_difference", title=_("Look at what was done at the barrier without the rules"), role=COMMUNITY,
    proof="arrivals.difference_settled", minutes=120, escalate_minutes=60, url="arrivals:passage",
)  # fmt: skip

keeps("arrivals_arrival", "person_id", "closed_at")
PARTS.setdefault("health", ())
PARTS["health"] += (Part("arrivals_call", "true", "DELETE FROM arrivals_call x"),)
PARTS["health"] += (
    Part(
        "arrivals_pass", "x.complaints OR x.result <> ''", "UPDATE arrivals_pass x SET complaints = false, result = ''"
    ),
)
PARTS.setdefault("place", ())
PARTS["place"] += (
    Part(
        "arrivals_arrival",
        "x.origin <> ''",
        "UPDATE arrivals_arrival x SET origin = '', origin_key = '', transport = ''",
    ),
)
PARTS["place"] += (Part("arrivals_lanebooking", "true", "DELETE FROM arrivals_lanebooking x"),)
personal("arrivals_lanebooking", "came_at", "place", "retention.place_days")
personal("arrivals_call", "temperature", "health", "retention.health_days")
personal("arrivals_pass", "complaints", "health", "retention.health_days")
personal("arrivals_pass", "result", "health", "retention.health_days")
personal("arrivals_call", "answer", "health", "retention.health_days")
personal("arrivals_arrival", "origin", "place", "retention.place_days")
personal("arrivals_arrival", "origin_key", "place", "retention.place_days")
personal("arrivals_arrival", "transport", "place", "retention.place_days")

menu(_("Arrivals"), "arrivals:list", needs="arrivals.see_arrivals", order=46, group=_("Arrivals"))
menu(_("Risk areas"), "arrivals:risk_areas", needs="arrivals.see_risk_areas", order=48, group=_("Arrivals"))
menu(_("Checkpoints"), "arrivals:checkpoints", needs="arrivals.see_checkpoints", order=47, group=_("Arrivals"))
menu(_("Checkpoint without a network"), "arrivals:kit", needs="arrivals.take_records", order=49, group=_("Arrivals"))
