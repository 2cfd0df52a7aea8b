"""The vocabularies of premises, with their names on screen. The codes are what rows and facts hold."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# Kind of venue, and the kernel's kind of place that it is.
VENUE_KINDS = {
    "shop": _("Shop or supermarket"),
    "market": _("Market"),
    "mall": _("Shopping centre"),
    "restaurant": _("Restaurant or canteen"),
    "entertainment": _("Entertainment"),
    "hotel": _("Hotel"),
    "family_hotel": _("Family hotel"),
    "day_rental": _("Day rental"),
    "office": _("Office building"),
    "factory": _("Factory"),
    "school": _("School or kindergarten"),
    "medical": _("Hospital, clinic or pharmacy"),
    "station": _("Station or stop"),
    "worship": _("Place of worship"),
    "park": _("Park or scenic area"),
    "warehouse": _("Cold store or warehouse"),
    "estate": _("Residential estate entrance"),
    "other": _("Other"),
}
PLACE_OF = {
    "shop": "market", "market": "market", "mall": "market", "restaurant": "dining", "entertainment": "entertainment",
    "hotel": "lodging", "family_hotel": "lodging", "day_rental": "lodging", "office": "workplace",
    "factory": "workplace", "school": "school", "medical": "medical", "station": "transport", "worship": "worship",
    "park": "park", "warehouse": "workplace", "estate": "residence", "other": "other",
}  # fmt: skip

# Why somebody is entered by another person.
WHYS = {
    "group": _("We came together"),
    "child": _("A child"),
    "no_phone": _("Somebody without a phone"),
    "needs_help": _("Somebody who needs help"),
}

# Whether somebody who gets a code is who was recorded before without an identity number; if not, how that is known.
ONE_PERSON = "same"
SAME = {
    ONE_PERSON: _("The same person: the records become one"),
    "relative": _("Another person: a relative with this name or phone"),
    "stranger": _("Another person: only the name is the same"),
}

# What evidence calls for, with the tone of its badge.
STATUSES = {"enter": _("May enter"), "test": _("Must be tested first"), "stay": _("Must stay")}
STATUS_STEPS = {
    "enter": "",
    "test": _("Have the test that is due; when it is negative you may enter as before."),
    "stay": _(
        "Stay where you are and receive nobody. Your community or the site brings what you need, and says when you are "
        "tested."
    ),
}
STATUS_TONES = {"enter": "ok", "test": "warn", "stay": "late"}
GROUNDS = {
    "laboratory_result": _("A laboratory's positive result"),
    "signed_diagnosis": _("A diagnosis signed by two persons"),
    "exposure": _("Contact with a case"),
    "risk_area_stay": _("A stay in a risk area"),
    "zone_order": _("An order for the zone you live in"),
    "test_due": _("A test that is due"),
    "positive": _("A laboratory's positive result"),
    "pool_suspect": _("A positive pool you were part of"),
}
EXEMPT_FOR = {
    "medical": _("Urgent medical care"),
    "care": _("Somebody depends on their care"),
    "funeral": _("A death in the family"),
    "examination": _("A state examination"),
    "essential": _("Work that cannot wait"),
    "review": _("The evidence is being reviewed"),
}
CONTEST_REASONS = {
    "not_me": _("This is about somebody else"),
    "not_there": _("I was not there"),
    "over": _("My days are over"),
    "tested": _("I have been tested"),
    "other": _("Something else"),
}
CONTEST_OUTCOMES = {
    "stands": _("Checked: the evidence stands"),
    "mended": _("Checked: the evidence was wrong and is corrected"),
}

EVENT_KINDS = {
    "expo": _("Exhibition or fair"),
    "show": _("Show or concert"),
    "sport": _("Sports event"),
    "meeting": _("Meeting"),
    "banquet": _("Banquet"),
    "religious": _("Religious gathering"),
    "other": _("Other"),
}
EVENT_STATES = {
    "asked": _("Waits for a decision"),
    "approved": _("Approved; the site is to be checked"),
    "ready": _("Approved and checked"),
    "refused": _("Refused"),
    "cancelled": _("Cancelled"),
    "postponed": _("Postponed"),
}
EVENT_TONES = {
    "asked": "wait", "approved": "info", "ready": "ok", "refused": "off", "cancelled": "off", "postponed": "off",
}  # fmt: skip
OPEN_STATES, STOPPED_STATES = ("asked", "approved", "ready"), ("cancelled", "postponed")
# Response levels, the strictest first; '' lifts one. Decided for an area, and all below it.
RESPONSE_LEVELS = {
    "1": _("Level I"), "2": _("Level II"), "3": _("Level III"), "4": _("Level IV"), "": _("None: lifted"),
}  # fmt: skip
RESPONSE_TONES = {"1": "late", "2": "late", "3": "warn", "4": "info", "": "ok"}
BAD_LINK = _("This link is not valid. Ask the community.")
HOWS = {"cancelled": _("Cancel them"), "postponed": _("Postpone them")}
OPINIONS = {"": _("Waits"), "agrees": _("Agrees"), "objects": _("Objects")}
LEVELS = {
    "community": _("the community"),
    "street": _("the township or street"),
    "district": _("the county or district"),
    "city": _("the city"),
    "province": _("the province"),
}
# Why a gathering is refused: told to whoever asked for it, with words of the body that decides.
REFUSALS = {
    "situation": _("The epidemic situation here does not allow it now"),
    "size": _("Too many people at once"),
    "outsiders": _("Too many people would come from elsewhere"),
    "plan": _("The plan for prevention is not enough"),
    "place": _("The place does not allow what prevention asks for"),
    "sector": _("Its sector objects"),
    "other": _("Another reason"),
}
EVENT_POINTS = {
    "plan": _("The plan for prevention hangs out, with a person responsible"),
    "code": _("The venue's code stands at each entrance"),
    "temperature": _("Temperature is taken at each entrance"),
    "capacity": _("Entry is by appointment and staggered; the number inside is kept"),
    "line": _("Queues keep one metre"),
    "disinfection": _("Rooms and surfaces are disinfected and aired"),
    "isolation_room": _("There is a room for somebody who falls ill"),
    "staff_tested": _("The staff have been tested"),
}

# Routines of venues: whose they are, what became of one, what a check found.
DOERS = {"venue": _("The venue"), "grid": _("The grid worker"), "sector": _("The sector's regulator")}
OUTCOMES = {"": _("Owed"), "done": _("Done"), "not_done": _("Not done")}
OUTCOME_TONES = {"": "wait", "done": "ok", "not_done": "late"}
# What a visit to a day rental or family hotel found.
FOUND = {
    "visited": _("Visited"),
    "nobody": _("Nobody was in"),
    "closed": _("Not let, or closed"),
    "refused": _("Refused entry"),
}
FOUND_TONES = {"": "wait", "visited": "ok", "nobody": "warn", "closed": "off", "refused": "late"}
# Why somebody who was counted is named by nobody.
UNNAMED = {
    "elsewhere": _("Named by another unit, or by their community"),
    "miscounted": _("The count was wrong"),
    "left": _("They work here no longer"),
    "refused": _("They refuse: passed on to the community"),
}
VERDICTS = {
    "": _("Not checked"),
    "sound": _("Checked: in order"),
    "faulty": _("Checked: points are wanting"),
    "remedied": _("The venue says it is put right"),
    "verified": _("Put right, and checked"),
}
VERDICT_TONES = {"": "off", "sound": "ok", "faulty": "late", "remedied": "wait", "verified": "ok"}
POINTS = {
    "no_record": _("There is no record, or it is not true"),
    "code": _("The venue's code stands at each entrance and is looked at"),
    "line": _("Queues keep one metre"),
    "masks": _("Staff and guests wear masks"),
    "disinfection": _("Rooms and surfaces are disinfected and aired"),
    "temperature": _("Temperature is taken at each entrance"),
    "staff_tested": _("The staff have been tested"),
    "crowd": _("No more people are inside than the cap allows"),
}
