"""The hash chain over committed facts: one sealer at a time, each seal covering those since the one before.

hash = SHA-256(previous hash, then the canonical JSON of each fact in the order of their ids). The head of the chain is
exported daily, so that whoever keeps it can tell later whether history was changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from muster.kernel.facts.models import Fact, FactCause, FactSeal, SealedFact
from muster.kernel.posts.logins import ACT, connection

LOCK = 0x6D757374  # one sealer: an advisory lock, held for the transaction
BATCH = 5000
START = b"\0" * 32


def seal(now: datetime) -> int:
    """Seal up to one batch of committed facts; returns how many (0 when another sealer is at work)."""
    with transaction.atomic(using=ACT), connection().cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT fact_id FROM facts_unsealed ORDER BY fact_id LIMIT %s", [BATCH])
        waiting = [row[0] for row in cursor.fetchall()]
        if not waiting:
            return 0
        head = FactSeal.objects.order_by("-number").first()
        previous = bytes(head.hash) if head else START
        facts = list(Fact.objects.filter(pk__in=waiting).order_by("pk"))
        row = FactSeal(
            number=head.number + 1 if head else 1,
            sealed_at=now,
            facts=len(facts),
            previous=previous,
            hash=chain(previous, facts, causes_of(facts)),
        )
        row.save(force_insert=True)
        SealedFact.objects.bulk_create(
            [SealedFact(fact=fact, seal=row, position=number) for number, fact in enumerate(facts)], batch_size=2000
        )
        cursor.execute("DELETE FROM facts_unsealed WHERE fact_id = ANY(%s)", [waiting])
        return len(facts)


def causes_of(facts: Iterable[Fact]) -> dict[Any, list[str]]:
    """The sorted ids of each fact's causes."""
    causes: dict[Any, list[str]] = {}
    for fact, cause in FactCause.objects.filter(fact__in=list(facts)).values_list("fact_id", "cause_id"):
        causes.setdefault(fact, []).append(str(cause))
    return {fact: sorted(found) for fact, found in causes.items()}


def chain(previous: bytes, facts: Iterable[Fact], causes: dict[Any, list[str]]) -> bytes:
    """The hash that follows `previous` over these facts."""
    digest = hashlib.sha256(previous)
    for fact in facts:
        digest.update(canonical(fact, causes.get(fact.pk, [])))
    return digest.digest()


def canonical(fact: Fact, causes: list[str]) -> bytes:
    """A fact as bytes that do not depend on how it is stored: sorted keys, times in microseconds since 1970."""
    value = {
        "id": str(fact.id),
        "kind": fact.kind,
        "subject": str(fact.subject),
        "area": fact.area,
        "happened_at": round(fact.happened_at.timestamp() * 1_000_000),
        "recorded_at": round(fact.recorded_at.timestamp() * 1_000_000),
        "by": str(fact.by) if fact.by else None,
        "op": str(fact.op) if fact.op else None,
        "data": fact.data,
        "because": causes,
    }
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def verify() -> Iterator[str]:
    """Walk the whole chain; yields a sentence for every seal that does not hold."""
    previous = START
    for number, seal_row in enumerate(FactSeal.objects.order_by("number").iterator(), start=1):
        if seal_row.number != number or bytes(seal_row.previous) != previous:
            yield f"seal {seal_row.number}: the chain is broken before it"
        facts = list(Fact.objects.filter(sealedfact__seal=seal_row).order_by("sealedfact__position"))
        if len(facts) != seal_row.facts:
            yield f"seal {seal_row.number}: {seal_row.facts} facts were sealed, {len(facts)} are there"
        elif chain(bytes(seal_row.previous), facts, causes_of(facts)) != bytes(seal_row.hash):
            yield f"seal {seal_row.number}: a fact under it was changed"
        previous = bytes(seal_row.hash)
    yield from _adrift()


def _adrift() -> Iterator[str]:
    sql = """
        SELECT f.id FROM facts_fact f
        LEFT JOIN facts_sealedfact s ON s.fact_id = f.id
        LEFT JOIN facts_unsealed u ON u.fact_id = f.id
        WHERE s.fact_id IS NULL AND u.fact_id IS NULL
    """
    with connection().cursor() as cursor:
        cursor.execute(sql)
        for (fact,) in cursor.fetchall():
            yield f"fact {fact}: neither sealed nor waiting to be"


def head() -> dict[str, Any] | None:
    """The newest seal, for export: number, time, hash in hexadecimal."""
    row = FactSeal.objects.order_by("-number").first()
    return (
        None
        if row is None
        else {"number": row.number, "sealed_at": row.sealed_at.isoformat(), "hash": bytes(row.hash).hex()}
    )
