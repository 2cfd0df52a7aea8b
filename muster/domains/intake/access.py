"""While a report is open, the files of its caller and of the person it is about open to who works on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from muster.kernel.people.access import file_rule
from muster.kernel.posts.permissions import may

from .models import Report


@file_rule
def may_open_file(by: Any, person: Any, now: datetime) -> bool:
    """Whether an open report in the desk's range is by or about this person, under any merged record."""
    if not may(by, "intake.record_call") or by.lo is None:
        return False
    whom = Q(caller__canonical=person.canonical_id) | Q(about__canonical=person.canonical_id)
    return Report.objects.open().filter(whom, area__gte=by.lo, area__lt=by.hi).exists()
