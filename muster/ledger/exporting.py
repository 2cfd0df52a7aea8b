"""Rows leave a ledger as a file or on paper: exactly as filtered and sorted, logged before the first of them is read.

Memory stays bounded: rows come from a cursor of the server, batch by batch, and go to a file that only we can open.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from django.http import StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.people import crypto
from muster.kernel.people.access import PURPOSES as LOOKS
from muster.kernel.people.models import Identifier, PersonDetails
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import acting

from .asking import Asked
from .files.writing import write
from .limits import limit

BATCH = 1000
CHUNK = 1 << 16
PURPOSES = {"work": _("To work with it elsewhere"), "report": _("To report to a superior"), **LOOKS}
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
IDENTITY = (_("Full name"), _("Identity number"), _("Phone"))


def log_export(question: Asked, kind: str, purpose: str, identifiers: bool) -> None:
    """Who exported what, and what for. Raises where it cannot be written: then nothing may leave."""
    field = f"{question.ledger.name} {kind}{' +identifiers' if identifiers else ''}"
    log_access(by=question.post, event="exported", field=field, purpose=purpose, area=question.post.area)


def write_file(question: Asked, kind: str, identifiers: bool) -> BinaryIO:
    """The rows in a file without a name, at its beginning. To be called as the post, within its transaction."""
    heads = [str(column.title) for column in question.columns]
    heads += [str(title) for title in IDENTITY] if identifiers else []
    with tempfile.TemporaryDirectory(prefix="muster-export-") as folder:
        path = Path(folder) / f"rows.{kind}"
        write(path, heads, lines(question, identifiers), sheet=str(question.ledger.title), marked=True)
        return path.open("rb")  # stays readable when its folder is gone


def lines(question: Asked, identifiers: bool = False) -> Iterator[list[Any]]:
    """The rows in order, each as its cells in a file."""
    rows = question.ordered()[: limit("export.rows_at_most")].iterator(chunk_size=BATCH)
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield from _lines(question, batch, identifiers)
            batch = []
    yield from _lines(question, batch, identifiers)


def _lines(question: Asked, batch: list[Any], identifiers: bool) -> Iterator[list[Any]]:
    rows = question.ledger.batch(batch)
    who = _identities(question, rows) if identifiers else {}
    for row in rows:
        cells = [column.text(row) for column in question.columns]
        yield [*cells, *who.get(getattr(row, f"{question.ledger.person}_id"), ("", "", ""))] if identifiers else cells


def _identities(question: Asked, rows: list[Any]) -> dict[Any, tuple[str, str, str]]:
    """Name, identity number and phone of those whom the post sees; of several numbers the first."""
    persons = [getattr(row, f"{question.ledger.person}_id") for row in rows if row.label]
    with acting():
        names = dict(PersonDetails.objects.filter(pk__in=persons).values_list("pk", "name"))
        numbers = list(Identifier.objects.filter(person__in=persons).exclude(kind="plate").order_by("-id"))
    found: dict[tuple[Any, bool], str] = {}
    for number in sorted(numbers, key=lambda row: row.kind == "id_card"):
        found[number.person_id, number.kind == "phone"] = crypto.decrypt(number.key_id, number.value_enc, number.pk)
    return {pk: (names.get(pk, ""), found.get((pk, False), ""), found.get((pk, True), "")) for pk in persons}


def file_name(question: Asked, kind: str) -> str:
    """Title of the ledger and the moment, as in 密接者 2021-11-30 1915.xlsx."""
    return f"{question.ledger.title} {clock.now().astimezone(clock.zone()):%Y-%m-%d %H%M}.{kind}"


def sent(chunks: AsyncIterator[bytes], name: str, kind: str) -> StreamingHttpResponse:
    """A file as an answer; its name survives in every script (RFC 6266), with a plain one for old programs."""
    response = StreamingHttpResponse(chunks, content_type=TYPES[kind])
    plain = name.encode("ascii", "ignore").decode().strip().replace('"', "")
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return response


async def chunks_of(file: BinaryIO) -> AsyncIterator[bytes]:
    """A file piece by piece; closed at its end."""
    with file:
        while piece := await asyncio.to_thread(file.read, CHUNK):
            yield piece
