"""Which street or community, as a form asks it: a list of few, or a box for a part of the name where there are many.

The box needs no script: a text that fits several places is asked for again, with these to choose from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.codes import LEVELS
from muster.kernel.areas.models import Area
from muster.kernel.operations.errors import Invalid
from muster.web.page import page

FEW = 100  # places in a list; more are searched
OFFERED, LOOKED_AT = 20, 300
LAST = "￿"  # behind every code


@page("areas/", name="ledger:areas", needs="ledger.use_ledgers")
def areas(request: HttpRequest) -> HttpResponse:
    """Places that hold the text, as the options of a field that is being typed in; `area` is one of the post's own."""
    post, given = request.post_held, request.GET
    text = next((text for name, text in given.items() if name != "grids"), "")
    lo, hi = (post.lo or "", post.hi or "") if "area" in given else ("", LAST)
    found = _like(text.strip(), lo, hi, grids="grids" in given)
    return render(request, "ledger/where_options.html", {"places": found})


def asked(
    values: Any, name: str, lo: str = "", hi: str = LAST, errors: Any = None, *, grids: bool = False
) -> dict[str, Any]:
    """What `ledger/where.html` shows: the list, empty where it is too long; what a typed text may mean."""
    text = (values or {}).get(name, "").strip()
    listed = flat(destinations(lo, hi, most=FEW, grids=grids))
    if not listed and text.isascii():
        text = _spoken(Area.objects.filter(code=text)).get(text, text) if len(text) >= LEVELS["street"] else ""
    meant = _like(text, lo, hi, grids) if not listed and name in (errors or {}) else []
    return {
        "name": name, "text": text, "chosen": f"{name}_code", "areas": listed, "meant": meant, "values": {name: text},
        "url": reverse("ledger:areas") + ("?grids=yes" if grids else ""),
    }  # fmt: skip


def said(given: Mapping[str, str], name: str, lo: str = "", hi: str = LAST, *, grids: bool = False) -> str:
    """The code of the place that a form names, empty where it names none. Raises Invalid where it may be several."""
    text, chosen = given.get(name, "").strip(), given.get(f"{name}_code", "")
    if chosen and given.get(f"{name}_for", "").strip() == text:
        return chosen
    if text.isascii():  # a list gives codes, and the action looks at them
        return text
    found = _like(text, lo, hi, grids)
    same = [code for code, spoken in found if text in (spoken, spoken.rpartition(" · ")[2])]
    if len(same or found) == 1:
        return (same or [found[0][0]])[0]
    raise Invalid(name, _("Choose which place is meant.") if found else _("No place here is called so."))


def own_asked(post: Any, values: Any, errors: Any = None) -> dict[str, Any]:
    """The same for `area`, one of the post's own, down to the grid."""
    return asked(values, "area", post.lo or "", post.hi or "", errors, grids=True)


def own_said(post: Any, given: Mapping[str, str]) -> str:
    """What a form says where `own_asked` stands. Raises Invalid."""
    return said(given, "area", post.lo or "", post.hi or "", grids=True)


def destinations(
    lo: str = "", hi: str = "", most: int = 0, *, grids: bool = False
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Communities by street, within a range; the street itself stands first, for who does not know the community.

    With `grids` those of each community too. None where there are more than `most`.
    """
    rows = Area.objects.filter(closed_on=None, level__in=_levels(grids))
    if hi:
        rows = rows.filter(code__gte=lo[: LEVELS["street"]], code__lt=hi)
    found = list(rows.order_by("code").values_list("code", "name")[: most + 1 if most else 5000])
    return [] if most and len(found) > most else by_street(found, lo)


def by_street(rows: Iterable[tuple[str, str]], lo: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The same, of rows of code and name in the order of the codes."""
    groups: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for code, name in rows:
        street = code[: LEVELS["street"]]
        if len(code) == LEVELS["street"]:
            groups[street] = (name, [(code, name)] if code >= lo else [])
        elif street in groups and code >= lo:
            groups[street][1].append((code, name))
    return [group for group in groups.values() if group[1]]


def flat(groups: list[tuple[str, list[tuple[str, str]]]]) -> list[tuple[str, str]]:
    """The same as one list, for a plain select."""
    return [(code, name if name == street else f"{street} · {name}") for street, rows in groups for code, name in rows]


def _levels(grids: bool) -> list[str]:
    return ["street", "community", "grid"] if grids else ["street", "community"]


def _like(text: str, lo: str, hi: str, grids: bool = False) -> list[tuple[str, str]]:
    """Streets and communities of that name, then those whose name begins with it, then those that hold it."""
    street, _dot, name = text.rpartition(" · ")
    if not name:
        return []
    rows = Area.objects.filter(closed_on=None, level__in=_levels(grids), code__gte=lo, code__lt=hi)
    spoken = _spoken(rows.filter(name__contains=name).order_by("code")[:LOOKED_AT])
    found = [(code, each) for code, each in spoken.items() if not street or each == text]

    def far(row: tuple[str, str]) -> tuple[bool, bool, str]:
        last = row[1].rpartition(" · ")[2]
        return last != name, not last.startswith(name), row[0]

    return sorted(found, key=far)[:OFFERED]


def _spoken(rows: Any) -> dict[str, str]:
    """Code -> `street · community`, a street alone."""
    named = dict(rows.values_list("code", "name"))
    size = LEVELS["street"]
    streets = Area.objects.filter(code__in={code[:size] for code in named}).values_list("code", "name")
    over = dict(streets) if named else {}
    return {
        code: name if len(code) <= size else f"{over.get(code[:size], '')} · {name}" for code, name in named.items()
    }
