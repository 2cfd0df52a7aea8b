"""Forms from above on screen: uploaded, mapped, filled with progress, fetched; what is missing before and after."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from muster.kernel import ids
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import AccessLog
from muster.ledger import limits
from muster.ledger.forms.models import Filling, Template
from muster.ledger.models import Export
from tests import full_night
from tests.pages.reading import read_as
from tests.town import sign_in


@pytest.fixture
def town(db, clock, run_jobs):
    town = full_night.again(db, clock)
    town.run_jobs = run_jobs
    return town


@pytest.fixture
def read(client):
    return read_as(client)


def xlsx(*rows: list) -> SimpleUploadedFile:
    book, made = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(made)
    return SimpleUploadedFile("密接者名单.xlsx", made.getvalue())


def send(client, post, url, **values):
    sign_in(client, post)
    return client.post(url, {"op": str(ids.uuid7()), **values}, headers={"accept-language": "en"})


def upload(client, post, *rows, name="密接者名单"):
    done = send(client, post, "/forms/upload/", subject="sheet:tracing.contacts", name=name, file=xlsx(*rows))
    assert done.status_code == 303, done.content.decode()[:2000]
    return done["Location"]


HEADER = ["序号", "姓名", "联系电话", "状态*", "谁来接"]


def mapped(client, post, where, **changed):
    with acting():
        row = Template.objects.get(pk=where.split("/")[2])
    given = {f"by-{part['at']}": part["by"] for part in row.mapping} | {"dates": ""}
    return send(client, post, where, **given | changed)


def test_from_upload_to_the_filled_file(town, client, read):
    where = upload(client, town.headquarters, ["名单"], HEADER)
    page = read(town.headquarters, where)
    assert 'value="person:name" selected' in page
    done = mapped(client, town.headquarters, where, **{"by-4": "column:status", "text-5": "社区"})
    assert done.status_code == 303
    page = read(town.headquarters, done["Location"])
    assert "Fill it" in page and "Columns that must be filled" in page
    page = read(town.headquarters, done["Location"] + "fill/")
    assert re.search(r"\d+ cells will stay empty", page)
    assert "李**" in page or "李*" in page
    started = send(client, town.headquarters, done["Location"] + "fill/?status=open", purpose="report")
    assert started.status_code == 303
    assert "every 1s" in read(town.headquarters, started["Location"])
    town.run_jobs()
    page = read(town.headquarters, started["Location"])
    assert "every 1s" not in page and "could not be filled" in page and "filled in by hand: 社区" in page
    response = client.get(started["Location"] + "file/")
    assert "filename*=UTF-8''%E5%AF%86%E6%8E%A5" in response["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert [cell.value for cell in sheet[2]] == HEADER
    with acting():
        rows = Filling.objects.get(pk=started["Location"].split("/")[3]).rows
    assert sheet.cell(2 + rows, 1).value == rows
    assert "*" in sheet["B3"].value
    for stranger in (town.investigator, town.far_headquarters):
        sign_in(client, stranger)
        assert client.get(started["Location"]).status_code == 404
        assert client.get(started["Location"] + "file/").status_code == 404


def test_more_rows_than_the_limit_are_filled_when_a_second_person_agrees(town, client, read, monkeypatch):
    where = upload(client, town.headquarters, ["名单"], HEADER)
    fill = mapped(client, town.headquarters, where, **{"by-4": "column:status", "text-5": "社区"})["Location"] + "fill/"
    monkeypatch.setitem(limits._limits()["export"], "rows", 2)
    assert "only when a second person agrees" in read(town.headquarters, fill)
    started = send(client, town.headquarters, fill, purpose="report", identified="yes")["Location"]
    request = f"/exports/{started.split('/')[3]}/"
    town.run_jobs()
    assert "Waits for agreement" in read(town.headquarters, started)
    assert client.get(started + "file/").status_code == 404
    assert "Form from above" in read(town.auditor, request)
    assert send(client, town.headquarters, request, agreed="yes").status_code == 422  # the same person
    assert not taken(started), "nothing is read yet"
    assert send(client, town.auditor, request, agreed="yes").status_code == 303
    town.run_jobs()
    assert taken(started) == ["tracing.contacts form +identifiers"]
    assert "could not be filled" in read(town.headquarters, started)
    assert started in read(town.headquarters, request)
    sheet = load_workbook(io.BytesIO(client.get(started + "file/").content)).active
    with acting():
        row = Filling.objects.get(pk=started.split("/")[3])
        assert Export.objects.get(pk=row.pk).rows == row.rows == sheet.cell(2 + row.rows, 1).value > 2
    assert "李秀英" in [cell.value for cell in sheet["B"]]
    assert send(client, town.headquarters, f"{request}file/").status_code == 404  # it is fetched where it was filled
    assert send(client, town.auditor, f"{started}file/").status_code in (403, 404, 405)


def taken(filled: str) -> list[str]:
    with acting():
        return list(
            AccessLog.objects.filter(event="exported", subject=filled.split("/")[3]).values_list("field", flat=True)
        )


def test_what_nobody_agrees_to_is_not_filled(town, client, read, monkeypatch):
    where = upload(client, town.headquarters, ["名单"], HEADER)
    fill = mapped(client, town.headquarters, where, **{"text-5": "社区"})["Location"] + "fill/"
    monkeypatch.setitem(limits._limits()["export"], "rows", 2)
    started = send(client, town.headquarters, fill, purpose="report")["Location"]
    assert send(client, town.auditor, f"/exports/{started.split('/')[3]}/", agreed="no").status_code == 303
    town.run_jobs()
    assert "Not agreed to" in read(town.headquarters, started) and not taken(started)
    monkeypatch.setitem(limits._limits()["form"], "rows_at_most", 3)
    assert "filter them further" in read(town.headquarters, fill)
    assert send(client, town.headquarters, fill, purpose="report").status_code == 422


def test_a_newer_file_says_what_changed(town, client, read):
    where = upload(client, town.headquarters, HEADER)
    mapped(client, town.headquarters, where)
    where = upload(client, town.headquarters, [*HEADER[:-1], "护照有效期", "由谁来接"])
    page = read(town.headquarters, where)
    assert "What changed since the last version" in page
    assert "护照有效期" in page.split('id="changes"')[1].split("</section>")[0]
    assert "谁来接 → 由谁来接" in page


@pytest.mark.parametrize(
    "rows, said",
    [([["只有标题"]], "No header was found"), ([["姓名", "姓名"]], "Two columns have the same name: 姓名.")],
)
def test_a_sheet_that_is_no_form_is_refused_with_the_reason(town, client, rows, said):
    response = send(
        client, town.headquarters, "/forms/upload/", subject="sheet:tracing.contacts", name="x", file=xlsx(*rows)
    )
    assert response.status_code == 422
    assert said in response.content.decode()


def test_mistakes_of_the_mapping_are_said(town, client):
    where = upload(client, town.headquarters, HEADER)
    assert mapped(client, town.headquarters, where, **{"by-5": "fixed"}).status_code == 422
    assert mapped(client, town.headquarters, where, **{"by-5": "person:secret"}).status_code == 422
    assert mapped(client, town.headquarters, where, dates="never").status_code == 422
    header = where.replace("/map/", "/header/")
    assert send(client, town.headquarters, header, row="0", height="1").status_code == 422
    assert send(client, town.headquarters, header, row="x", height="").status_code == 422
    assert send(client, town.headquarters, header, row="1", height="1").status_code == 303


def test_a_form_that_is_not_mapped_is_its_units_own(town, client, read):
    where = upload(client, town.headquarters, HEADER, name="还没对应")
    for post in (town.community, town.far_headquarters):
        read(post, where.replace("map/", ""), 404)
        read(post, where.replace("/map/", "/file/"), 404)
    assert "还没对应" not in read(town.community, "/forms/")
    mapped(client, town.headquarters, where)
    assert "还没对应" in read(town.community, "/forms/")
    read(town.community, where, 404)  # filled here, mapped there


def test_a_form_that_stalled_says_so(town, client, read, clock):
    where = upload(client, town.headquarters, HEADER)
    mapped(client, town.headquarters, where)
    started = send(client, town.headquarters, where.replace("/map/", "/fill/"), purpose="report")
    clock.advance(minutes=16)
    page = read(town.headquarters, started["Location"])
    assert "every 1s" not in page and "could not be filled" in page


def test_a_form_that_is_not_mapped_is_not_filled(town, client, read):
    where = upload(client, town.headquarters, HEADER)
    read(town.headquarters, where.replace("/map/", "/fill/"), 404)
    assert read(town.far_headquarters, where.replace("map/", ""), 404)


def test_identifiers_want_their_permission_and_a_purpose(town, client):
    where = upload(client, town.headquarters, HEADER)
    mapped(client, town.headquarters, where)
    fill = where.replace("/map/", "/fill/")
    assert send(client, town.community, fill, purpose="report", identified="yes").status_code == 403
    assert send(client, town.headquarters, fill, purpose="", identified="yes").status_code == 422
    assert send(client, town.community, fill, purpose="report").status_code == 303


def test_the_list_of_contacts_leads_to_its_forms(town, client, read):
    where = upload(client, town.headquarters, HEADER)
    mapped(client, town.headquarters, where)
    assert "/forms/?subject=tracing.contacts" in read(town.headquarters, "/contacts/")
    page = read(town.headquarters, "/forms/?subject=tracing.contacts")
    assert "密接者名单" in page and "渭城区</a>" not in page
