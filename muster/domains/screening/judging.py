"""Rows about tubes as a laboratory sent them, judged before anything is written: for a preview and for the write."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from muster.kernel import plans
from muster.kernel.loading import cell
from muster.kernel.operations.errors import Invalid

from . import queries, rules
from .models import Batch, Laboratory, Tube
from .models.results import HELD_WHY
from .stated import check_ct, plan_for, read_ct, read_result

A_DAY = timedelta(hours=24)
COLUMNS = ("tube", "result", "ct_orf", "ct_n")
NEW, UNCHANGED, HELD, REJECTED = "new", "unchanged", "held", "rejected"


@dataclass
class Line:
    """One row: the tube that it names, what it says, and its verdict; a held one says why (a word of HELD_WHY)."""

    number: int
    code: str
    tube: Tube | None = None
    result: str = ""
    cycles: tuple[float | None, float | None] = (None, None)
    verdict: str = ""
    column: str = ""
    why: str = ""

    @property
    def reason(self) -> str:
        """Why it is not simply taken, in words."""
        return str(HELD_WHY[self.why]) if self.verdict == HELD else self.why


@dataclass
class Judged:
    """A batch with a verdict for every row; `odd` holds all of it for a second person, for these `figures`."""

    lines: list[Line] = field(default_factory=list)
    odd: str = ""
    figures: dict[str, Any] = field(default_factory=dict)

    def of(self, verdict: str) -> list[Line]:
        """The lines with a verdict."""
        return [line for line in self.lines if line.verdict == verdict]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each verdict."""
        return {verdict: len(self.of(verdict)) for verdict in (NEW, UNCHANGED, HELD, REJECTED)}

    @property
    def why(self) -> str:
        """Why something in it is held: what holds the batch, else what holds its first held row."""
        return self.odd or next((line.why for line in self.of(HELD)), "")

    @property
    def why_text(self) -> str:
        """Why the batch waits, in words, with the figures that tripped the rule."""
        return str(Batch(why=self.odd, figures=self.figures).why_text)


def judge(
    rows: Sequence[Mapping[str, Any]], laboratory: Any, now: datetime, stated: Mapping[str, int] | None, digest: str,
    lock: bool,
) -> Judged:  # fmt: skip
    """Judge rows (tube, result, ct_orf, ct_n) of a laboratory (its id).

    Raises Invalid for a batch that is refused as a whole: its rows do not bear out what the sender said is in it, or
    are not those of which the sender took the digest.
    """
    judged = Judged([_read(number, row) for number, row in enumerate(rows, start=1)])
    if stated is not None and (differs := rules.unreconciled([line.result for line in judged.lines], stated)):
        what, said, found = differs
        values = {"said": said, "what": what, "found": found}
        text = _("Refused: %(what)s is stated as %(said)s, but the rows have %(found)s. Nothing was taken.") % values
        raise Invalid("stated", text)
    if digest and digest.casefold() != digest_of(rows):
        raise Invalid("digest", _("Refused: these are not the rows of which the digest was taken. Nothing was taken."))
    tubes = queries.received_tubes({line.code for line in judged.lines}, laboratory, lock=lock)
    for line in judged.lines:
        _find(line, tubes)
    _contradictions(judged.lines)
    judged.odd, judged.figures = _odd(judged.of(""), laboratory, now)
    for line in judged.of(""):
        _settle(line, judged.odd)
    return judged


def digest_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 in hexadecimal over a line for each row, in order: the four cells with tabs between, and a line feed."""
    text = "".join("\t".join(cell(row.get(name)) for name in COLUMNS) + "\n" for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()


def _read(number: int, row: Mapping[str, Any]) -> Line:
    """A row by itself."""
    line = Line(number, cell(row.get("tube")))
    try:
        line.result = read_result(row.get("result"))
        line.cycles = read_ct("ct_orf", row.get("ct_orf")), read_ct("ct_n", row.get("ct_n"))
    except Invalid as no:
        line.verdict, line.column, line.why = REJECTED, no.field, str(no.message)
    return line


def _find(line: Line, tubes: dict[str, Tube]) -> None:
    """The tube of a row, and what the row says of it. A pool is never positive: it makes its members suspect."""
    try:
        line.tube = tubes.get(line.code)
        if line.tube is None:
            raise Invalid("tube", _("This laboratory has not received such a tube."))
        if line.verdict:
            return
        if line.result == "untested":
            raise Invalid("result", _("Give up the tube instead, and say what happened."))
        single = line.tube.members == 1
        found = "positive" if line.result == "pool_suspect" and single else line.result
        round_ = line.tube.round
        check_ct(found, *line.cycles, plan_for(round_.disease, line.tube.opened_at, round_.plan), False)
        line.result = "pool_suspect" if found == "positive" and not single else found
    except Invalid as no:
        line.verdict, line.column, line.why = REJECTED, no.field, str(no.message)


def _contradictions(lines: Sequence[Line]) -> None:
    """Rows of one tube that say different things: none of them is taken."""
    said: dict[str, set[Any]] = {}
    for line in lines:
        if not line.verdict:
            said.setdefault(line.code, set()).add((line.result, line.cycles))
    for line in lines:
        if not line.verdict and len(said[line.code]) > 1:
            line.verdict, line.column = REJECTED, "tube"
            line.why = _("This tube is in the batch with different results.")


def _odd(lines: Sequence[Line], laboratory: Any, now: datetime) -> tuple[str, dict[str, Any]]:
    """Why the whole batch waits for a second person, with the figures: its rates, or those of the day with it; more
    than can be tested. ('', {}) where it does not.

    The singles of suspect pools are expected to be positive, so they do not count for that rate; a batch with nothing
    found in it is not held for what the day has found.
    """
    fresh = [line for line in lines if line.tube and not line.tube.result]
    if not fresh:
        return "", {}
    figures = plans.edition(fresh[0].tube.round.plan).samples  # type: ignore[union-attr]
    batch = Counter(line.result for line in fresh if not line.tube.retest_of_id)  # type: ignore[union-attr]
    reported, tested = queries.reported_since(laboratory, now - A_DAY)
    capacity = Laboratory.objects.filter(pk=laboratory).values_list("tubes_a_day", flat=True).first()
    if capacity is not None and tested + len(fresh) > capacity:
        return "capacity", {"of": "capacity", "total": tested + len(fresh), "tested": tested, "bound": capacity}
    if figures is None:
        return "", {}
    bounds = figures.odd_from, figures.odd_percent
    found = rules.found_of(batch)
    for of, counted in (("batch", batch), ("day", batch + reported)):
        why = rules.odd_rates(counted, *bounds)
        if why and (of == "batch" or found[why]):
            many, total = rules.found_of(counted)[why], sum(counted.values())
            said = {"of": of, "many": many, "total": total, "percent": 100 * many // total}
            return why, said | {"least": bounds[0], "bound": bounds[1]}
    return "", {}


def _settle(line: Line, odd: str) -> None:
    """The verdict of a row whose tube is here and whose values fit one another."""
    tube = line.tube
    assert tube is not None
    if line.result == tube.result and line.cycles == (tube.ct_orf, tube.ct_n):
        line.verdict = UNCHANGED
    elif tube.result or tube.claimed or odd:
        line.verdict, line.why = HELD, odd if odd and not tube.result else "flip"
    else:
        line.verdict = NEW
