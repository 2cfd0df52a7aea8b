"""Results by tube as a machine sends them and as a laboratory's page takes a file: seen before it is written."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from muster.domains.screening import actions
from muster.domains.screening.models import Batch, Tube
from muster.kernel import ids
from muster.kernel.posts.actions import issue_key, secret_of
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests import screening_cast as cast
from tests.screening_cast import brought, packed, seal, send, swab
from tests.town import sign_in


@pytest.fixture
def town(db, clock):
    town = cast.build(people=4)
    row = cast.opened(town)
    for code in ("T1", "T2", "T3"):
        send(town, row, *(swab(town, who, code) for who in ("r0", "r1")), seal(code, 2))
    brought(town, packed(town, row, "B1", 3))
    return town


@pytest.fixture
def key(town):
    with acting():
        post = cast.machine_post(town.laboratory)
    return secret_of(issue_key(by=SYSTEM, post=post, name="analyser"))


def post(client, key, body, op=None):
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": str(op or ids.uuid7())}
    return client.post("/api/v1/tubes", json.dumps(body), content_type="application/json", headers=headers)


def batch(*rows, **stated):
    return {
        "rows": [dict(zip(("tube", "result", "ct_orf", "ct_n"), row, strict=False)) for row in rows],
        "stated": stated,
    }


def results():
    with acting():
        return dict(Tube.objects.exclude(result="").values_list("code", "result"))


def test_a_machine_asks_what_waits_and_reports_it(client, key):
    headers = {"Authorization": f"Bearer {key}"}
    waiting = client.get("/api/v1/tubes/waiting", headers=headers).json()
    assert [(each["tube"], each["box"], each["swabs"]) for each in waiting] == [(f"T{n}", "B1", 2) for n in (1, 2, 3)]
    assert all(each["due_at"] > each["received_at"] for each in waiting)
    body = batch(("T1", "negative"), ("T2", "positive", 24, 25.5), ("T9", "negative"), tubes=3, negative=2, found=1)
    answer = post(client, key, body)
    assert answer.status_code == 207
    assert [(v["tube"], v["verdict"], v["field"]) for v in answer.json()["verdicts"]] == [
        ("T1", "new", ""), ("T2", "new", ""), ("T9", "rejected", "tube"),
    ]  # fmt: skip
    assert answer.json()["boxes"] == [{"box": "B1", "tubes": 3, "reported": 2, "left": 1}]
    assert results() == {"T1": "negative", "T2": "pool_suspect"}
    left = client.get("/api/v1/tubes/waiting?after=T1%00", headers=headers).json()
    assert [each["tube"] for each in left] == ["T3"]


def test_a_request_counts_once_and_a_wrong_count_takes_nothing(client, key):
    op, body = ids.uuid7(), batch(("T1", "negative"), tubes=1, negative=1)
    first, again = (post(client, key, body, op) for _ in range(2))
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    assert post(client, key, batch(("T2", "negative"), tubes=1, negative=1), op).status_code == 409
    wrong = post(client, key, batch(("T2", "negative"), ("T3", "negative"), tubes=3, negative=3))
    assert wrong.status_code == 422 and "tubes" in wrong.json()["detail"]
    assert post(client, key, {"rows": [{"tube": "T2", "result": "negative"}]}).status_code == 422
    assert post(client, key, batch(("T1", "positive"), tubes=1, found=1)).json()["held"] == 1
    assert results() == {"T1": "negative"}
    with acting():
        assert Batch.objects.count() == 2


def test_a_key_of_another_laboratory_takes_nothing(client, town, key):
    with acting():
        other = cast.machine_post(cast.other_laboratory())
    secret = secret_of(issue_key(by=SYSTEM, post=other, name="another"))
    answer = post(client, secret, batch(("T1", "negative"), tubes=1, negative=1))
    assert answer.status_code == 422 and answer.json()["verdicts"][0]["verdict"] == "rejected"
    assert client.get("/api/v1/tubes/waiting", headers={"Authorization": f"Bearer {secret}"}).json() == []
    assert client.get("/api/v1/tubes/waiting").status_code == 401


def sheet(*rows):
    book, made = Workbook(), io.BytesIO()
    for row in (("检测结果汇总",), ("管号", "检测结果", "ORF1ab", "N"), *rows):
        book.active.append(row)
    book.save(made)
    return SimpleUploadedFile("结果.xlsx", made.getvalue())


def test_a_file_is_seen_before_it_is_written(client, town):
    sign_in(client, town.lab)
    form = {"op": str(ids.uuid7()), "tubes": "4", "found": "1", "invalid": "0"}
    file = sheet(
        ("T1", "阴性", None, None), ("T2", "阳性", 24.5, 25), ("T8", "阴性", None, None), ("T3", "阴性", 22, 21)
    )
    shown = client.post("/screening/batches/new/", {**form, "file": file})
    text = shown.content.decode()
    assert shown.status_code == 200 and results() == {}
    assert text.count("icon-x") >= 0 and "T8" in text and re.search(r"B1</th>\s*<td[^>]*>3</td>", text)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
    rows = shown.context["rows"]
    changed = rows.replace("positive", "negative")
    wrong = client.post("/screening/batches/take/", {**hidden, "rows": changed, "op": str(ids.uuid7())})
    assert wrong.status_code == 422 and results() == {}
    done = client.post("/screening/batches/take/", {**hidden, "rows": rows, "op": str(ids.uuid7())})
    assert done.status_code == 302 and results() == {"T1": "negative", "T2": "pool_suspect"}
    with acting():
        row = Batch.objects.get()
        assert (row.new, row.rejected, row.way) == (2, 2, "file")
    assert client.get(done["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rows": "管号,结果\nT1,阴性\n", "tubes": "2"}, "stated"),
        ({"rows": "管号,结果\nT1,阳性\n", "tubes": "1"}, "stated"),
        ({"rows": "a,b\n1,2\n", "tubes": "1"}, "file"),
        ({"rows": "", "tubes": "1"}, "file"),
        ({"rows": "管号,结果\nT1,阴性\n", "tubes": ""}, "tubes"),
        ({"rows": "管号,结果\nT1,阴性\n", "tubes": "0", "found": "1"}, "tubes"),
    ],
)
def test_a_file_that_does_not_fit_is_explained(client, town, given, field):
    sign_in(client, town.lab)
    answer = client.post("/screening/batches/new/", {"op": str(ids.uuid7()), "found": "0", "invalid": "0", **given})
    assert answer.status_code == 422 and field in answer.context["errors"]
    with acting():
        assert not Batch.objects.exists()


def test_what_is_held_is_confirmed_by_another_person_on_its_page(client, town):
    cast.reported(town, T1="negative")
    cast.reported(town, T1="positive")
    with acting():
        row = Batch.objects.get(held=1)
    address = f"/screening/batches/{row.id}/"
    sign_in(client, town.lab)
    assert "confirm/" not in client.get(address).content.decode()
    sign_in(client, town.lab_second)
    assert "confirm/" in client.get(address).content.decode()
    done = client.post(address + "confirm/", {"agree": "yes", "op": str(ids.uuid7())})
    assert done.status_code == 302 and results()["T1"] == "pool_suspect"
    sign_in(client, town.headquarters)
    assert client.get(address).status_code == 200 and client.get("/screening/batches/").status_code == 200
    sign_in(client, town.street)
    assert client.get(address).status_code == 403


def test_a_batch_without_counts_is_set_against_what_its_box_holds(client, town):
    sign_in(client, town.lab)
    done = actions.load_tubes(by=town.lab, rows=[{"tube": "T2", "result": "negative"}])
    text = client.get(f"/screening/batches/{done['batch']}/").content.decode()
    assert "T1, T3" in text and "送检方未申报数量" in text
