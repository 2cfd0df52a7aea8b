"""The JSON API as a laboratory's machine meets it, and the page where a laboratory sends files."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from muster.domains.screening.models import Correction, Result
from muster.kernel import ids
from muster.kernel.operations.models import Operation
from muster.kernel.posts.actions import issue_key, revoke_key, secret_of
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, AccessLog, ApiKey
from tests.town import build_town, sign_in

RESULTS = "/api/v1/results"


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture
def key(town):
    return secret_of(issue_key(by=SYSTEM, post=town.lab, name="analyser"))


def row(ref="R1", person="wang", **changes):
    base = {"ref": ref, "person": person, "disease": "covid19", "sampled_at": "2021-11-30T09:00", "result": "negative"}
    return {**base, **changes}


def send(client, key, rows, op=None):
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": str(op or ids.uuid7())}
    return client.post(RESULTS, json.dumps(rows), content_type="application/json", headers=headers)


def stored():
    with acting():
        return sorted(Result.objects.values_list("ref", "result"))


def test_one_result_is_recorded_for_the_laboratory_of_the_key(client, town, key):
    answer = send(client, key, row(ct_orf=None))
    assert answer.status_code == 200
    assert answer.json() == {
        "new": 1,
        "unchanged": 0,
        "held": 0,
        "rejected": 0,
        "verdicts": [{"row": 1, "ref": "R1", "verdict": "new", "field": "", "reason": ""}],
    }
    with acting():
        assert Result.objects.get().laboratory_id == town.laboratory.id


def test_each_row_has_its_verdict(client, key):
    answer = send(client, key, [row(), row("R2", "nobody"), row("R3", result="positive", ct_orf=41.0, ct_n=45)])
    assert answer.status_code == 207
    verdicts = [(each["row"], each["verdict"], each["field"]) for each in answer.json()["verdicts"]]
    assert verdicts == [(1, "new", ""), (2, "rejected", "person"), (3, "rejected", "result")]
    assert send(client, key, [row("R2", "nobody")]).status_code == 422
    assert stored() == [("R1", "negative")]


def test_a_correction_that_flips_a_result_is_held_and_says_why(client, key):
    send(client, key, row())
    flip = row("R2", result="positive", corrects="R1", reason="contaminated")
    assert send(client, key, {**flip, "reason": "bad"}).json()["verdicts"][0]["field"] == "reason"
    answer = send(client, key, [flip, row("R3", person="li")])
    assert (answer.status_code, answer.json()["held"], answer.json()["new"]) == (207, 1, 1)
    verdict = answer.json()["verdicts"][0]
    assert (verdict["verdict"], verdict["field"]) == ("held", "result") and verdict["reason"]
    assert send(client, key, flip).json()["held"] == 1
    with acting():
        assert Correction.objects.get().reason == "contaminated"
    assert stored() == [("R1", "negative"), ("R3", "negative")]


def test_a_request_repeated_counts_once_and_is_answered_alike(client, key):
    op = ids.uuid7()
    first, again = (send(client, key, [row()], op) for _ in range(2))
    assert first.json() == again.json() and again.json()["new"] == 1
    conflict = send(client, key, [row(result="invalid")], op)
    assert conflict.status_code == 409 and "Idempotency-Key" in conflict.json()["detail"]
    with acting():
        assert Operation.objects.count() == 1
    assert stored() == [("R1", "negative")]


def test_without_an_operation_id_nothing_is_written(client, key):
    answer = client.post(
        RESULTS, json.dumps(row()), content_type="application/json", headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 400 and stored() == []


@pytest.mark.parametrize("body", ["{", "[1]", "3", json.dumps([{**row(), "ct": 1}])])
def test_what_is_not_rows_is_refused(client, key, body):
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": str(ids.uuid7())}
    answer = client.post(RESULTS, body, content_type="application/json", headers=headers)
    assert answer.status_code in (400, 422) and stored() == []


def test_only_so_many_at_a_time(client, key):
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100_000):  # else 20 MB
        huge = send(client, key, [row("R1") | {"person": "x" * 100_000}])
    assert (huge.status_code, list(huge.json())) == (413, ["detail"])  # no fault of ours, and said so
    assert send(client, key, [row(f"R{n}") for n in range(501)]).status_code == 413
    assert send(client, key, [row(f"R{n}") for n in range(500)]).json()["new"] == 500


def test_unknown_revoked_and_missing_keys_open_nothing(client, town, key):
    assert client.post(RESULTS, "{}", content_type="application/json").status_code == 401
    assert send(client, "guessed", row()).status_code == 401
    with acting():
        revoke_key(by=SYSTEM, key=ApiKey.objects.select_related("post").get())
    assert send(client, key, row()).status_code == 401


def test_a_key_sends_for_its_own_laboratory_only(client, town, key):
    answer = send(client, key, [row(laboratory="another"), row("R2", laboratory="lab")])
    assert [each["field"] for each in answer.json()["verdicts"]] == ["laboratory", ""]
    other = secret_of(issue_key(by=SYSTEM, post=town.worker, name="not a laboratory"))
    assert send(client, other, row("R3")).status_code == 403
    with acting():
        assert AccessLog.objects.filter(event="refused", field="api.results").count() == 1


def test_a_session_is_no_key(client, town):
    sign_in(client, town.lab)
    assert client.post(RESULTS, json.dumps(row()), content_type="application/json").status_code == 401


def test_health_and_description_are_public(client, town):
    assert client.get("/api/v1/health").json()["status"] == "ok"
    described = client.get("/api/v1/openapi.json").json()
    named = {path.removeprefix("/api/v1/") for path in described["paths"]}
    assert named == {"results", "tubes", "tubes/waiting", "fhir", "fhir/metadata", "scans", "health"}
    assert client.get("/api/v1/docs").status_code == 404


def upload(client, text, name="results.csv", op=None):
    file = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    return client.post("/screening/results/upload/", {"file": file, "op": str(op or ids.uuid7())})


def test_a_laboratory_sends_a_file_and_sees_its_results(client, town, key):
    sign_in(client, town.lab)
    text = "编号,人员,病种,采样时间,检测结果,N基因\n"
    text += "R1,wang,新冠,2021/11/30 9:00,阴性,\nR2,ghost,新冠,2021/11/30 9:00,阳性,22\n"
    op = ids.uuid7()
    for _ in range(2):
        answer = upload(client, text, op=op)
        assert answer.status_code == 200
        assert "ghost" not in answer.content.decode() and "person" in answer.content.decode()
    assert stored() == [("R1", "negative")]
    listed = client.get("/screening/results/").content.decode()
    assert "R1" in listed and "analyser" in listed and key not in listed


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_explained(client, town, text):
    sign_in(client, town.lab)
    assert upload(client, text).status_code == 422
    assert upload(client, "x", name="results.pdf").status_code == 422


def test_others_see_results_of_their_area_with_whom_they_are_about(client, town, key):
    send(client, key, row())
    sign_in(client, town.investigator)
    assert "王" in client.get("/screening/results/").content.decode()
    sign_in(client, town.far_investigator)
    assert ">R1" not in client.get("/screening/results/").content.decode()  # a token may have these letters
    sign_in(client, town.worker)
    assert client.get("/screening/results/").status_code == 403
