"""Reading what a form gave: days, moments, numbers; and the communities that the public can choose."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.areas.codes import LEVELS
from muster.kernel.areas.models import Area
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.models import Post
from muster.ledger.pages.where import by_street
from muster.web import values

MOST_LISTED = 1000  # choices on the public page: with them it is some 60 kB


def day(given: QueryDict, field: str, *, needed: bool = False) -> date | None:
    """The day of a field; None where it is empty. Raises Invalid."""
    text = given.get(field, "").strip()
    if not text and not needed:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(field, _("A day like 2021-11-30 is needed.")) from None


def moment(given: QueryDict, field: str) -> datetime:
    """The local moment of a field. Raises Invalid."""
    found = values.moment(given.get(field, "").strip())
    if found is None:
        raise Invalid(field, _("A day and time are needed."))
    return found


def degrees(given: QueryDict, field: str) -> float | None:
    """A temperature; None where it is empty. Raises Invalid."""
    text = given.get(field, "").strip().replace(",", ".").replace("，", ".")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise Invalid(field, _("This is not a body temperature.")) from None


def public_destinations() -> list[tuple[str, list[tuple[str, str]]]]:
    """The same for the public: of the districts in which somebody works, in so many choices that the page stays light.

    Where there are more communities than that, the streets alone, by district; the community is asked for by phone.
    """
    posts = Post.objects.active(clock.now()).values_list("area", flat=True).distinct()
    served = {area[: LEVELS["district"]] for area in posts if len(area or "") >= LEVELS["district"]}
    codes = Q(*(Q(code__startswith=district) for district in served), _connector=Q.OR)
    rows = Area.objects.filter(codes, closed_on=None, level__in=["district", "street", "community"])
    found = list(rows.order_by("code").values_list("code", "name")[: MOST_LISTED + 1])
    if len(found) <= MOST_LISTED:
        return by_street(found, "")
    groups: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for code, name in rows.exclude(level="community").order_by("code").values_list("code", "name"):
        streets = groups.setdefault(code[: LEVELS["district"]], (name, []))[1]
        if len(code) == LEVELS["street"]:
            streets.append((code, name))
    return [group for group in groups.values() if group[1]]


def declared(given: QueryDict) -> dict[str, Any]:
    """The fields that the public form and the desk's form share."""
    fields = ("name", "phone", "origin", "area", "declared_by")
    return {name: given.get(name, "").strip() for name in fields} | {
        "arrives_on": day(given, "arrives_on", needed=True)
    }
