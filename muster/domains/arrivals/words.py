"""The words of arrivals: codes as they are stored, and what they mean."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DISEASE = "covid19"
NOT_NAMED = _("Somebody from elsewhere")  # whom a post neither sees nor has checked itself

LEVELS = {
    "high": _("High risk"),
    "middle": _("Middle risk"),
    "low": _("Low risk"),
    "sealed": _("Sealed"),
    "controlled": _("Controlled"),
    "watched": _("Watched"),
}
LEVEL_TONES = {"high": "late", "sealed": "late", "middle": "warn", "controlled": "warn", "low": "ok", "watched": "info"}

COMING, HERE, GONE_ON, CLOSED = "coming", "here", "gone_on", "closed"
STATES = {
    COMING: _("On the way"),
    HERE: _("Arrived"),
    GONE_ON: _("Travelled on"),
    CLOSED: _("Closed"),
}
STATE_TONES = {COMING: "wait", HERE: "info", GONE_ON: "off", CLOSED: "ok"}

CATEGORIES = {
    "high": _("From a high-risk area"),
    "middle": _("From a middle-risk area"),
    "entrant": _("From abroad"),
    "county": _("From a county with a risk area"),
    "elsewhere": _("From elsewhere"),
}
CATEGORY_TONES = {"high": "late", "middle": "warn", "entrant": "warn", "county": "wait", "elsewhere": "info"}
# Stays that are evidence for a control; the others are followed by telephone only.
EVIDENCE = ("high", "middle", "entrant")

MEASURES = {
    "site": _("Isolation at a site"),
    "home": _("Observation at home"),
    "monitoring": _("Health monitoring with a daily contact"),
    "": _("Nothing further"),
}
NEXT_STEPS = {
    "site": _("Please stay where you are. The community will phone you and have you fetched."),
    "home": _("Please stay at home and open to nobody. The community will phone you before it comes."),
    "monitoring": _("Please avoid gatherings and measure your temperature daily. The community will phone you."),
    "": _("Please keep your phone at hand. The community will phone you if anything is needed."),
}

DECLARERS = {
    "self": _("Myself"),
    "family": _("Family"),
    "host": _("Host"),
    "hotel": _("Hotel"),
    "employer": _("Employer"),
}
CHANNELS = {
    "page": _("Public page"),
    "phone": _("Phone call"),
    "message": _("Text message"),
    "visit": _("At the counter"),
    "checkpoint": _("Checkpoint"),
}
COHORTS = {
    "": _("None"),
    "returning_worker": _("Returning worker"),
    "student": _("Student"),
    "driver": _("Driver or crew"),
    "visitor": _("Visitor"),
    "homecoming": _("Home for the holidays"),
}
SYMPTOMS = {"none": _("No complaints"), "some": _("Complaints"), "unreached": _("Not reached")}
ABROAD = ("境外", "国外", "abroad")

CHECKPOINT_KINDS = {"airport": _("Airport"), "station": _("Station"), "road": _("Road")}
CODES = {"green": _("Green"), "yellow": _("Yellow"), "red": _("Red"), "none": _("None shown")}
DISPOSALS = {
    "pass": _("Pass"),
    "test": _("Pass after a test on arrival"),
    "wait": _("Wait at the station"),
    "home": _("Home observation"),
    "site": _("Isolation site"),
    "turn_back": _("Turn back"),
}
# What whoever stands at the barrier does now.
DISPOSAL_STEPS = {
    "pass": _("Let them pass. The community they go to will phone them."),
    "test": _("Have them sampled here, then let them pass."),
    "wait": _("Bring them to the waiting place. When the result is there, record it here, and they may go."),
    "home": _("They go home directly, without stopping. The community takes over there."),
    "site": _("They wait apart from others until they are fetched. Do not let them travel on by themselves."),
    "turn_back": _("They may not enter. Tell them why, and whom they can phone."),
}
DISPOSAL_TONES = {"pass": "ok", "test": "info", "wait": "wait", "home": "warn", "site": "late", "turn_back": "off"}
REASONS = {
    **CATEGORIES,
    "red_code": _("The code is red"),
    "yellow_code": _("The code is yellow"),
    "no_code": _("No code was shown"),
    "no_negative_test": _("No negative test of the last 48 hours"),
    "complaints": _("Fever or complaints"),
    "nothing_against": _("Nothing against it"),
    "by_hand": _("Stricter by decision at the barrier"),
    "goods": _("Goods traffic: stays with the vehicle, sampled where it unloads"),
}
RESULTS = {"negative": _("Negative"), "positive": _("Positive")}

LANE_GROUPS = {"due": _("Due now"), "late": _("Late"), "not_come": _("Did not come")}
LANE_TONES = {"due": "info", "late": "warn", "not_come": "late"}

VEHICLES = {"car": _("Car"), "coach": _("Coach or bus"), "lorry": _("Lorry"), "other": _("Other vehicle")}
REVIEWS = {
    "milder": _("What was done at the barrier is milder than the rules"),
    "clock": _("The clock of the device was far off"),
}
