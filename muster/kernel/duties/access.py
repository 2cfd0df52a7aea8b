"""A person's file opens while, and shortly after, the post has a duty about them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from muster.kernel.people.access import file_rule
from muster.kernel.posts.models import SYSTEM

from .models import Duty

AFTER_DAYS = 14  # access.after_days of the plans; the longest of them holds where a duty names no plan


@file_rule
def may_open_file(by: Any, person: Any, now: datetime) -> bool:
    """Whether a duty about this person, under any merged record, is or lately was in the post's range."""
    if by is SYSTEM:
        return True
    recent = Q(closed_at=None) | Q(closed_at__gte=now - timedelta(days=AFTER_DAYS))
    within = Q(place_id=by.place_id) if by.lo is None else Q(area__gte=by.lo, area__lt=by.hi)
    same = Q(person__canonical_id=person.canonical_id or person.pk) | Q(person_id=person.pk)
    return Duty.objects.filter(same, within, recent).exists()
