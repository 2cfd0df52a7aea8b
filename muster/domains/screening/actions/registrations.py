"""Registering samples: batches of idempotent operations, set-based. The order in which the server gets them decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.errors import DeadlockDetected, UniqueViolation

from muster.kernel import ids
from muster.kernel.areas.codes import within
from muster.kernel.areas.words import explain
from muster.kernel.loading import BadValue
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import identifiers, loading
from muster.kernel.people.crypto import blind_index
from muster.kernel.people.models import Person, PersonDetails
from muster.kernel.posts.logins import connection
from muster.kernel.posts.permissions import reaches, require

from .. import queries, registering, swabs
from ..models import Registration, Round, Tube
from ..registering import UNDO_WITHIN, Record
from ..swabs import Held

MOST_RECORDS = 500
TRIES = 6  # alone, then among rivals, in turn; somebody who writes alone may still wait for one of them
NEW, KNOWN, REJECTED = "new", "known", "rejected"
NOT_TAKEN = gettext_lazy("The round is not open, or these are more than 500 records.")
NOBODY = str(UUID(int=0))
NAMES_ONE = ("id_card", "passport")  # kinds of number that are one person's, so that a name may follow later
Before = dict[str, tuple[str, str]]  # tube and review of swabs that were written before, by op


@dataclass
class Batch:
    """A batch on its way: the round, what each record became, and the tubes by their codes."""

    by: Any
    round: Round
    now: datetime
    cursor: CursorWrapper
    before: Before  # swabs that were sent before
    verdicts: dict[int, str | dict[str, Any]] = field(default_factory=dict)  # the word alone where it says everything
    tubes: dict[str, Held] = field(default_factory=dict)

    def reject(self, number: int, op: Any, where: str, why: Any) -> None:
        """The record is not taken; the device keeps it, and shows why."""
        self.verdicts[number] = {"op": str(op), "verdict": REJECTED, "field": where, "reason": str(why)}

    def take(self, number: int, record: Record, verdict: str) -> None:
        """The record is taken, now or before."""
        review = record.review
        self.verdicts[number] = {"op": record.op, "verdict": verdict, "review": review} if review else verdict

    def told(self, read: list[tuple[int, Record]]) -> tuple[str, dict[str, dict[str, Any]]]:
        """What most records became, and what each of the others did, by its number as JSON takes it."""
        plain = Counter(each for each in self.verdicts.values() if isinstance(each, str))
        usual = max(plain, key=plain.__getitem__, default=NEW)
        odd = {str(number): each for number, each in self.verdicts.items() if isinstance(each, dict)}
        if len(plain) > 1:
            for number, record in read:
                word = self.verdicts[number]
                if isinstance(word, str) and word != usual:
                    odd[str(number)] = {"op": record.op, "verdict": word, "review": ""}
        return usual, odd


def register(
    *, by: Any, round: Round, records: Sequence[Mapping[str, Any]], now: datetime | None = None, op: UUID | None = None
) -> dict[str, Any]:
    """Take a batch of a device's records (`register`, `undo`, `seal`), up to 500; a verdict for each, in their order.

    Each record has an `op` of its own: sent again, alone or in another batch, it counts once and its verdict is
    `known`. What contradicts (a second swab, a sealed tube) is kept and marked for review; only what cannot be read,
    or belongs elsewhere, is rejected. Of the `round` only the id is asked. Raises Round.DoesNotExist, and Invalid for
    one that is not open, or too many records.
    """
    given: dict[str, Any] = {"by": by, "round": round, "records": records, "now": now, "op": op}
    for left in reversed(range(TRIES)):
        try:
            with swabs.among_rivals(left + 1 < TRIES):
                answer = _register(**given)
            break
        except (UniqueViolation, DeadlockDetected, OperationalError) as met:
            if not left or (isinstance(met, OperationalError) and not isinstance(met.__cause__, DeadlockDetected)):
                raise
    odd, usual = answer["odd"], answer["usual"]
    if odd:
        verdicts = [
            odd.get(str(number)) or {"op": registering.id_of(row, "op"), "verdict": usual, "review": ""}
            for number, row in enumerate(records)
        ]
    else:
        verdicts = [{"op": op, "verdict": usual, "review": ""} for op in registering.ids_of(records, "op")]
    return {"verdicts": verdicts, "tubes": answer["tubes"]}


@action("screening.register")
def _register(
    *, by: Any, round: Round, records: Sequence[Mapping[str, Any]], now: datetime, op: UUID | None = None
) -> dict[str, Any]:
    """Do it. The answer is remembered with the operation, so it says once what most records became."""
    if len(records) > MOST_RECORDS:
        raise Invalid("records", NOT_TAKEN)
    read, wrong = registering.read_all(records, now)
    seen = swabs.look(
        round.pk,
        {record.tube for _n, record in read},
        {record.site for _n, record in read if record.site},
        (record.op for _n, record in read if record.do == "register"),
    )
    require(by, "screening.register", nearest(by, seen.round))
    if seen.round.opened_at is None:
        raise Invalid("records", NOT_TAKEN)
    with connection().cursor() as cursor:
        batch = Batch(by, seen.round, now, cursor, seen.before)
        for number, no in wrong.items():
            batch.reject(number, records[number].get("op"), no.field, no.message)
        _place(batch, read, seen)
        for run in registering.runs([(n, r) for n, r in read if n not in batch.verdicts]):
            _samples(batch, [(n, r) for n, r in run if r.do == "register"])
            for number, record in run:
                if number not in batch.verdicts:
                    (_undo if record.do == "undo" else _seal)(batch, number, record)
    if empty := [tube for tube in batch.tubes.values() if tube.fresh]:  # none of its swabs was taken
        swabs.make_tubes(empty, batch.round.id, now)
    tubes = {code: {"members": tube.members, "sealed": tube.sealed} for code, tube in batch.tubes.items()}
    usual, odd = batch.told(read)
    return {"usual": usual, "odd": odd, "tubes": tubes}


def nearest(by: Any, round: Round) -> str:
    """The post's own area where it lies in the round or holds a part of it, else the round's: that is refused."""
    meets = any(within(by.area, area) or within(area, by.area) for area in round.areas)
    return by.area if meets else round.area


def _place(batch: Batch, read: list[tuple[int, Record]], seen: swabs.Seen) -> None:
    """The tubes that the records name: those that are there, and new ones, which are made with their first swabs."""
    reached = {site for site, area in seen.areas.items() if reaches(batch.by, area)}
    named: set[str] = set()
    fresh: dict[str, Held] = {}
    for number, record in read:
        if record.do != "register":
            continue
        code = record.tube
        if record.site not in reached:
            batch.reject(number, record.op, "site", _("This sampling site is not in your area."))
        elif code not in named:
            named.add(code)
            if code not in seen.tubes:
                fresh[code] = Held(
                    code, str(ids.uuid7()), str(batch.round.id), seen.areas[record.site], record.capacity, fresh=True,
                    site=record.site, desk=record.desk, household=record.household,
                )  # fmt: skip
    batch.tubes = swabs.among(seen, fresh, batch.now)
    ours = {
        code
        for code, tube in batch.tubes.items()
        if tube.round == str(batch.round.id) and (code in named or reaches(batch.by, tube.area))
    }
    for number, record in read:
        if record.tube not in ours and number not in batch.verdicts:
            batch.reject(number, record.op, "tube", _("There is no such tube here, or it belongs to another round."))


def _samples(batch: Batch, read: list[tuple[int, Record]]) -> None:
    """Write the swabs: who they are, where they lie, whether they count; all at once."""
    if not read:
        return
    _identify(batch, read)
    read = [(number, record) for number, record in read if number not in batch.verdicts]
    inside = {code: tube.members for code, tube in batch.tubes.items()}
    rows: dict[str, Record] = {}
    for _number, record in read:
        if record.op in rows or record.op in batch.before:
            continue
        inside[record.tube] = place = inside[record.tube] + 1
        record.review = record.review or _doubt(record, batch.tubes[record.tube], place)
        record.position = record.position or place
        rows[record.op] = record
    written = swabs.register(batch.round, batch.tubes, [*rows.values()], by=batch.by.id, now=batch.now) if rows else {}
    for number, record in read:
        review = written.pop(record.op, None)
        if review is not None:
            tube = batch.tubes[record.tube]
            tube.members += 1
            record.review = review
            batch.before[record.op] = tube.id, review
            batch.take(number, record, NEW)
    _known(batch, [(number, record) for number, record in read if number not in batch.verdicts])


def _doubt(record: Record, tube: Held, place: int) -> str:
    """Why somebody must look at this sample, '' if nobody must."""
    if tube.sealed:
        return "after_seal"
    if place > tube.capacity:
        return "overfull"
    return "shared" if record.base is not None and record.base != place - 1 else ""


def _known(batch: Batch, read: list[tuple[int, Record]]) -> None:
    """Records that wrote nothing: they were there before, or their person is not known."""
    if late := [record.op for _number, record in read if record.op not in batch.before]:
        batch.before |= swabs.sampled_before(late)
    for number, record in read:
        tube, review = batch.before.get(record.op, ("", ""))
        if not tube:
            batch.reject(number, record.op, "person", _("There is no person with this code."))
        elif tube != batch.tubes[record.tube].id:
            batch.reject(number, record.op, "op", _("This operation was used before with another payload."))
        else:
            record.review = review
            batch.take(number, record, KNOWN)


def _identify(batch: Batch, read: list[tuple[int, Record]]) -> None:
    """Find the persons of records that say a number or a name; make a record for those whom nobody knows.

    A number of several people is nobody's: a new record is made, to be merged by somebody who looks.
    """
    asking = [(number, record) for number, record in read if record.person is None]
    if not asking:
        return
    coded = queries.coded((record.number for _number, record in asking), batch.now)
    said: dict[int, list[bytes]] = {}
    for number, record in asking:
        said[number] = [blind_index(*reading) for reading in queries.readings_of(record.number)]
    owners = queries.owners({index for indexes in said.values() for index in indexes})
    for number, record in asking:
        found = {owner for index in said[number] for owner in owners.get(index, ())}
        if record.op in batch.before:
            record.person = NOBODY  # not looked up: the swab is there already
        elif record.number in coded:
            record.person = str(coded[record.number])
        elif len(found) == 1:
            record.person = str(found.pop())
        else:
            record.review = "several" if found else record.review
            _make_person(batch, number, record, said[number], owners)


def _make_person(batch: Batch, number: int, record: Record, indexes: list[bytes], owners: dict) -> None:
    """A new record at the site's area. An identity number or passport alone is somebody to be named later, in review;
    of a phone, which several may share, or what cannot be read, the name is needed too: rejected.
    """
    if not record.name and record.review != "several":
        if not any(reading.kind in NAMES_ONE for reading in queries.readings_of(record.number)):
            batch.reject(number, record.op, "name", _("Nobody is recorded with this number. Enter the name too."))
            return
        record.review = "unnamed"
    given = {"name": record.name, "area": batch.tubes[record.tube].area}
    if record.number:
        kind = "phone" if _is_phone(record.number) else "id_number"
        given[kind] = record.number
    try:
        person = loading.add_one(batch.cursor, given, batch.now)
    except Invalid as no:
        batch.reject(number, record.op, "number", no.message)
        return
    record.person = str(person)
    for index in indexes:
        owners.setdefault(index, set()).add(person)


def _is_phone(number: str) -> bool:
    try:
        identifiers.read("phone", number)
    except BadValue as error:
        explain(error)
        return False
    return True


def _undo(batch: Batch, number: int, record: Record) -> None:
    """Take a swab back, within the minute by the device's own clock, while the tube is not sealed."""
    row = Registration.objects.select_for_update().filter(op=record.target).first()
    tube = batch.tubes[record.tube]
    if row is None or str(row.tube_id) != tube.id:
        batch.reject(number, record.op, "target", _("There is no such sample in this tube."))
    elif row.void_op and str(row.void_op) == record.op:
        batch.take(number, record, KNOWN)
    elif row.voided_at or tube.sealed or not row.device_at <= record.at <= row.device_at + UNDO_WITHIN:
        batch.reject(number, record.op, "target", _("Too late: the minute is over, or the tube is sealed."))
    else:
        void(batch.cursor, row, op=UUID(record.op), now=batch.now)
        tube.members -= 1
        batch.take(number, record, NEW)


