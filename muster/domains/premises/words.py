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
