"""Whom and what the rows of results name, found for a whole batch at once; and what a laboratory sees of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper
from django.db.models import Count, Q

from muster.kernel.controls.models import Control
from muster.kernel.duties.models import Duty
from muster.kernel.people.identifiers import Number
from muster.kernel.people.models import Identifier, Organisation, Person
from muster.kernel.people.queries import every_record, readings
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import ApiKey, Post, User

from .models import Box, Laboratory, Result, Tube
from .owed import reported_by


def persons(refs: Iterable[str]) -> dict[str, Person]:
    """Persons by the sender's reference, or by our id where they have none; with the record they were merged into."""
    wanted = set(refs)
    unnamed = {ref: UUID(ref) for ref in wanted if len(ref) == 36 and _is_id(ref)}
    rows = Person.objects.select_related("canonical").filter(Q(ref__in=wanted) | Q(ref=None, pk__in=unnamed.values()))
    return {row.ref or str(row.pk): row for row in rows}


def laboratories(names: Iterable[str]) -> dict[str, Organisation]:
    """Organisations by reference, else by name."""
    wanted = set(names)
    rows = list(Organisation.objects.filter(Q(ref__in=wanted) | Q(name__in=wanted)).order_by("-pk"))
    return {row.name: row for row in rows} | {row.ref: row for row in rows if row.ref}


def sent_before(refs: Iterable[str]) -> dict[tuple[UUID | None, str], list[Result]]:
    """Every result, live or superseded, with one of these references, by laboratory and reference."""
    found: dict[tuple[UUID | None, str], list[Result]] = {}
    rows = Result.objects.filter(ref__in=set(refs)).select_related("person", "corrects").order_by("received_at", "id")
    for row in rows:
        found.setdefault((row.laboratory_id, row.ref), []).append(row)
    return found


def under_control(people: Iterable[UUID]) -> set[UUID]:
    """Which of these persons (canonical ids) are under control: only their tests can be due."""
    own = every_record(people)
    return {own[person] for person in Control.objects.open().filter(person__in=own).values_list("person_id", flat=True)}


def keys_of(post: Post) -> list[dict[str, Any]]:
    """Names and times of the keys of a laboratory's machines: pages cannot read the table, nobody reads a key."""
    with acting():
        keys = ApiKey.objects.filter(post__organisation_id=post.organisation_id, post__role=post.role)
        return list(keys.order_by("created_at").values("name", "created_at", "revoked_at"))


def user_names(users: Iterable[UUID]) -> dict[UUID | None, str]:
    """The names of those who sent or decided: pages read no users."""
    with acting():
        return dict(User.objects.filter(pk__in=set(users)).values_list("pk", "display_name"))


def due_at(doubt: UUID) -> datetime | None:
    """Until when a doubt is to be decided: the duty is headquarters', and the laboratory is told of it too."""
    with acting():
        return Duty.objects.open().filter(subject=doubt).values_list("due_at", flat=True).first()


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


# -- samples of rounds


def uncount(cursor: CursorWrapper, row: UUID, area: str) -> None:
    """One sampled person less in this building."""
    cursor.execute(
        "UPDATE screening_roundcount SET sampled = sampled - 1 WHERE round_id = %s AND area = %s", [row, area]
    )


def readings_of(number: str) -> list[Number]:
    """What a number may be; nothing for an empty one."""
    return readings(number) if number else []


# Whose codes texts are, where they are somebody's: the papers are those of another domain.
CODES: list[Callable[[Iterable[str], datetime], dict[str, UUID]]] = []


def coded(texts: Iterable[str], now: datetime) -> dict[str, UUID]:
    """The persons (canonical ids) whose code on paper was scanned or typed, by that text."""
    given = set(texts)
    return {text: person for whose in CODES for text, person in whose(given, now).items()}


def owners(indexes: Iterable[bytes]) -> dict[bytes, set[UUID]]:
    """The persons (canonical ids) who have these numbers, by blind index."""
    found: dict[bytes, set[UUID]] = {}
    rows = Identifier.objects.filter(blind_index__in=set(indexes)).values_list("blind_index", "person__canonical_id")
    for index, person in rows:
        found.setdefault(bytes(index), set()).add(person)
    return found


# Swabs of tubes that say nothing no longer count; another live swab of the person, in a tube that may, counts instead.
_UNCOUNT = """
    WITH gone AS (
        UPDATE screening_registration SET counts = false
        WHERE tube_id = ANY(%(tubes)s::uuid[]) AND counts AND voided_at IS NULL
        RETURNING round_id, person_id, area
    )
    UPDATE screening_roundcount c SET sampled = c.sampled - g.many
    FROM (SELECT round_id, area, count(*) AS many FROM gone GROUP BY round_id, area) g
    WHERE c.round_id = g.round_id AND c.area = g.area
"""
_HEIRS = """
    WITH heir AS (
        SELECT DISTINCT ON (r.round_id, r.person_id) r.op, r.round_id, r.area
        FROM screening_registration r JOIN screening_registration lost
          ON lost.tube_id = ANY(%(tubes)s::uuid[]) AND lost.round_id = r.round_id AND lost.person_id = r.person_id
        JOIN screening_tube t ON t.id = r.tube_id
        JOIN screening_round o ON o.id = r.round_id JOIN people_person p ON p.id = r.person_id
        WHERE r.voided_at IS NULL AND t.voided_at IS NULL AND t.result <> 'invalid' AND p.created_at <= o.opened_at
          AND EXISTS (SELECT FROM unnest(o.areas) a WHERE left(p.home, length(a)) = a)
          AND (o.regimes = '{}' OR EXISTS (
              SELECT FROM screening_expected e WHERE e.round_id = o.id AND e.person_id = p.id))
          AND NOT EXISTS (SELECT FROM screening_registration k WHERE k.round_id = r.round_id
                          AND k.person_id = r.person_id AND k.counts AND k.voided_at IS NULL)
        ORDER BY r.round_id, r.person_id, r.received_at
    ), now_counts AS (
        UPDATE screening_registration r SET counts = true FROM heir WHERE heir.op = r.op
    )
    UPDATE screening_roundcount c SET sampled = c.sampled + h.many
    FROM (SELECT round_id, area, count(*) AS many FROM heir GROUP BY round_id, area) h
    WHERE c.round_id = h.round_id AND c.area = h.area
"""


