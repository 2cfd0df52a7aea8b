"""Who had goods in their hands: a box for each of an enterprise's staff."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ..models import Holder, Staff
from .steps import Question


def asks_who(holder: Holder, name: str = "staff") -> list[Question]:
    """A box for each of the staff that the post sees; nothing where nobody is registered."""
    rows = Staff.objects.filter(holder=holder, left_at=None).order_by("since", "id")
    people = list(rows.values_list("pk", "label")[:100])
    return [Question(name, _("Who had it in their hands"), "staff", people, required=False)] if people else []
