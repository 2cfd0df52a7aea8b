"""The closed vocabularies of antigen kits, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# Who gets kits first, in this order: practice of districts (students, staff, front line, then everybody else).
GROUPS = {
    "students": _("Students"),
    "staff": _("Staff of public services"),
    "front_line": _("Front line"),
    "elders": _("Elders and the chronically ill"),
    "others": _("Others"),
}
ORDER = list(GROUPS)
RESULTS = {"negative": _("negative"), "positive": _("positive"), "invalid": _("no valid result")}
TONES = {"negative": "ok", "positive": "late", "invalid": "off"}
WHY_DISCARDED = {"expired": _("expired"), "damaged": _("damaged"), "lost": _("lost")}