def uncount_tubes(cursor: CursorWrapper, tubes: list[UUID]) -> None:
    """Take the people of these tubes out of the counters, unless another sample of theirs stands."""
    cursor.execute(_UNCOUNT, {"tubes": tubes})
    count_heirs(cursor, tubes)


def count_heirs(cursor: CursorWrapper, tubes: list[UUID]) -> None:
    """Whoever has a swab in these tubes and none that counts: their first one that lies in a good tube counts."""
    cursor.execute(_HEIRS, {"tubes": tubes})


def untested() -> dict[UUID, int]:
    """Tubes on their way to each laboratory or being tested there, from everywhere: numbers that name nobody."""
    with acting():
        rows = Box.objects.filter(contents__result="", contents__voided_at=None).values("laboratory")
        return dict(rows.annotate(many=Count("contents")).values_list("laboratory", "many"))


def received_tubes(codes: Iterable[str], laboratory: UUID, *, lock: bool) -> dict[str, Tube]:
    """The tubes with these codes that this laboratory received and that were not given up, with their rounds."""
    rows = Tube.objects.filter(code__in=set(codes), laboratory_id=laboratory, voided_at=None).exclude(received_at=None)
    rows = rows.select_related("round").order_by("code")
    return {tube.code: tube for tube in (rows.select_for_update(of=("self",)) if lock else rows)}


def reported_since(laboratory: UUID, since: datetime) -> tuple[Counter[str], int]:
    """What a laboratory has reported since then: tubes by result, singles of suspect pools aside; and all its tubes."""
    rows = Tube.objects.filter(laboratory_id=laboratory, resulted_at__gt=since).exclude(result="")
    found = list(rows.values_list("result").annotate(all=Count("id"), first=Count("id", filter=Q(retest_of=None))))
    return Counter({word: first for word, _all, first in found}), sum(many for _word, many, _first in found)


def box_states(boxes: Iterable[UUID]) -> list[dict[str, Any]]:
    """How many tubes of each box are in it, have a result, and wait for one."""
    rows = Tube.objects.filter(box__in=set(boxes), voided_at=None).values("box__code").order_by("box__code")
    return [
        {"box": row["box__code"], "tubes": row["many"], "reported": row["done"], "left": row["many"] - row["done"]}
        for row in rows.annotate(many=Count("id"), done=Count("id", filter=~Q(result="")))
    ]


def left_in(boxes: Iterable[Any], most: int) -> dict[UUID, list[str]]:
    """The codes of the tubes of these boxes that have no result, by box; those that wait for a second person too."""
    found: dict[UUID, list[str]] = {}
    rows = Tube.objects.filter(box__in=list(boxes), result="", voided_at=None).order_by("code")
    for box, code in rows.values_list("box_id", "code")[:most]:
        found.setdefault(box, []).append(code)
    return found


def refs_of_tubes(codes: Iterable[str], laboratory: Organisation) -> dict[str, list[Result]]:
    """The persons' results that tubes of one became, by tube, the first one first: `code`, then `code~2`, …"""
    wanted = set(codes)
    first = Result.objects.filter(ref__in=wanted, laboratory=laboratory)
    found = {row.ref: [row] for row in first}
    row_after = {row.pk: row.ref for row in first}
    while row_after:
        later = list(Result.objects.filter(corrects__in=list(row_after)))
        for row in later:
            found[row_after[row.corrects_id]].append(row)  # type: ignore[index]
        row_after = {row.pk: row_after[row.corrects_id] for row in later}  # type: ignore[index]
    return found


def waiting_tubes(laboratory: UUID, after: str, most: int) -> list[dict[str, Any]]:
    """The tubes that a laboratory has received and not reported, by code, those after one code."""
    rows = Tube.objects.filter(laboratory_id=laboratory, result="", voided_at=None, code__gt=after)
    found = rows.exclude(received_at=None).order_by("code").select_related("box", "round")[:most]
    return [
        {
            "tube": tube.code, "box": tube.box.code if tube.box else "", "disease": tube.round.disease,
            "swabs": tube.members, "received_at": tube.received_at, "held": bool(tube.claimed),
            "due_at": reported_by(tube.box) if tube.box else None,
        }
        for tube in found
    ]  # fmt: skip


def laboratory_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of laboratories that test for us."""
    return dict(Laboratory.objects.filter(pk__in=set(ids)).values_list("pk", "name"))
