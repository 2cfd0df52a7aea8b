"""Names of areas for one page: read once with those of their neighbours, so that a long list asks a few times only."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from muster.kernel.areas.codes import LEVELS, ancestors, parent_of, span
from muster.kernel.areas.models import Area

_DISTRICT, _GRID = LEVELS["district"], LEVELS["grid"]
_MANY = 3  # so many groups of neighbours on one page: then the district's streets, communities and grids come at once


@dataclass
class _Seen:
    names: dict[str, str] = field(default_factory=dict)
    misses: dict[str, int] = field(default_factory=dict)


_seen: ContextVar[_Seen | None] = ContextVar("muster_area_names", default=None)


def fresh() -> None:
    """Forget every name; called at the start of each page, so that a renamed area shows at once."""
    _seen.set(_Seen())


def area_name(code: str) -> str:
    """The area's name, or its code when it is not known. Reads through the running code's login."""
    if not code:
        return _("All areas")
    seen = _seen.get()
    if seen is None:
        seen = _Seen()
        _seen.set(seen)
    if code not in seen.names:
        seen.names.update(_around(code, seen))
        seen.names.setdefault(code, code)
    return seen.names[code]


def area_path(code: str, depth: int = 3) -> str:
    """The names of the area and of those above it, outermost first, at most `depth` of them."""
    if not code:
        return area_name(code)
    names = [area_name(each) for each in [code, *ancestors(code)[:-1]][:depth]]  # the lowest brings the others
    return " · ".join(reversed(names))


def _around(code: str, seen: _Seen) -> dict[str, str]:
    district = code[:_DISTRICT]
    seen.misses[district] = seen.misses.get(district, 0) + 1
    wide = seen.misses[district] >= _MANY and _DISTRICT < len(code) <= _GRID
    low, high = span(district if wide else parent_of(code) or code)
    neighbours = Q(code__gte=low, code__lt=high, width__lte=_GRID if wide else len(code))
    rows = Area.objects.alias(width=Length("code")).filter(Q(code__in=[code, *ancestors(code)[:-1]]) | neighbours)
    return dict(rows.values_list("code", "name"))
