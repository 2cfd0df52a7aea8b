"""The closed vocabularies of teams, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SAMPLING, DISINFECTION, VOLUNTEERS, CADRES = "sampling", "disinfection", "volunteers", "cadres"
KINDS = {
    SAMPLING: _("Sampling team"),
    DISINFECTION: _("Disinfection team"),
    VOLUNTEERS: _("Volunteers"),
    CADRES: _("Stationed cadres"),
}
SKILLS = {
    "swab": _("Takes samples"),
    "register": _("Registers people"),
    "disinfect": _("Disinfects"),
    "order": _("Keeps queues in order"),
    "knock": _("Knocks at doors"),
    "deliver": _("Delivers"),
    "drive": _("Drives"),
}
# Hours of the local day from which a shift begins, and how many it lasts.
SHIFTS = {"morning": (6, 6), "afternoon": (12, 6), "evening": (18, 6), "night": (0, 6), "whole": (8, 12)}
SHIFT_TITLES = {
    "morning": _("06:00 to 12:00"),
    "afternoon": _("12:00 to 18:00"),
    "evening": _("18:00 to 24:00"),
    "night": _("00:00 to 06:00"),
    "whole": _("08:00 to 20:00"),
}

OFFERED, ACCEPTED, ARRIVED, RELEASED, REFUSED, CANCELLED = (
    "offered", "accepted", "arrived", "released", "refused", "cancelled",
)  # fmt: skip
STATES = {
    OFFERED: _("asked"),
    ACCEPTED: _("on the way"),
    ARRIVED: _("on site"),
    RELEASED: _("released"),
    REFUSED: _("refused"),
    CANCELLED: _("called off"),
}
TONES = {OFFERED: "wait", ACCEPTED: "info", ARRIVED: "ok", RELEASED: "off", REFUSED: "warn", CANCELLED: "off"}
HOLDING = (OFFERED, ACCEPTED, ARRIVED)  # a team with a mission in one of these cannot be sent elsewhere meanwhile

WHY_REFUSED = {
    "busy": _("busy elsewhere"),
    "too_few": _("too few people"),
    "no_transport": _("no transport"),
    "no_goods": _("no protective goods"),
    "ill": _("somebody is ill or in control"),
}

RESTING, CALLED_UP, READY = "resting", "called_up", "ready"
STANDBY_STATES = {RESTING: _("on standby"), CALLED_UP: _("called up"), READY: _("ready to sample")}
STANDBY_TONES = {RESTING: "off", CALLED_UP: "wait", READY: "ok"}

COMING = {"coming": _("comes"), "cannot": _("cannot come")}
SAY = {"coming": _("I am coming"), "cannot": _("I cannot come"), "there": _("I am there"), "gone": _("I am leaving")}
SERVICE_STATES = {
    "asked": _("has not answered"),
    **COMING,
    "there": _("is there"),
    "gone": _("hours to be confirmed"),
    "confirmed": _("hours confirmed"),
}
SERVICE_TONES = {
    "asked": "wait", "coming": "info", "cannot": "off", "there": "ok", "gone": "warn", "confirmed": "ok",
}  # fmt: skip
NOT_YOURS = _("This is not, or no longer, a service of yours.")
