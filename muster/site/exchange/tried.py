"""Ledgers whose loader itself says what becomes of a row: a preview is that loader, tried out and taken back.

So a preview cannot say anything else than what the load does, and a rule of a ledger stands in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from muster.kernel.areas.codes import normalise
from muster.kernel.loading import BadValue, NumberedRow, batches
from muster.kernel.posts.logins import ACT, connection
from muster.kernel.posts.models import SYSTEM
from muster.ledger.imports.drafts import (
    CHANGED,
    ERROR,
    NEW,
    Judged,
    Options,
    Verdict,
    settle,
    sound,
)  # fmt: skip
from muster.ledger.imports.people import area_codes
from muster.ledger.imports.reading.table import Table, lines

Stored = dict[Hashable, dict[str, str]]


@dataclass(frozen=True)
class Tried:
    """A loader of rows, `size` of them per transaction, and how what is stored is read before and after it.

    `stored` is a statement of a key and `columns` for an array of keys; without it the loader's report names the
    verdict of each row that it took: [number, …, verdict]. `key` is that of a row, as it is stored.
    """

    load: Callable[[Sequence[NumberedRow], Options], Mapping[str, Any]]
    size: int
    stored: str = ""
    columns: tuple[str, ...] = ()
    key: Callable[[Mapping[str, str]], Hashable] = lambda row: row["ref"]

    def judge(self, table: Table, options: Options, now: datetime) -> Judged:
        """A verdict for every row. What was written stays only where the options say so."""
        if "area" in table.values:
            area_codes(table, "area", options.by)
        judged = Judged(table, [Verdict(number) for number in table.numbers])
        index_of = {number: index for index, number in enumerate(table.numbers)}
        with nullcontext() if options.keep else transaction.atomic(using=ACT):
            for rows in batches(lines(table, sound(table)), self.size):
                self._batch(judged, rows, index_of, options)
            if not options.keep:
                transaction.set_rollback(True, using=ACT)
        settle(table, judged.verdicts)
        return judged

    def _batch(
        self, judged: Judged, rows: Sequence[NumberedRow], index_of: Mapping[int, int], options: Options
    ) -> None:
        before = self._read(rows)
        report = self.load(rows, options)
        for no in report["rejected"]:
            judged.table.find(index_of[no["row"]], ERROR, no["field"], no["reason"])
        for number, *_ref, verdict in report.get("taken", ()):
            judged.verdicts[index_of[number]].verdict = verdict
        judged.repeated += report.get("repeated", 0)
        if self.stored:
            refused = {no["row"] for no in report["rejected"]}
            self._compare(judged, [row for row in rows if row[0] not in refused], index_of, before)

    def _compare(
        self, judged: Judged, rows: Sequence[NumberedRow], index_of: Mapping[int, int], before: Stored
    ) -> None:
        after, first = self._read(rows), dict[Hashable, int]()
        for number, row in rows:
            verdict, key = judged.verdicts[index_of[number]], self.key(row)
            was, now_is = before.get(key), after.get(key, {})
            if (earlier := first.setdefault(key, number)) != number:
                judged.repeated += 1
                verdict.reason = _("Row %(row)s says the same") % {"row": earlier}
            elif was is None:
                verdict.verdict = NEW
            elif was != now_is:
                verdict.verdict = CHANGED
                verdict.change({name: (was[name], now_is[name]) for name in was if was[name] != now_is[name]})

    def _read(self, rows: Sequence[NumberedRow]) -> Stored:
        if not self.stored:
            return {}
        with connection().cursor() as cursor:
            cursor.execute(self.stored, [list({self.key(row) for _number, row in rows})])
            return {key: dict(zip(self.columns, said, strict=True)) for key, *said in cursor.fetchall()}


def area_key(row: Mapping[str, str]) -> str:
    """The code of an area as it is stored; '' for what is none."""
    try:
        return normalise(row["code"], row.get("level") or None)
    except BadValue:
        return ""


def load_areas(rows: Sequence[NumberedRow], options: Options) -> Mapping[str, Any]:
    """Areas."""
    from muster.site.territory import actions

    return actions.load_areas(by=SYSTEM, rows=rows)


def load_places(rows: Sequence[NumberedRow], options: Options) -> Mapping[str, Any]:
    """Places."""
    from muster.site.territory import actions

    return actions.load_places(by=SYSTEM, rows=rows)


def load_presence(rows: Sequence[NumberedRow], options: Options) -> Mapping[str, Any]:
    """Stays."""
    from .presence import load

    return load(rows, create_missing=options.create_missing)


def load_results(rows: Sequence[NumberedRow], options: Options) -> Mapping[str, Any]:
    """Results of laboratories. A correction that waits for two persons is not in force: listed with the rejected."""
    from muster.domains.screening import actions
    from muster.domains.screening.models.results import HELD_WHY

    plan, create = options.plan, options.create_missing
    done = actions.load_results(by=SYSTEM, rows=rows, plan=plan, history=options.history, create_missing=create)
    held = [number for number, _ref, verdict in done["taken"] if verdict == "held"]
    reason = str(HELD_WHY["correction"])
    rejected = [*done["rejected"], *({"row": number, "field": "result", "reason": reason} for number in held)]
    return done | {"rejected": sorted(rejected, key=lambda no: no["row"])}


AREAS = Tried(
    load_areas, 50_000, "SELECT code, name, level, coalesce(parent, '') FROM areas_area WHERE code = ANY(%s)",
    ("name", "level", "parent"), area_key,
)  # fmt: skip
PLACES = Tried(
    load_places, 5_000,
    "SELECT ref, name, kind, area, coalesce(lat::text, ''), coalesce(lon::text, '') FROM people_place"
    " WHERE ref = ANY(%s)",
    ("name", "kind", "area", "lat", "lon"),
)  # fmt: skip
PRESENCE = Tried(load_presence, 1_000_000)
RESULTS = Tried(load_results, 5_000)
