"""Areas that a list spells out, a column for each level: district, street, community, grid."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from muster.kernel.areas.models import Area
from muster.kernel.posts.permissions import reaches

from .reading.table import ERROR, Table

LEVELS = {"in_district": "district", "in_street": "street", "in_community": "community", "in_grid": "grid"}
_SHOWN = 10


def spelt_out(table: Table, by: Any, cells: list[str] | None) -> list[str] | None:
    """The codes of areas for the rows whose own column of areas is blank; None where no column says any.

    The names narrow one another from the top down, as far as they are known. A name that is not known, or that several
    areas bear, says nothing: it is noted, and the row goes by what stands above it.
    """
    columns = {name: table.values[name] for name in LEVELS if name in table.values}
    if not columns:
        return cells
    chains = list(zip(*columns.values(), strict=True))
    levels = [LEVELS[name] for name in columns]
    known = _known({name for chain in chains for name in chain if name}, levels)
    unclear: dict[str, None] = {}
    codes = {chain: _code(chain, levels, known, by, unclear) for chain in dict.fromkeys(chains)}
    if unclear:
        text = _("Names of areas that are not known here, or not only once: %(names)s.")
        table.notes.append(text % {"names": ", ".join(list(unclear)[:_SHOWN])})
    outside = {chain for chain, code in codes.items() if code and not reaches(by, code)}
    found = []
    for index, (own, chain) in enumerate(zip(cells or [""] * len(chains), chains, strict=True)):
        if not own and chain in outside:
            column = next(name for name, said in zip(columns, chain, strict=True) if said)
            table.find(index, ERROR, column, _("This area lies outside yours"))
        found.append(own or codes[chain])
    return found


Known = dict[tuple[str, str], list[str]]  # (level, name or code) -> codes


def _known(said: set[str], levels: list[str]) -> Known:
    areas = Area.objects.filter(Q(name__in=said) | Q(code__in=said), level__in=levels, closed_on=None)
    found: Known = {}
    for level, name, code in areas.values_list("level", "name", "code"):
        found.setdefault((level, name), []).append(code)
        found[level, code] = [code]
    return found


def _code(chain: tuple[str, ...], levels: list[str], known: Known, by: Any, unclear: dict[str, None]) -> str:
    code = ""
    for level, name in zip(levels, chain, strict=True):
        if not name:
            continue
        codes = [each for each in known.get((level, name), ()) if each.startswith(code)]
        if len(codes) > 1:
            codes = [each for each in codes if reaches(by, each)]
        if len(codes) != 1:
            unclear[name] = None
            break
        code = codes[0]
    return code
