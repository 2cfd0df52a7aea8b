"""The vocabularies of goods, with their names on screen. The codes are what rows and facts hold."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

HOLDER_KINDS = {
    "central": _("Supervised central warehouse"),
    "cold_store": _("Cold store"),
    "wholesaler": _("Wholesaler"),
    "processor": _("Processing plant"),
    "shop": _("Shop or supermarket"),
    "restaurant": _("Restaurant or canteen"),
}
PLACE_OF = {
    "central": "workplace", "cold_store": "workplace", "wholesaler": "market", "processor": "workplace",
    "shop": "market", "restaurant": "dining",
}  # fmt: skip
UNITS = {"box": _("boxes"), "kg": _("kg"), "piece": _("pieces")}

BATCH_STATES = {
    "declared": _("Declared, not here yet"),
    "arrived": _("Arrived, not released"),
    "released": _("Released from the warehouse"),
    "held": _("On hold"),
}
BATCH_TONES = {"declared": "wait", "arrived": "info", "released": "ok", "held": "late"}
# Who reads a label: whether what lies in front of them may be sold.
LABEL_STATES = {
    "arrived": _("Not released yet: not for sale"),
    "released": _("Tested, disinfected and released"),
    "held": _("Held: not for sale. Tell the shop, or the market supervision"),
}
RESULTS = {"": _("waits for its result"), "negative": _("Negative"), "positive": _("Positive")}
RESULT_TONES = {"": "wait", "negative": "ok", "positive": "late"}
HANDOVER_STATES = {
    "sent": _("On its way"),
    "received": _("Received, both sides agree"),
    "differs": _("The two counts differ"),
    "returned": _("Taken back"),
}
HANDOVER_TONES = {"sent": "wait", "received": "ok", "differs": "late", "returned": "off"}
REMOVALS = {
    "sold": _("Sold to consumers or used up"),
    "destroyed": _("Destroyed"),
    "returned_abroad": _("Sent back abroad"),
    "lost": _("Lost or stolen"),
}

FINDING_KINDS = {
    "undeclared": _("Entered without a declaration"),
    "no_certificate": _("Goods without certificates"),
    "no_label": _("Goods on the shelf without a label"),
    "not_registered": _("A handover was not recorded"),
    "sold_on_hold": _("Held goods were moved or sold"),
    "not_disinfected": _("Not disinfected"),
    "staff_untested": _("Staff were not tested as the rule asks"),
    "other": _("Another breach"),
}
FINDING_STATES = {
    "open": _("To be put right"),
    "answered": _("Said to be put right"),
    "closed": _("Put right, and checked"),
}
FINDING_TONES = {"open": "late", "answered": "wait", "closed": "ok"}
PENALTIES = {
    "warning": _("Warning"),
    "fine": _("Fine"),
    "seizure": _("Goods seized"),
    "suspension": _("Business suspended"),
    "licence": _("Licence withdrawn"),
}
