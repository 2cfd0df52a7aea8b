"""Lists of contacts: each row names its case, and the person by a reference or by what it says of them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.domains.tracing.actions.loads import load_contacts
from muster.domains.tracing.loading import cells
from muster.domains.tracing.loading import contacts as rules
from muster.domains.tracing.models import Contact
from muster.kernel.loading import new_report
from muster.kernel.people import crypto
from muster.kernel.people.actions import bare_places
from muster.kernel.posts.models import SYSTEM
from muster.ledger.imports.drafts import CHANGED, ERROR, NEW, UNCHANGED, Effect, Judged, Options, Verdict, settle, sound
from muster.ledger.imports.reading.table import Table, lines

from .cases import _plain, _shown
from .persons import Persons

ROW = ("case", "ring", "reason", "place", "first_at", "last_at", "minutes", "area")


def judge(table: Table, options: Options, now: datetime) -> Judged:
    """A verdict for every row of a list of contacts."""
    persons = Persons(table, options, fallback=_by_name)
    index_of = {number: index for index, number in enumerate(table.numbers)}
    report = new_report()
    read = rules.read(_rows(table, sound(table)), now, report)
    for no in report["rejected"]:
        table.find(index_of[no["row"]], ERROR, no["field"], no["reason"])
    verdicts = [Verdict(number) for number in table.numbers]
    cases = cells.cases(row.case for row in read)
    places = cells.places((row.place for row in read), False, None, now)
    there = Contact.objects.filter(case__in={case.pk for case in cases.values()})
    stored = {(row.case_id, row.person_id): row for row in there}
    first: dict[Any, rules.ContactRow] = {}
    again = 0
    for row in read:
        index = index_of[row.number]
        row.of, row.at = cases.get(row.case), places.get(row.place)
        match = persons.match(index)
        if fault := _fault(row, match, persons, options):
            table.find(index, ERROR, *fault)
            continue
        person = match.id if match.new else persons.canonical(match.id)
        before = first.setdefault((row.of.pk, person), row)
        if before is not row:
            if before.said() == row.said():
                again += 1
            else:
                text = _("The same contact stands otherwise in row %(row)s") % {"row": before.number}
                table.find(index, ERROR, "person", text)
            continue
        _say(verdicts[index], row, stored.get((row.of.pk, person)), match)
    settle(table, verdicts)
    return Judged(table, verdicts, persons, again)


def take(judged: Judged, indexes: Sequence[int], options: Options, now: datetime, op: UUID | None) -> Effect:
    """Write persons and contacts, in the caller's transaction."""
    persons = judged.work
    effect = persons.store(indexes, now)
    rows = _rows(judged.table, indexes)
    if options.create_missing and (refs := sorted({row["place"] for _n, row in rows if row["place"]})):
        bare_places(by=SYSTEM, refs=refs)
    for index, (_number, row) in zip(indexes, rows, strict=True):
        row["person"] = persons.name(index)
    cases = cells.cases(row["case"] for _number, row in rows)
    before = Contact.objects.filter(case__in={case.pk for case in cases.values()})
    stood = {row.pk: {"contact": str(row.pk), **{n: _flat(getattr(row, n)) for n in rules.CONTENT}} for row in before}
    report = load_contacts(by=SYSTEM, rows=rows, history=options.history, now=now, op=op)
    effect.refused = [(no["row"], no["field"], no["reason"]) for no in report["rejected"]]
    after = {row.pk: row for row in Contact.objects.filter(case__in={case.pk for case in cases.values()})}
    effect.made["tracing_contact"] = [str(pk) for pk in after.keys() - stood.keys()]
    now_is = {pk: {name: _flat(getattr(row, name)) for name in rules.CONTENT} for pk, row in after.items()}
    for pk, kept in stood.items():
        if now_is[pk] | {"contact": str(pk)} != kept:
            effect.before.append(kept | {"after": now_is[pk]})
    return effect


def _rows(table: Table, indexes: Sequence[int]) -> list[Any]:
    return [
        (number, {name: row.get(name, "") for name in ROW} | {"person": "-"}) for number, row in lines(table, indexes)
    ]


def _by_name(table: Table, index: int) -> str:
    """Somebody of whom a list says no more than the name is known again by name and case; the reference hides it."""
    values = table.values
    parts = [values[name][index] for name in ("name", "last_name", "first_name") if name in values]
    case = values.get("case", [""] * (index + 1))[index]
    if not any(parts) or not case:
        return ""
    digest = crypto.blind_index("contact", case, "|".join(parts))
    return "contact " + base64.b32encode(digest)[:10].decode().lower()


def _fault(row: rules.ContactRow, match: Any, persons: Persons, options: Options) -> tuple[str, str] | None:
    if row.of is None:
        return "case", _("There is no case with this reference")
    if match is None:
        return "person", _("There is no person with this reference")
    if match.error:
        return match.error
    if not match.new and persons.canonical(match.id) == row.of.person_id:
        return "person", _("This is the case itself")
    if row.place and row.at is None and not options.create_missing:
        return "place", _("There is no place with this reference")
    return None


def _say(verdict: Verdict, row: rules.ContactRow, stored: Contact | None, match: Any) -> None:
    changes = dict(match.changes)
    if stored is not None:
        for name, said in row.said().items():
            if (old := getattr(stored, name)) != said:
                changes[name.removesuffix("_id")] = (_shown(old), _shown(said))
    verdict.verdict = NEW if stored is None else CHANGED if changes else UNCHANGED
    if stored is not None and changes:
        verdict.change(changes)


def _flat(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else _plain(value)
