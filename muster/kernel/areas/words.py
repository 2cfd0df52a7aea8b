"""The names of levels, and refused values explained in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.kernel.loading import BadValue

LEVEL_NAMES = {
    "province": _("Province"),
    "city": _("City"),
    "district": _("District"),
    "street": _("Street"),
    "community": _("Community"),
    "grid": _("Grid"),
    "building": _("Building"),
    "unit": _("Unit"),
}


def explain(error: BadValue) -> str:
    """Why a value was not taken, translated."""
    return gettext(error.message) % error.values
