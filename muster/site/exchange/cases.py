"""Lists of cases: each row may bring its person along, and is explained where its values are odd."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.domains.tracing.actions.loads import load_cases
from muster.domains.tracing.loading import cases as rules
from muster.domains.tracing.loading import cells
from muster.domains.tracing.models import Case, Link
from muster.kernel import clock, plans
from muster.kernel.loading import new_report
from muster.kernel.posts.models import SYSTEM
from muster.ledger.imports.drafts import CHANGED, ERROR, NEW, UNCHANGED, Effect, Judged, Options, Verdict, settle, sound
from muster.ledger.imports.reading.table import REMARK, Table, lines

from .persons import Persons

BEFORE_PLANS = timedelta(days=3 * 366)  # how long before its first edition a disease is still read by that one
TOLD = ("confirmed", "asymptomatic")
ROW = ("ref", "disease", "onset_on", "confirmed_at", "classification", "source_case")


def fill(said: str, missing: set[str]) -> dict[str, str]:
    """The disease that a title or a file's name speaks of."""
    from muster.ledger.imports.reading.shapes import plain, shapes

    if "disease" not in missing:
        return {}
    text = plain(said)
    words = {
        word: code for word, code in shapes()["cases"].words["disease"].items() if len(word) > 3 or not word.isascii()
    }
    found = {code for word, code in words.items() if word in text}
    return {"disease": found.pop()} if len(found) == 1 else {}


def whole(judged: Judged) -> bool:
    """Sources may stand in later rows: then the list comes in one piece."""
    return any(judged.table.values.get("source_case", ()))


def judge(table: Table, options: Options, now: datetime) -> Judged:
    """A verdict for every row of a list of cases."""
    _confirmed_when_reported(table)
    _deleted(table)
    persons = Persons(table, options, fallback=_bare)
    taken = sound(table)
    rows = _rows(table, taken, options)
    _say_early(table, taken, rows, options)
    verdicts = [Verdict(number) for number in table.numbers]
    index_of = {number: index for index, number in enumerate(table.numbers)}
    report = new_report()
    read = rules.read(rows, options.plan, now, report)
    stored = cells.cases(row.ref for row in read)
    first: dict[str, rules.CaseRow] = {}
    for row in read:
        index = index_of[row.number]
        row.case = stored.get(row.ref)
        before = first.setdefault(row.ref, row)
        if fault := _fault(row, before, persons, index, index_of):
            table.find(index, ERROR, *fault)
    bad = _bad(table)
    read = rules.with_sources([row for row in read if row.number not in bad], report)
    for no in report["rejected"]:
        table.find(index_of[no["row"]], ERROR, no["field"], no["reason"])
    linked = _linked(read)
    again = 0
    for row in read:
        index = index_of[row.number]
        again += first[row.ref] is not row
        _say(verdicts[index], row, persons.match(index), linked, first[row.ref] is row)
    settle(table, verdicts)
    return Judged(table, verdicts, (persons, {index_of[row.number]: row for row in read}), again)


def take(judged: Judged, indexes: Sequence[int], options: Options, now: datetime, op: UUID | None) -> Effect:
    """Write persons and cases, in the caller's transaction."""
    persons, _read = judged.work
    effect = persons.store(indexes, now)
    rows = _rows(judged.table, indexes, options)
    for index, (_number, row) in zip(indexes, rows, strict=True):
        row["person"] = persons.name(index)
    known = set(Case.objects.filter(ref__in=[row["ref"] for _n, row in rows]).values_list("ref", flat=True))
    effect.before += _before(known)
    report = load_cases(by=SYSTEM, rows=rows, plan=options.plan, history=options.history, now=now, op=op)
    effect.refused = [(no["row"], no["field"], no["reason"]) for no in report["rejected"]]
    fresh = {row["ref"] for _n, row in rows} - known
    after = {row["case"]: row for row in _before(known)}
    effect.before = [row for row in effect.before if "case" not in row or row != after[row["case"]]]
    for row in effect.before:
        if "case" in row:
            row["after"] = after[row["case"]]
    effect.made["tracing_case"] = [str(pk) for pk in Case.objects.filter(ref__in=fresh).values_list("pk", flat=True)]
    return effect


def _rows(table: Table, indexes: Sequence[int], options: Options) -> list[Any]:
    """Rows for the loader, each with the edition under which it is kept."""
    found = []
    for number, row in lines(table, indexes):
        line = {name: row.get(name, "") for name in ROW}
        day = (row.get("onset_on") or row.get("confirmed_at") or row.get("reported_on") or "")[:10]
        plan, early = _edition(row.get("disease", ""), day)
        found.append((number, line | {"person": "-", "plan": "" if early and not options.history else plan}))
    return found


