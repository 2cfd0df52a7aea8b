"""Where somebody goes, as a form asks it: a list of few places, or a box for a part of the name where there are many.

The box needs no script: a text that fits several places is asked for again, with these to choose from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.codes import LEVELS
from muster.kernel.areas.models import Area
from muster.kernel.operations.errors import Invalid
from muster.web.page import page

from . import forms

FEW = 100  # places in a list; more are searched
OFFERED, LOOKED_AT = 20, 300
LAST = "￿"  # behind every code


@page("arrivals/areas/", name="arrivals:areas", needs="arrivals.see_arrivals")
def areas(request: HttpRequest) -> HttpResponse:
    """Places that hold the text, as the options of a field that is being typed in."""
    post, given = request.post_held, request.GET
    text = given.get("to_area", "") or given.get("area", "")
    found = _like(text.strip(), *(("", LAST) if "to_area" in given else (post.lo or "", post.hi or "")))
    return render(request, "arrivals/parts/where_options.html", {"places": found})


def asked(values: Any, name: str, lo: str = "", hi: str = LAST, errors: Any = None) -> dict[str, Any]:
    """What `arrivals/parts/where.html` shows: the list, empty where it is too long; what a typed text may mean."""
    text = (values or {}).get(name, "").strip()
    listed = forms.flat(forms.destinations(lo, hi, most=FEW))
    if not listed and text.isascii():
        text = _spoken(Area.objects.filter(code=text)).get(text, text)
    meant = _like(text, lo, hi) if not listed and name in (errors or {}) else []
    return {
        "name": name, "text": text, "chosen": f"{name}_code", "areas": listed, "meant": meant, "values": {name: text},
    }  # fmt: skip


def said(given: Mapping[str, str], name: str, lo: str = "", hi: str = LAST) -> str:
    """The code of the place that a form names, empty where it names none. Raises Invalid where it may be several."""
    text, chosen = given.get(name, "").strip(), given.get(f"{name}_code", "")
    if chosen and given.get(f"{name}_for", "").strip() == text:
        return chosen
    if text.isascii():  # a list gives codes, and the action looks at them
        return text
    found = _like(text, lo, hi)
    same = [code for code, spoken in found if text in (spoken, spoken.rpartition(" · ")[2])]
    if len(same or found) == 1:
        return (same or [found[0][0]])[0]
    raise Invalid(name, _("Choose which place is meant.") if found else _("No community and no street is called so."))


def _like(text: str, lo: str, hi: str) -> list[tuple[str, str]]:
    """Streets and communities of that name, then those whose name begins with it, then those that hold it."""
    street, _dot, name = text.rpartition(" · ")
    if not name:
        return []
    rows = Area.objects.filter(closed_on=None, level__in=["street", "community"], code__gte=lo, code__lt=hi)
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
