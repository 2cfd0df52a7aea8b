"""Every registered ledger as a file: rows in are rows out, no cell is a formula, nobody is named, and it is logged.

Like tests/house/test_ledgers.py, these run for each ledger of the house without being asked.
"""

from __future__ import annotations

import asyncio
import csv
import io
import warnings
import zipfile
from dataclasses import replace
from urllib.parse import unquote

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from muster.kernel import ids
from muster.kernel.declare import PERMISSIONS
from muster.kernel.people.actions import plain
from muster.kernel.people.models import Identifier, PersonDetails
from muster.kernel.posts.logins import acting, viewing
from muster.kernel.posts.models import AccessLog
from muster.ledger import exporting
from muster.ledger import limits as ledger_limits
from muster.ledger.asking import asked
from muster.ledger.declaring import LEDGERS
from muster.ledger.files.cells import taken_back
from muster.ledger.models import Export, ExportPart
from muster.site import urls as urls  # makes every route
from tests import full_night
from tests.house.test_ledgers import client_of, count_for, holders
from tests.serving import drain

NAMES = sorted(LEDGERS)
RISKY = tuple("=+-@\t\r\n＝＋－＠")


@pytest.fixture(scope="module")
def town(worker_database):
    with full_night.played(worker_database) as town:
        with acting():
            town.secrets = list(PersonDetails.objects.exclude(name="").values_list("name", flat=True))
            town.secrets += [plain(number) for number in Identifier.objects.all()]
        yield town


def reader(town, ledger):
    """Whoever of the cast sees most of it."""
    return max(holders(town, ledger).values(), key=lambda post: count_for(ledger, post))


def take(client, ledger, query: str = "", **form):
    form = {"kind": "csv", "purpose": "work", "op": str(ids.uuid7())} | form
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the test's client reads synchronously what the server sends otherwise
        answer = client.post(f"{reverse('ledger:export', args=[ledger.name])}?{query}", form)
        answer.body = b"".join(answer) if answer.streaming else answer.content
    return answer


