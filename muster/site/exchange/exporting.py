"""Writing ledgers in the columns in which they are read, so that an export comes back as unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from muster.kernel.people import crypto
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import ACT, connection
from muster.kernel.posts.models import SYSTEM
from muster.kernel.presence.rows import SOURCES
from muster.ledger.files.writing import write
from muster.ledger.imports.reading.shapes import shapes

BATCH = 5_000

# A person or place without a reference of a sender goes by our own id.
QUERIES = {
    "areas": "SELECT code, name, level, parent FROM areas_area ORDER BY code",
    "places": "SELECT coalesce(ref, id::text), name, kind, area, lat, lon FROM people_place ORDER BY key",
    "people": """
        SELECT coalesce(p.ref, p.id::text), d.name, p.id, NULL, p.born_on, p.home, d.address, h.ref
        FROM people_person p
        LEFT JOIN people_persondetails d ON d.person_id = p.id
        LEFT JOIN people_household h ON h.id = p.household_id
        ORDER BY p.key
    """,
    "presence": """
        SELECT coalesce(p.ref, p.id::text), coalesce(l.ref, l.id::text), s.entered_at, s.left_at, s.source
        FROM presence s JOIN people_person p ON p.key = s.person JOIN people_place l ON l.key = s.place
        ORDER BY s.entered_at, s.place, s.person
    """,
    "results": """
        SELECT r.ref, coalesce(p.ref, p.id::text), r.disease, r.sampled_at, r.result, r.ct_orf, r.ct_n,
               coalesce(o.ref, o.name), c.ref, k.reason, k.remark
        FROM screening_result r JOIN people_person p ON p.id = r.person_id
        LEFT JOIN people_organisation o ON o.id = r.laboratory_id
        LEFT JOIN screening_result c ON c.id = r.corrects_id
        LEFT JOIN screening_correction k ON k.became_id = r.id
        ORDER BY r.received_at, r.id
    """,
    "cases": """
        SELECT coalesce(c.ref, c.number), coalesce(p.ref, p.id::text), c.disease, c.onset_on, c.confirmed_at,
               c.classification,
               (SELECT string_agg(coalesce(s.ref, s.number), ';' ORDER BY l.at, l.id)
                FROM tracing_link l JOIN tracing_case s ON s.id = l.source_id WHERE l.target_id = c.id)
        FROM tracing_case c JOIN people_person p ON p.id = c.person_id
        ORDER BY c.opened_at, c.id
    """,
    "contacts": """
        SELECT coalesce(c.ref, c.number), coalesce(p.ref, p.id::text), k.ring, array_to_string(k.reasons, ';'),
               coalesce(l.ref, l.id::text), k.first_at, k.last_at, k.minutes, k.area
        FROM tracing_contact k JOIN tracing_case c ON c.id = k.case_id JOIN people_person p ON p.id = k.person_id
        LEFT JOIN people_place l ON l.id = k.place_id
        WHERE k.status <> 'withdrawn'
        ORDER BY k.found_at, k.id
    """,
    "goods": """
        SELECT o.name, f.name, b.product, b.origin, b.declared, b.unit, b.certificate, b.maker_number, b.port,
               b.disinfection, b.report, b.expected_at
        FROM goods_batch b JOIN goods_holder o ON o.id = b.owner_id JOIN goods_holder f ON f.id = b.first_id
        ORDER BY b.declared_at, b.id
    """,
}

_NUMBERS = """
    SELECT person_id, id, kind, key_id, value_enc FROM people_identifier
    WHERE person_id = ANY(%s) AND kind <> 'plate' ORDER BY (kind <> 'id_card'), (kind <> 'passport'), id
"""
_SOURCE_OF = {code: name for name, code in SOURCES.items()}


def export(ledger: str, path: Path, *, identifiers: bool, purpose: str, progress: Callable[[int], Any]) -> int:
    """Write a ledger to a .csv or .xlsx file; returns how many rows. The export is logged before the first is read.

    Identity numbers and phones stand in it only with `identifiers`. Raises ValueError for another kind of file.
    """
    log_access(by=SYSTEM, event="exported", field=f"{ledger}+identifiers" if identifiers else ledger, purpose=purpose)
    shape = shapes()[ledger]
    with transaction.atomic(using=ACT):
        return write(path, shape.columns, _rows(ledger, identifiers, progress), sheet=ledger)


def _rows(ledger: str, identifiers: bool, progress: Callable[[int], Any]) -> Iterator[list[Any]]:
    shown = {"people": _people, "presence": _presence}.get(ledger)
    with connection().chunked_cursor() as cursor:
        cursor.execute(QUERIES[ledger])
        while batch := cursor.fetchmany(BATCH):
            rows = [list(row) for row in batch]
            yield from shown(rows, identifiers) if shown else rows
            progress(len(rows))


def _presence(rows: list[list[Any]], identifiers: bool) -> list[list[Any]]:
    for row in rows:
        row[4] = _SOURCE_OF[row[4]]
    return rows


def _people(rows: list[list[Any]], identifiers: bool) -> list[list[Any]]:
    """Decrypt the numbers of one batch: one identity number and one phone each, the first that was recorded."""
    cards, phones = {}, {}
    if identifiers:
        with connection().cursor() as cursor:
            cursor.execute(_NUMBERS, [[row[2] for row in rows]])
            for person, id_, kind, key, value in cursor.fetchall():
                kept = phones if kind == "phone" else cards
                if person not in kept:
                    kept[person] = crypto.decrypt(key, value, id_)
    for row in rows:
        row[2], row[3] = cards.get(row[2]), phones.get(row[2])
    return rows
