"""What the pages of tracing share: masked names where the post sees the person, places, values of forms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Place
from muster.kernel.people.queries import labels_of


def with_labels(rows: Iterable[Any]) -> list[Any]:
    """Rows with `label`, the masked name; '' where the person lives and is outside the post's range."""
    rows = list(rows)
    labels = labels_of({row.person_id for row in rows})
    for row in rows:
        row.label = labels.get(row.person_id, "")
    return rows


def places_of(ids: Iterable[UUID]) -> list[Place]:
    """Those of the places that lie in the post's range, in the given order."""
    wanted = list(ids)
    found = {place.pk: place for place in Place.objects.filter(pk__in=wanted)}
    return [found[pk] for pk in wanted if pk in found]


def go(name: str, *args: Any) -> HttpResponseRedirect:
    """After a write: look at the page with GET."""
    return HttpResponseRedirect(reverse(name, args=args), status=303)


def moment_of(request: HttpRequest, field: str) -> datetime | None:
    """The moment of a form, local to the site. Raises Invalid."""
    text = request.POST.get(field, "").strip()
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(field, _("This is not a date and time.")) from None
    return found.replace(tzinfo=clock.zone()) if found and found.tzinfo is None else found


def day_of(request: HttpRequest, field: str) -> date | None:
    """The day of a form. Raises Invalid."""
    text = request.POST.get(field, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(field, _("This is not a day.")) from None