def cells_of(body: bytes, kind: str) -> list[list[str]]:
    """The cells of a file as texts; numbers as a spreadsheet shows them."""
    if kind == "csv":
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    return [[f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]


def formulas(body: bytes) -> list[str]:
    """The formula cells of a workbook."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        return [name for name in sheets if b"<f" in book.read(name).replace(b"<font", b"").replace(b"<fi", b"")]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_holds_exactly_the_rows_as_sorted(town, name, kind):
    ledger = LEDGERS[name]
    post, client = reader(town, ledger), None
    client = client_of(post)
    for sort in ("", *ledger.sorts, *(f"-{field}" for field in ledger.sorts)):
        query = f"sort={sort}"
        answer = take(client, ledger, query, kind=kind)  # first: on the access log it is a row itself
        with viewing(post.id), translation.override("zh-hans"):
            want = [[str(_out(cell)) for cell in row] for row in exporting.lines(asked(ledger, post, QueryDict(query)))]
        head, *rows = cells_of(answer.body, kind)
        assert len(head) == len(set(head)), f"two columns of one title: {head}"
        assert [[taken_back(cell) for cell in row] for row in rows] == want, sort
        assert kind == "csv" or not formulas(answer.body)
        assert str(ledger.title) in unquote(answer.headers["Content-Disposition"])


def _out(value):
    from muster.ledger.files.cells import outward

    written = outward(value)
    return (
        f"{written:g}" if isinstance(written, float) else taken_back(written) if isinstance(written, str) else written
    )


@pytest.mark.parametrize("name", NAMES)
def test_hostile_texts_come_back_as_they_were(town, name):
    """Whatever a row says in any column: it is text in the file, and the same text when it is read."""
    ledger = LEDGERS[name]
    post = reader(town, ledger)
    texts = st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n\t"), max_size=20
    )
    risky = st.builds(
        "{}{}".format, st.sampled_from([*"=+-@", "'=", "''@", "＝", "－", "\t=", "=cmd|' /C calc'!A0"]), texts
    )

    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(risky | texts, min_size=len(ledger.columns), max_size=len(ledger.columns)))
    def come_back(said):
        columns = [
            replace(column, value=lambda row, text=text: text, write=str)
            for column, text in zip(ledger.columns, said, strict=True)
        ]
        question = replace(asked(ledger, post, QueryDict("")), columns=columns)
        with viewing(post.id):
            rows = count_for(ledger, post)
            files = {kind: _written(question, kind) for kind in ("csv", "xlsx")}
        assert not formulas(files["xlsx"])
        for kind, body in files.items():
            found = cells_of(body, kind)[1:]
            assert len(found) == rows
            assert not [cell for row in found for cell in row if cell.startswith(RISKY)]
            assert all([taken_back(cell) for cell in row] == said for row in found), (kind, said, found[:1])

    come_back()


def _written(question, kind: str) -> bytes:
    with exporting.write_file(question, kind, False) as file:
        return file.read()


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_named_in_a_file_or_on_paper_without_the_right_to_it(town, name, monkeypatch):
    ledger = LEDGERS[name]
    monkeypatch.setitem(ledger_limits._limits()["print"], "rows", 100_000)
    every = "&".join(f"columns={column.name}" for column in ledger.columns)
    for who, post in holders(town, ledger).items():
        client = client_of(post)
        for kind in ("csv", "print"):
            text = take(client, ledger, every, kind=kind).body.decode()
            assert not [secret for secret in town.secrets if secret in text], (who, kind)
        refused = take(client, ledger, every, identifiers="yes")
        may = post.role in PERMISSIONS["ledger.export_identifiers"].roles or not ledger.person
        assert refused.status_code == (200 if may else 403), who


@pytest.mark.parametrize("name", [name for name in NAMES if LEDGERS[name].person])
def test_with_identifiers_only_those_whom_the_post_sees_are_named(town, name):
    ledger = LEDGERS[name]
    for post in holders(town, ledger).values():
        if post.role not in PERMISSIONS["ledger.export_identifiers"].roles:
            continue
        with viewing(post.id):
            rows = ledger.batch(ledger.rows(post))
        with acting():
            names = dict(PersonDetails.objects.values_list("pk", "name"))
        want = sorted(names[getattr(row, f"{ledger.person}_id")] if row.label else "" for row in rows)
        body = take(client_of(post), ledger, identifiers="yes").body
        assert sorted(row[-3] for row in cells_of(body, "csv")[1:]) == want


@pytest.mark.parametrize("name", NAMES)
def test_what_leaves_is_logged_first_and_nothing_leaves_when_it_cannot_be(town, name, monkeypatch):
    ledger = LEDGERS[name]
    post = reader(town, ledger)
    client = client_of(post)
    for way in ("export", "print"):  # what the tests before this one looked at stands on the access log
        monkeypatch.setitem(ledger_limits._limits()[way], "rows", 100_000)
    for kind in ("csv", "xlsx", "print"):
        with acting():
            before = AccessLog.objects.filter(event="exported", post_id=post.id).count()
        assert take(client, ledger, kind=kind).status_code == 200
        with acting():
            logged = AccessLog.objects.filter(event="exported", post_id=post.id).order_by("-at", "-id")
            assert logged.count() == before + 1
            assert (logged[0].field, logged[0].purpose) == (f"{name} {kind}", "work")
    assert take(client, ledger, purpose="").status_code == 422
    assert take(client, ledger, purpose="gossip").status_code == 422
    assert take(client, ledger, kind="pdf").status_code == 422

    def fails(**row):
        raise ConnectionError

    monkeypatch.setattr(exporting, "log_access", fails)
    for kind in ("csv", "xlsx", "print"):
        with pytest.raises(ConnectionError):
            take(client, ledger, kind=kind)


def test_more_rows_than_the_limit_leave_only_when_a_second_person_agrees(town, monkeypatch):
    monkeypatch.setitem(ledger_limits._limits()["export"], "rows", 2)
    ledger, client = LEDGERS["tracing.contacts"], client_of(town.headquarters)
    assert take(client, ledger).status_code == 422
    answer = client.post(
        reverse("ledger:ask_export", args=[ledger.name]),
        {"kind": "csv", "purpose": "report", "identifiers": "yes", "op": str(ids.uuid7())},
    )
    where = answer.headers["Location"]
    with acting():
        row = Export.objects.get(pk=where.split("/")[2])
    agree = {"agreed": "yes", "op": str(ids.uuid7())}
    assert client.post(where, agree).status_code == 422  # the same person
    for who in ("investigator", "far_headquarters", "community"):
        assert client_of(town.posts[who]).post(where, agree | {"op": str(ids.uuid7())}).status_code in (403, 404)
    assert client.post(f"{where}file/", agree).status_code == 404
    assert client_of(town.auditor).post(where, agree | {"op": str(ids.uuid7())}).status_code == 303
    drain()
    with acting():
        row.refresh_from_db()
        parts = list(ExportPart.objects.filter(export=row))
    assert row.state == "ready" and parts
    assert not [part for part in parts if "李秀英".encode() in bytes(part.data_enc)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        body = b"".join(client.post(f"{where}file/", {"op": str(ids.uuid7())}))
    assert len(cells_of(body, "csv")) - 1 == count_for(ledger, town.headquarters) == row.rows
    assert body.startswith("\ufeff".encode())  # or spreadsheet programs garble the Chinese
    assert "李秀英" in body.decode()
    assert client_of(town.city).post(f"{where}file/", agree).status_code == 404  # not theirs
    _over(row)


def _over(row) -> None:
    """After its days the file is gone; who asked for it stays."""
    from datetime import timedelta

    from muster.kernel.posts.models import SYSTEM
    from muster.ledger.actions import forget_exports

    assert forget_exports(by=SYSTEM, now=row.forget_at - timedelta(seconds=1)) == 0
    assert forget_exports(by=SYSTEM, now=row.forget_at) == 1
    with acting():
        assert not ExportPart.objects.filter(export=row).exists()
        assert Export.objects.get(pk=row.pk).state == "gone"


def test_the_name_of_a_file_survives_in_every_script():
    answer = exporting.sent(_nothing(), '密接者 "A" 2021.xlsx', "xlsx")
    said = answer.headers["Content-Disposition"]
    assert said.isascii() and "filename*=UTF-8''%E5%AF%86" in said and said.count('"') == 2


async def _nothing():
    yield b""
    await asyncio.sleep(0)
