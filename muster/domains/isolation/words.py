"""The vocabularies of isolation, with their names on screen. The codes are what rows, facts and plans hold."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SITE, HOSPITAL = "site", "hospital"
SITE_KINDS = {SITE: _("Isolation site"), HOSPITAL: _("Designated hospital")}

READY, RESERVED, OCCUPIED, CLEANING, CLOSED = "ready", "reserved", "occupied", "cleaning", "closed"
ROOM_STATES = {
    READY: _("Ready"),
    RESERVED: _("Reserved"),
    OCCUPIED: _("Occupied"),
    CLEANING: _("Being cleaned"),
    CLOSED: _("Closed"),
}
ROOM_TONES = {READY: "ok", RESERVED: "wait", OCCUPIED: "info", CLEANING: "warn", CLOSED: "off"}

HOME = "home"
STAY_KINDS = {SITE: _("At an isolation site"), HOME: _("At home")}
ENDED_HOW = {
    "released": _("Released"),
    "moved": _("Moved to another room or site"),
    "moved_home": _("Went on at home"),
    "lifted": _("The control was lifted"),
    "died": _("Died"),
}

REQUESTED, DEPARTED, ARRIVED, CANCELLED = "requested", "departed", "arrived", "cancelled"
TRANSFER_STATES = {
    REQUESTED: _("To be handed over"),
    DEPARTED: _("On the way"),
    ARRIVED: _("Arrived"),
    CANCELLED: _("Cancelled"),
}
TRANSFER_TONES = {REQUESTED: "wait", DEPARTED: "info", ARRIVED: "ok", CANCELLED: "off"}
SENDER, RECEIVER = "sender", "receiver"
SIDES = {SENDER: _("Handing over"), RECEIVER: _("Receiving")}

SLOTS = {"am": _("Morning"), "pm": _("Afternoon")}
SYMPTOMS = {
    "fever": _("Fever"),
    "cough": _("Cough"),
    "sore_throat": _("Sore throat"),
    "breathless": _("Short of breath"),
    "tired": _("Tired"),
    "aches": _("Aches"),
    "loss_of_smell": _("Loss of smell or taste"),
    "diarrhoea": _("Diarrhoea"),
    "vomiting": _("Vomiting"),
    "rash": _("Rash"),
    "red_eyes": _("Red eyes"),
    "runny_nose": _("Runny nose"),
    "other": _("Something else"),
}
ANOMALIES = {"fever": _("Fever"), "symptoms": _("Symptoms")}
OUTCOMES = {
    "observed": _("Seen by the doctor, goes on being observed"),
    "tested": _("Tested again"),
    "to_hospital": _("Sent to hospital"),
}

SAMPLED = _("A test was taken")
RESULTS = {
    "": _("no result yet"),
    "negative": _("negative"),
    "positive": _("positive"),
    "pool_suspect": _("positive pool"),
    "invalid": _("invalid"),
    "untested": _("not tested"),
}
UNMET = {
    "days_not_served": _("The days are not served before %(day)s."),
    "test_missing": _("The test of %(day)s has no result."),
    "positive": _("The test of %(day)s is positive."),
    "pool_suspect": _("The pool of the test of %(day)s is positive and not cleared up."),
    "anomaly_open": _("An anomaly in a health check has not been answered."),
    "check_missing": _("The last health check, of %(day)s, is missing."),
    "tests_too_few": _("There are fewer results than the plan asks for before release."),
    "not_clear": _("The last tests of the case are not clear."),
    "tests_too_close": _("The last tests of the case lie too close together."),
}

HOME_QUESTIONS = {
    "lives_alone": _("Lives there alone"),
    "ventilated_room": _("A room of their own that can be aired"),
    "own_bathroom": _("A bathroom of their own"),
    "shared_air": _("Air conditioning or ventilation shared with other rooms"),
    "housemates_isolate": _("Housemates isolate too"),
    "carer_ill_or_elderly": _("Somebody in the home is ill, elderly or in need of care"),
}
HOME_FAULTS = {
    "no_ventilated_room": _("There is no room of their own that can be aired."),
    "no_own_bathroom": _("There is no bathroom of their own."),
    "shared_air": _("The air is shared with other rooms."),
    "housemates_do_not_isolate": _("The housemates do not isolate."),
    "carer_ill_or_elderly": _("Somebody in the home is ill, elderly or in need of care."),
}
PAPERS = {
    "person_notice": _("Notice to the person"),
    "family_pledge": _("Pledge of the family"),
    "employer_notice": _("Notice to the employer"),
    "video": _("Monitoring video"),
}

# What a round through a site looks at: areas and channels apart (三区两通道), closed loop, disinfection, waste, staff.
SITE_POINTS = {
    "areas_apart": _("Living, observation and supply areas are apart"),
    "channels_apart": _("Staff and guest channels never cross"),
    "single_rooms": _("One person to a room, with a bathroom of its own"),
    "contactless": _("Meals and supplies are handed over without contact"),
    "disinfected": _("Rooms, corridors and vehicles were disinfected"),
    "waste_sealed": _("Waste is sealed, disinfected and handed over as medical waste"),
    "staff_closed_loop": _("Staff live on the site, are tested and have their temperature taken"),
}
