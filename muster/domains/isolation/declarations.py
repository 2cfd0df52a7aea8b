"""What isolation adds to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import duty, fact, menu, permission, personal
from muster.kernel.messages.kinds import message
from muster.kernel.people.personal import PARTS, Part, keeps
from muster.kernel.posts.roles import (
    COMMUNITY,
    DUTY_DESK,
    GRID,
    HEADQUARTERS,
    INVESTIGATOR,
    ISOLATION_SITE,
    STREET,
)

fact("isolation.transfer_requested", _("A person is to be taken to a site or hospital"), "transfer")
fact("isolation.transfer_placed", _("A transfer that waited for a room has a site"), "transfer")
fact("isolation.handed_over", _("The side that hands the person over confirmed it"), "transfer")
fact("isolation.received", _("The side that receives the person confirmed it"), "transfer")
fact("isolation.arrived", _("Both sides have confirmed the handover"), "transfer")
fact("isolation.transfer_cancelled", _("A transfer is no longer needed"), "transfer")
fact("isolation.stay_began", _("A stay began"), "stay")
fact("isolation.stay_ended", _("A stay ended"), "stay")
fact("isolation.went_home", _("The days at a site ended, those at home began"), "stay")
fact("isolation.home_assessed", _("A home was assessed"), "control")
fact("isolation.papers_complete", _("The letters and the video of a home observation are complete"), "stay")
fact("isolation.health_checked", _("A health check was made"), "health check")
fact("isolation.check_missed", _("A health check was not made on its day"), "health check")
fact("isolation.anomaly_found", _("A health check found fever or symptoms"), "health check")
fact("isolation.anomaly_answered", _("A doctor or investigator answered an anomaly"), "health check")
fact("isolation.sampled", _("A test of the plan was taken"), "due test")
fact("isolation.sample_dropped", _("A test of the plan is no longer asked for"), "due test")
fact("isolation.release_due", _("The days of a control are over"), "stay")
fact("isolation.released", _("A person was released from isolation"), "stay")
fact("isolation.room_ready", _("A room was cleaned and is ready"), "room")
fact("isolation.site_faulty", _("A round through a site found faults"), "site check")
fact("isolation.site_mended", _("The faults of a site were mended"), "site check")

WATCHERS = (STREET, HEADQUARTERS, INVESTIGATOR, DUTY_DESK)
permission("isolation.see_sites", ISOLATION_SITE, COMMUNITY, *WATCHERS)
permission("isolation.see_stay", ISOLATION_SITE, GRID, COMMUNITY, *WATCHERS)
permission("isolation.see_transfers", ISOLATION_SITE, GRID, COMMUNITY, *WATCHERS)
permission("isolation.see_home", GRID, COMMUNITY, *WATCHERS)
permission("isolation.add_site", HEADQUARTERS)
permission("isolation.add_rooms", HEADQUARTERS)
permission("isolation.set_room", ISOLATION_SITE)
permission("isolation.check_site", ISOLATION_SITE, HEADQUARTERS)
permission("isolation.mend_site", ISOLATION_SITE)
permission("isolation.request_transfer", COMMUNITY, STREET, HEADQUARTERS, INVESTIGATOR, ISOLATION_SITE)
permission("isolation.place_transfer", HEADQUARTERS)
permission("isolation.cancel_transfer", HEADQUARTERS, INVESTIGATOR)
permission("isolation.confirm_handover", GRID, COMMUNITY, STREET, ISOLATION_SITE)
permission("isolation.show_code", GRID, COMMUNITY, STREET, ISOLATION_SITE)
permission("isolation.start_stay", ISOLATION_SITE)
permission("isolation.assign_room", ISOLATION_SITE)
permission("isolation.assess_home", GRID, COMMUNITY, STREET)
permission("isolation.start_home", GRID, COMMUNITY, STREET)
permission("isolation.move_home", ISOLATION_SITE)
permission("isolation.give_papers", GRID, COMMUNITY, STREET)
permission("isolation.record_check", GRID, COMMUNITY, ISOLATION_SITE)
permission("isolation.answer_anomaly", INVESTIGATOR, ISOLATION_SITE)
permission("isolation.record_sample", GRID, COMMUNITY, ISOLATION_SITE)
permission("isolation.release", ISOLATION_SITE, COMMUNITY, STREET, HEADQUARTERS)
permission("isolation.end_stay_lifted", HEADQUARTERS)

GRID_LADDER, COMMUNITY_LADDER = "escalation.grid_minutes", "escalation.community_minutes"
TRANSFERRED, TESTED = "deadlines.contacts_transferred_minutes", "deadlines.test_minutes"
duty(
    "isolation.hand_over", title=_("Hand the person over for transfer"), role=GRID, proof="isolation.handed_over",
    minutes=TRANSFERRED, escalate_minutes=GRID_LADDER, url="isolation:transfer",
)  # fmt: skip
duty(
    "isolation.send_off", title=_("Hand the person over for transfer from the site"), role=ISOLATION_SITE,
    proof="isolation.handed_over", minutes=TRANSFERRED, escalate_minutes=GRID_LADDER, url="isolation:transfer",
)  # fmt: skip
duty(
    "isolation.receive", title=_("Receive the person at the site"), role=ISOLATION_SITE, proof="isolation.received",
    minutes=TRANSFERRED, escalate_minutes=GRID_LADDER, url="isolation:transfer",
)  # fmt: skip
duty(
    "isolation.find_site", title=_("Find a room for the person"), role=HEADQUARTERS,
    proof="isolation.transfer_placed", minutes=60, escalate_minutes="escalation.district_minutes",
    url="isolation:transfer",
)  # fmt: skip
duty(
    "isolation.assess_home", title=_("Assess the home for observation"), role=GRID, proof="isolation.home_assessed",
    minutes="deadlines.home_assessment_minutes", escalate_minutes=GRID_LADDER, url="isolation:assess",
)  # fmt: skip
duty(
    "isolation.complete_papers", title=_("Complete the letters and the video"), role=COMMUNITY,
    proof="isolation.papers_complete", minutes=1440, escalate_minutes=COMMUNITY_LADDER, url="isolation:stay",
)  # fmt: skip
duty(
    "isolation.health_check", title=_("Take temperature and ask for symptoms"), role=ISOLATION_SITE,
    proof="isolation.health_checked", escalate_minutes=GRID_LADDER, url="isolation:check",
)  # fmt: skip
duty(
    "isolation.home_check", title=_("Take temperature and ask for symptoms at home"), role=GRID,
    proof="isolation.health_checked", escalate_minutes=GRID_LADDER, url="isolation:check",
)  # fmt: skip
duty(
    "isolation.answer_anomaly", title=_("Answer an anomaly in a health check"), role=INVESTIGATOR,
    proof="isolation.anomaly_answered", minutes="deadlines.anomaly_minutes",
    escalate_minutes="escalation.district_minutes", url="isolation:check",
)  # fmt: skip
duty(
    "isolation.sample", title=_("Take the test that is due"), role=ISOLATION_SITE, proof="isolation.sampled",
    minutes=TESTED, escalate_minutes=GRID_LADDER, url="isolation:sample",
)  # fmt: skip
duty(
    "isolation.home_sample", title=_("Have the test that is due taken at the door"), role=GRID,
    proof="isolation.sampled", minutes=TESTED, escalate_minutes=GRID_LADDER, url="isolation:sample",
)  # fmt: skip
duty(
    "isolation.send_home", title=_("End the days at the site: on to home observation"), role=ISOLATION_SITE,
    proof="isolation.went_home", minutes="deadlines.release_minutes", escalate_minutes=GRID_LADDER,
    url="isolation:stay",
)  # fmt: skip
duty(
    "isolation.release", title=_("Decide on the release"), role=ISOLATION_SITE, proof="isolation.released",
    minutes="deadlines.release_minutes", escalate_minutes=GRID_LADDER, url="isolation:stay",
)  # fmt: skip
duty(
    "isolation.release_home", title=_("Decide on the release from home observation"), role=COMMUNITY,
    proof="isolation.released", minutes="deadlines.release_minutes", escalate_minutes=COMMUNITY_LADDER,
    url="isolation:stay",
)  # fmt: skip
duty(
    "isolation.clean_room", title=_("Clean and disinfect the room"), role=ISOLATION_SITE,
    proof="isolation.room_ready", minutes=720, escalate_minutes=120, url="isolation:room",
)  # fmt: skip
duty(
    "isolation.mend_site", title=_("Mend the faults of the site"), role=ISOLATION_SITE,
    proof="isolation.site_mended", minutes=240, escalate_minutes=60, url="isolation:site_check",
)  # fmt: skip

message("isolation.transfer", _("You will be taken to an isolation site or hospital. Please stay where you are."))
message("isolation.home", _("Your observation at home has begun. Please stay at home until %(until)s."))
message("isolation.home_until_told", _("Your observation at home has begun. Please stay at home until we tell you."))
message("isolation.released", _("Your isolation ended on %(day)s. The release notice has the number %(number)s."))
message("isolation.lifted", _("Your isolation has ended: the ground for it no longer stands."))

keeps("isolation_stay", "person_id", "ended_at")
PARTS.setdefault("health", ())
PARTS["health"] += (Part("isolation_healthcheck", "true", "DELETE FROM isolation_healthcheck x"),)
personal("isolation_healthcheck", "temperature", "health", "retention.health_days")
personal("isolation_healthcheck", "symptoms", "health", "retention.health_days")

menu(_("Isolation sites"), "isolation:sites", needs="isolation.see_sites", order=40, group=_("Isolation"))
menu(_("Transfers"), "isolation:transfers", needs="isolation.see_transfers", order=42, group=_("Isolation"))
menu(_("Home observation"), "isolation:home", needs="isolation.see_home", order=44, group=_("Isolation"))
