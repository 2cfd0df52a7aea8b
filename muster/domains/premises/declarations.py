"""What premises add to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import duty, fact, menu, names, permission, personal
from muster.kernel.messages.kinds import message
from muster.kernel.people.personal import PARTS, Part, keeps
from muster.kernel.posts.roles import COMMUNITY, DUTY_DESK, GRID, HEADQUARTERS, INVESTIGATOR, REGULATORS, STREET

from .organisers import link_of, refused_of

fact("premises.venue_opened", _("A venue was registered"), "venue")
fact("premises.venue_closed", _("A venue closed"), "venue")
fact("premises.code_renewed", _("A venue's code was withdrawn and a new one made"), "venue")
fact("premises.personal_code_issued", _("A person was given a code on paper"), "personal code")
fact("premises.exemption_asked", _("An exception was asked for, from what evidence calls for"), "exemption")
fact("premises.exemption_confirmed", _("Another body confirmed an exception"), "exemption")
fact("premises.exemption_ended", _("An exception was ended before its time"), "exemption")
fact("premises.status_contested", _("A person objected to their status"), "contest")
fact("premises.contest_answered", _("An objection was answered"), "contest")
fact("premises.event_asked", _("A gathering was asked for"), "event")
fact("premises.event_decided", _("A gathering was approved or refused"), "event")
fact("premises.event_checked", _("The site of a gathering was checked: it may be held"), "event")
fact("premises.event_faulty", _("The site of a gathering was checked: points are wanting"), "event")
fact("premises.opinion_given", _("A sector agreed or objected to a gathering"), "event")
fact("premises.event_supervised", _("A gathering was supervised"), "event")
fact("premises.event_cancelled", _("A gathering was cancelled"), "event")
fact("premises.event_postponed", _("A gathering was postponed"), "event")
fact("premises.event_acknowledged", _("The organiser knows that a gathering is called off"), "event")
fact("premises.participants_informed", _("Who would have come to a gathering was told and paid back"), "event")
fact("premises.event_may_return", _("A gathering that was called off may be asked for again"), "event")
fact("premises.event_restored", _("A gathering that was called off is as it was"), "event")
fact("premises.level_set", _("The response level of an area was set"), "order")
fact("premises.level_undone", _("A decision on the response level was taken back"), "order")

names("premises:routine", "premises.Routine", "venue__name")
names("premises:event", "premises.Event", "name")

FIELD = (GRID, COMMUNITY, STREET)
SECTORS = tuple(REGULATORS.values())
permission("premises.see_venues", *FIELD, HEADQUARTERS, DUTY_DESK, INVESTIGATOR, *SECTORS)
permission("premises.add_venue", *FIELD, HEADQUARTERS)
permission("premises.close_venue", COMMUNITY, STREET, HEADQUARTERS)
permission("premises.show_code", *FIELD, HEADQUARTERS)
permission("premises.renew_code", COMMUNITY, STREET, HEADQUARTERS)
permission("premises.issue_code", *FIELD)
permission("premises.check_in")
permission("premises.record_at_desk")
permission("premises.open_device")
permission("premises.record_visit", *FIELD)
permission("premises.contest_status")
permission("premises.see_exemptions", STREET, HEADQUARTERS, INVESTIGATOR)
permission("premises.ask_exemption", STREET, HEADQUARTERS, INVESTIGATOR)
permission("premises.confirm_exemption", HEADQUARTERS)
permission("premises.end_exemption", STREET, HEADQUARTERS, INVESTIGATOR)
permission("premises.see_contests", HEADQUARTERS, INVESTIGATOR)
permission("premises.answer_contest", INVESTIGATOR)

duty(
    "premises.answer_contest",
    title=_("Answer a person's objection to their status"),
    role=INVESTIGATOR,
    proof="premises.contest_answered",
    minutes=1440,
    escalate_minutes=120,
    url="premises:contest",
)  # fmt: skip
permission("premises.see_events", *FIELD, HEADQUARTERS, DUTY_DESK, *SECTORS)
permission("premises.give_opinion", *SECTORS)
permission("premises.supervise_event", STREET, HEADQUARTERS, *SECTORS)
permission("premises.ask_event", *FIELD, HEADQUARTERS)
permission("premises.decide_event", COMMUNITY, STREET, HEADQUARTERS)
permission("premises.check_event", COMMUNITY, STREET)
permission("premises.see_levels", *FIELD, HEADQUARTERS, DUTY_DESK)
for _name in ("set_level", "undo_level"):
    permission(f"premises.{_name}", HEADQUARTERS)
for _name in ("acknowledge_stop", "report_informed", "apply_again"):
    permission(f"premises.{_name}", *FIELD, HEADQUARTERS)
duty(
    "premises.decide_event", title=_("Decide on a gathering"), role=(COMMUNITY, STREET, HEADQUARTERS),
    proof="premises.event_decided", minutes=2880, escalate_minutes=720, url="premises:event",
)  # fmt: skip
duty(
    "premises.check_event", title=_("Check the site of a gathering"), role=COMMUNITY, proof="premises.event_checked",
    minutes=1440, escalate_minutes=60, url="premises:event",
)  # fmt: skip
duty(
    "premises.supervise_event", title=_("Supervise a gathering"), role=STREET, proof="premises.event_supervised",
    minutes=1440, escalate_minutes=240, url="premises:event",
)  # fmt: skip
duty(
    "premises.tell_organiser", title=_("See that the organiser knows that the gathering is called off"), role=COMMUNITY,
    proof="premises.event_acknowledged", minutes=720, escalate_minutes=240, url="premises:event",
)  # fmt: skip
duty(
    "premises.inform_participants", title=_("See that who would have come is told and paid back"), role=COMMUNITY,
    proof="premises.participants_informed", minutes=2880, escalate_minutes=720, url="premises:event",
)  # fmt: skip
for _kind, _text in {
    "approved": _("Your gathering is approved; its site will be checked before it begins. %(link)s"),
    "cancelled": _("Your gathering is cancelled against the epidemic. Confirm, and tell who would have come: %(link)s"),
    "postponed": _("Your gathering is postponed against the epidemic. Confirm, and tell who would have come: %(link)s"),
    "restored": _("The decision was taken back: your gathering is as it was before. %(link)s"),
    "may_return": _("The level was lowered: you may ask for your gathering again, in one step: %(link)s"),
}.items():
    message(f"premises.event_{_kind}", _text, link_of)
message("premises.event_refused", _("Your gathering is refused. %(why)s. %(link)s"), refused_of)
message("premises.exempted", _("An exception has been made for you until %(until)s. You see it on your own page."))
message("premises.exemption_ended", _("The exception made for you has ended."))
message("premises.contest_stands", _("Your objection was reviewed: the evidence stands."))
message("premises.contest_mended", _("Your objection was reviewed: the evidence was wrong and is corrected."))

keeps("premises_contest", "person_id", "answered_at")
PARTS["note"] += (Part("premises_contest", "x.note <> ''", "UPDATE premises_contest x SET note = ''"),)
personal("premises_contest", "note", "note", "retention.note_days")
personal("premises_routine", "note", "note", "retention.note_days")
keeps("premises_event", "organiser_id", "ends_at")
personal("premises_event", "refusal_note", "note", "retention.note_days")
keeps("premises_personalcode", "person_id", "ends_at")
for _column in ("venue_id", "person_id", "by_person_id", "at"):
    personal("premises_enteredfor", _column, "place", "retention.presence_days")

fact("premises.routines_opened", _("What venues owe in a period was opened"), "a period")
fact(
    "premises.routine_recorded", _("A routine of a venue was recorded: done, or not done and why"), "routine of a venue"
)
fact("premises.people_named", _("A unit named everybody whom it counted, or said why not"), "routine of a venue")
fact("premises.routine_missed", _("A routine of a venue was not recorded by its hour"), "routine of a venue")
fact("premises.routine_checked", _("A routine of a venue was checked"), "routine of a venue")
fact("premises.routine_remedied", _("A venue says that what was wanting is put right"), "routine of a venue")
fact("premises.remedy_verified", _("What was wanting at a venue is put right, and was checked"), "routine of a venue")
fact("premises.nobody_in", _("A visit found nobody in"), "routine of a venue")
fact("premises.visit_made", _("A day rental or family hotel was visited"), "routine of a venue")
fact("premises.hazard_found", _("A visit found a hazard"), "routine of a venue")
permission("premises.see_sweep", *FIELD, HEADQUARTERS, DUTY_DESK, REGULATORS["security"])
permission("premises.see_routines", *FIELD, HEADQUARTERS, DUTY_DESK, *SECTORS)
permission("premises.record_visit_there", *FIELD)
permission("premises.record_routine", *FIELD, *SECTORS)
permission("premises.begin_check", *SECTORS)
permission("premises.record_routine_at_desk")
permission("premises.remedy_routine")
permission("premises.name_staff_at_desk")
permission("premises.note_named")
permission("premises.explain_unnamed_at_desk")
permission("premises.explain_unnamed", *FIELD, *SECTORS)
permission("premises.check_routine", COMMUNITY, STREET, HEADQUARTERS, *SECTORS)
duty(
    "premises.do_routine", title=_("Do what is due at a venue"), role=GRID, proof="premises.routine_recorded",
    minutes=1440, escalate_minutes=240, url="premises:routine",
)  # fmt: skip
duty(
    "premises.chase_routine", title=_("A venue did not record what it owes: go after it"), role=GRID,
    proof="premises.routine_recorded", minutes=120, escalate_minutes=120, url="premises:routine",
)  # fmt: skip
duty(
    "premises.name_people", title=_("A unit counted people whom it has not named: have them named"), role=GRID,
    proof="premises.people_named", minutes=1440, escalate_minutes=720, url="premises:routine",
)  # fmt: skip
duty(
    "premises.verify_remedy", title=_("See whether a venue has put right what was wanting"), role=COMMUNITY,
    proof="premises.remedy_verified", minutes=1440, escalate_minutes=720, url="premises:routine",
)  # fmt: skip

duty(
    "premises.see_refusal", title=_("A visit was refused: see to it"), role=COMMUNITY, proof="premises.routine_checked",
    minutes=1440, escalate_minutes=240, url="premises:routine",
)  # fmt: skip
duty(
    "premises.check_venue", title=_("Check a venue of your sector"), role=SECTORS,
    proof="premises.routine_recorded", minutes=10080, escalate_minutes=1440, url="premises:routine",
)  # fmt: skip
duty(
    "premises.verify_venue", title=_("See whether a venue has put right what was wanting"), role=SECTORS,
    proof="premises.remedy_verified", minutes=4320, escalate_minutes=1440, url="premises:routine",
)  # fmt: skip
duty(
    "premises.give_opinion", title=_("Give your sector's opinion on a gathering"), role=SECTORS,
    proof="premises.opinion_given", minutes=1440, escalate_minutes=240, url="premises:event",
)  # fmt: skip

fact("premises.guest_registered", _("A guest moved into a lodging house"), "guest")
fact("premises.guest_left", _("A guest left a lodging house"), "guest")
permission("premises.register_guest")
permission("premises.check_out")
permission("premises.send_night_list")
permission("premises.see_guests", *FIELD, HEADQUARTERS, DUTY_DESK, INVESTIGATOR)
keeps("premises_guest", "person_id", "left_at")
for _column in ("venue_id", "room", "origin", "came_at", "left_at"):
    personal("premises_guest", _column, "place", "retention.presence_days")

fact("premises.capacity_set", _("It was said how many a venue takes"), "venue")
fact("premises.booked", _("Places at a venue were booked"), "booking")
fact("premises.booking_cancelled", _("Places at a venue were given back"), "booking")
fact("premises.door_counted", _("Somebody was let in or out at a venue's door"), "venue")
permission("premises.set_capacity", *FIELD, HEADQUARTERS)
for _name in ("book", "cancel_booking", "count_door", "record_scans"):
    permission(f"premises.{_name}")
for _column in ("person_id", "made_at", "entered_at"):
    personal("premises_booking", _column, "place", "retention.presence_days")

menu(_("Venues"), "premises:venues", needs="premises.see_venues", order=50, group=_("Venues"))
menu(_("Objections"), "premises:contests", needs="premises.see_contests", order=55, group=_("Venues"))
menu(_("Personal codes"), "premises:codes", needs="premises.issue_code", order=52, group=_("Venues"))
menu(_("Exceptions"), "premises:exemptions", needs="premises.see_exemptions", order=54, group=_("Venues"))
menu(_("Gatherings"), "premises:events", needs="premises.see_events", order=53, group=_("Venues"))
menu(_("Response levels"), "premises:levels", needs="premises.see_levels", order=53, group=_("Venues"))
menu(_("Routines of venues"), "premises:routines", needs="premises.see_routines", order=51, group=_("Venues"))
menu(_("Day rentals and family hotels"), "premises:sweep", needs="premises.see_sweep", order=51, group=_("Venues"))
menu(_("Guests of lodging houses"), "premises:guest_list", needs="premises.see_guests", order=51, group=_("Venues"))