def void(cursor: CursorWrapper, row: Registration, *, op: UUID | None, now: datetime) -> None:
    """A swab is no longer in its tube; if it counted, another one of the person in this round counts instead."""
    Registration.objects.filter(pk=row.pk).update(voided_at=now, void_op=op)
    cursor.execute("UPDATE screening_tube SET members = members - 1 WHERE id = %s", [row.tube_id])
    if row.counts:
        Registration.objects.filter(pk=row.pk).update(counts=False)
        queries.uncount(cursor, row.round_id, row.area)
        queries.count_heirs(cursor, [row.tube_id])


@action("screening.settle_review")
def settle_review(
    *, by: Any, registration: Registration, keep: bool, name: str = "", now: datetime, op: UUID | None = None
) -> Registration:
    """Somebody has looked at a doubtful sample: it stays, or it is taken out of its tube. Raises Invalid if settled.

    Whoever was registered by a number alone gets the `name`, unless a register named them since.
    """
    row = Registration.objects.select_for_update().get(pk=registration.pk)
    require(by, "screening.settle_review", row.site_area)
    if not row.review or row.reviewed_at:
        raise Invalid("review", _("Somebody has looked at this sample already."))
    if keep and row.review == "unnamed":
        _name(row, name, now)
    Registration.objects.filter(pk=row.pk).update(reviewed_at=now)
    if not keep and row.voided_at is None:
        with connection().cursor() as cursor:
            void(cursor, row, op=op, now=now)
    row.refresh_from_db()
    return row


def _name(row: Registration, name: str, now: datetime) -> None:
    """Give a person without a name theirs. Raises Invalid where none is given and none is known."""
    person = Person.objects.get(pk=row.person_id)
    if PersonDetails.objects.filter(person=person).exclude(name="").exists():
        return
    if not name.strip():
        raise Invalid("name", _("Enter the name: only the number is known."))
    with connection().cursor() as cursor:
        loading.correct_one(cursor, person, {"name": name}, now)


def _seal(batch: Batch, number: int, record: Record) -> None:
    """Close a tube; the number counted by hand is kept beside that of the samples, and a difference is reviewed."""
    tube = batch.tubes[record.tube]
    if tube.sealed:
        again = tube.sealed_op == record.op
        if again:
            batch.take(number, record, KNOWN)
        else:
            batch.reject(number, record.op, "tube", _("This tube is sealed already."))
        return
    if not tube.members:
        batch.reject(number, record.op, "tube", _("There is no sample in this tube."))
        return
    tube.sealed, tube.sealed_op = True, record.op
    given = {"sealed_at": batch.now, "sealed_op": record.op, "sealed_by": batch.by.id, "counted": record.count}
    Tube.objects.filter(pk=tube.id).update(**given)
    batch.take(number, record, NEW)