def _say_early(table: Table, indexes: Sequence[int], rows: list[Any], options: Options) -> None:
    if options.plan or not options.history:
        return
    for index, (_number, row) in zip(indexes, rows, strict=True):
        day = (row["onset_on"] or row["confirmed_at"])[:10]
        if day and _edition(row["disease"], day)[1]:
            text = _("No plan was in force on that day; kept under the first one, %(plan)s") % {"plan": row["plan"]}
            table.find(index, REMARK, "disease", text)


@lru_cache(maxsize=10_000)
def _edition(disease: str, day: str) -> tuple[str, bool]:
    """The edition for a row, if the loader would not find one itself; and whether it began only afterwards."""
    if not day or disease not in plans.diseases():
        return "", False
    try:
        on = date.fromisoformat(day)
        return plans.in_force(disease, on).edition, False
    except plans.NoPlan:
        first = next((plan for plan in plans.editions() if plan.disease == disease and plan.effective_from), None)
        soon = first and on < first.effective_from <= on + BEFORE_PLANS
        return (first.edition, True) if first and soon else ("", False)
    except ValueError:
        return "", False


def _confirmed_when_reported(table: Table) -> None:
    """Where a list gives no day of confirmation, that of the report stands for it."""
    if "confirmed_at" in table.values or "reported_on" not in table.values:
        return
    kinds = table.values.get("classification") or [""] * len(table.numbers)
    reported = table.values["reported_on"]
    table.values["confirmed_at"] = [day if kind in TOLD else "" for day, kind in zip(reported, kinds, strict=True)]
    if any(table.values["confirmed_at"]):
        table.notes.append(_("There is no day of confirmation; the day of the report stands for it."))


def _deleted(table: Table) -> None:
    for index, kind in enumerate(table.values.get("classification", ())):
        if kind == "deleted":
            table.find(index, ERROR, "classification", _("The sender has deleted this case"))


def _bare(table: Table, index: int) -> str:
    """The reference of a person of whom only the case is known."""
    ref = table.values["ref"][index]
    return f"case {ref}" if ref else ""


def _fault(
    row: rules.CaseRow, first: rules.CaseRow, persons: Persons, index: int, index_of: dict[int, int]
) -> tuple[str, str] | None:
    match = persons.match(index)
    if match is None:
        return "person", _("There is no person with this reference")
    if match.error:
        return match.error
    if first is not row and ((first.content != row.content) or persons.match(index_of[first.number]).id != match.id):
        return "ref", _("The same case stands otherwise in row %(row)s") % {"row": first.number}
    if row.case and not match.new and row.case.person.canonical_id != persons.canonical(match.id):
        return "person", _("This case is known with another person")
    if row.case and match.new:
        return "person", _("This case is known with another person")
    return None


def _bad(table: Table) -> set[int]:
    return {
        table.numbers[index] for index, found in table.findings.items() if any(each.kind == ERROR for each in found)
    }


def _linked(rows: list[rules.CaseRow]) -> set[tuple[Any, str]]:
    """(case, name of its source) of the links that are there."""
    targets = [row.case.pk for row in rows if row.case and row.sources]
    found = Link.objects.filter(target__in=targets).values_list("target", "source__ref", "source__number")
    return {(target, name) for target, ref, number in found for name in (ref, number)}


def _say(verdict: Verdict, row: rules.CaseRow, match: Any, linked: set[Any], first: bool) -> None:
    """New, changed (the case, its sources, or what is known of the person), or unchanged."""
    changes = dict(match.changes)
    if row.case:
        for name in rules.CONTENT:
            said, stored = getattr(row, name), getattr(row.case, name)
            if said and said != stored:
                changes[name] = (_shown(stored), _shown(said))
        if fresh := [source for source in row.sources if (row.case.pk, source) not in linked]:
            changes["source_case"] = ("", ", ".join(fresh))
    verdict.verdict = NEW if row.case is None else CHANGED if changes else UNCHANGED
    if row.case is None and not first:
        verdict.verdict = NEW if row.sources else UNCHANGED
    if row.case and changes:
        verdict.change(changes)


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(clock.zone()).isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _before(refs: set[str]) -> list[dict[str, Any]]:
    """What stood in the cases that a batch changes."""
    rows = Case.objects.filter(ref__in=refs)
    return [{"case": str(row.pk), **{name: _plain(getattr(row, name)) for name in rules.CONTENT}} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
