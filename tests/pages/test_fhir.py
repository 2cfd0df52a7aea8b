"""FHIR R4: messages of results, entry by entry; nothing of them is ever written by half."""

from __future__ import annotations

import copy
import json
import random

import pytest

from muster.domains.screening.models import Batch, Correction, Result, Tube
from muster.kernel.operations.models import Operation
from muster.kernel.posts.actions import issue_key, secret_of
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.site.fhir.reading import REASON_URL
from tests import screening_cast as cast
from tests.fhir_bundles import LOINC, SNOMED, bundle, coded, cycles, observation, specimen
from tests.screening_cast import brought, packed, seal, send, swab

DETECTED, NOT_DETECTED, INCONCLUSIVE = "260373001", "260415000", "419984006"


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


def post(client, key, body, **headers):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    headers = {"Authorization": f"Bearer {key}", **headers}
    return client.post("/api/v1/fhir", text, content_type="application/fhir+json", headers=headers)


def said(answer):
    """[(status, severity, code, expression)] of the entries."""
    found = []
    for entry in answer.json()["entry"]:
        (issue,) = entry["response"]["outcome"]["issue"]
        found.append((entry["response"]["status"], issue["severity"], issue["code"], *issue.get("expression", [])))
    return found


def results():
    with acting():
        return dict(Tube.objects.exclude(result="").values_list("code", "result"))


def test_a_message_is_answered_entry_by_entry(client, key):
    ct = [cycles("94511-9", 24.1), cycles("94510-1", 23)]
    body = bundle(
        specimen("T1"), specimen("T2"), specimen("T9"),
        observation("T1", NOT_DETECTED), observation("T2", DETECTED, component=ct), observation("T9", NOT_DETECTED),
        observation("T3", INCONCLUSIVE, specimen={"identifier": {"value": "T3"}}),
        {"resource": {"resourceType": "DiagnosticReport", "status": "final"}},
        {"resource": {"resourceType": "Patient", "id": "p"}},
    )  # fmt: skip
    answer = post(client, key, body)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/fhir+json"
    assert answer.json()["type"] == "message"
    assert said(answer) == [
        ("200", "information", "informational"),
        *[("200", "information", "informational")] * 3,
        ("201", "information", "informational"),
        ("201", "information", "informational"),
        ("422", "error", "not-found", "Bundle.entry[6].resource.specimen"),
        ("201", "information", "informational"),
        ("200", "information", "informational"),
        ("200", "information", "informational"),
    ]
    assert results() == {"T1": "negative", "T2": "pool_suspect", "T3": "invalid"}
    with acting():
        assert (Tube.objects.get(code="T2").ct_orf, Tube.objects.get(code="T2").ct_n) == (24.1, 23)
        assert Batch.objects.get().way == "fhir"


def test_ct_values_may_come_as_observations_of_their_own(client, key):
    own = observation("T1", "", code=coded(LOINC, "94511-9"), valueQuantity={"value": 22.5})
    del own["resource"]["valueCodeableConcept"]
    lone = copy.deepcopy(own)
    lone["resource"]["specimen"] = {"identifier": {"value": "T2"}}
    answer = post(client, key, bundle(specimen("T1"), observation("T1", DETECTED), own, lone, kind="batch"))
    assert [entry[0] for entry in said(answer)] == ["200", "201", "201", "422"]
    with acting():
        assert Tube.objects.get(code="T1").ct_orf == 22.5


def test_a_message_counts_once_by_its_own_identifier(client, key):
    body = bundle(specimen("T1"), observation("T1", NOT_DETECTED))
    first, again = (post(client, key, body) for _ in range(2))
    assert first.json() == again.json()
    with acting():
        assert Operation.objects.filter(action="screening.load_tubes").count() == 1
    other = bundle(specimen("T1"), observation("T1", DETECTED))
    assert post(client, key, other).status_code == 409
    other["identifier"]["value"] = "M2"
    assert said(post(client, key, other))[-1] == (
        "202", "warning", "business-rule", "Bundle.entry[2].resource",
    )  # fmt: skip
    assert results() == {"T1": "negative"}
    nameless = bundle(specimen("T1"), observation("T1", NOT_DETECTED), kind="batch")
    del nameless["identifier"]
    assert post(client, key, nameless).status_code == 400


def test_of_a_transaction_all_is_taken_or_nothing(client, key):
    entries = [specimen("T1"), observation("T1", NOT_DETECTED), specimen("T9"), observation("T9", NOT_DETECTED)]
    answer = post(client, key, bundle(*entries, kind="transaction"))
    assert answer.status_code == 422 and answer.json()["resourceType"] == "OperationOutcome"
    assert answer.json()["issue"][0]["expression"] == ["Bundle.entry[3].resource.specimen"]
    assert results() == {}
    with acting():
        assert not Batch.objects.exists() and not Operation.objects.filter(action="screening.load_tubes").exists()
    answer = post(client, key, bundle(*entries[:2], kind="transaction"))
    assert answer.json()["type"] == "transaction-response" and results() == {"T1": "negative"}


def test_a_result_of_a_person_without_a_tube(client, town, key):
    body = observation(
        "-", NOT_DETECTED, identifier=[{"value": "R1"}], subject={"identifier": {"value": "wang"}},
        effectiveDateTime="2021-11-30T09:00:00+08:00",
    )  # fmt: skip
    del body["resource"]["specimen"]
    stranger = copy.deepcopy(body)
    stranger["resource"] |= {"identifier": [{"value": "R2"}], "subject": {"identifier": {"value": "nobody"}}}
    answer = post(client, key, bundle(body, stranger, specimen("T1"), observation("T1", NOT_DETECTED), kind="batch"))
    assert said(answer)[:2] == [
        ("201", "information", "informational"), ("422", "error", "not-found", "Bundle.entry[1].resource.subject"),
    ]  # fmt: skip
    with acting():
        assert Result.objects.get().ref == "R1" and Result.objects.get().laboratory_id == town.laboratory.id
    assert results() == {"T1": "negative"}


def test_a_corrected_observation_that_flips_a_result_is_held(client, key):
    body = observation(
        "-", NOT_DETECTED, identifier=[{"value": "R1"}], subject={"identifier": {"value": "wang"}},
        effectiveDateTime="2021-11-30T09:00:00+08:00",
    )  # fmt: skip
    del body["resource"]["specimen"]
    flip = copy.deepcopy(body)
    flip["resource"] |= {"status": "corrected", "valueCodeableConcept": coded(SNOMED, DETECTED)}
    flip["resource"] |= {"extension": [{"url": "urn:other"}, {"url": REASON_URL, "valueCode": "other"}]}
    flip["resource"] |= {"note": [{"text": "离心机故障"}]}
    assert said(post(client, key, bundle(body, kind="batch")))[0][0] == "201"
    for number in ("M2", "M3"):
        message = bundle(flip, kind="batch")
        message["identifier"]["value"] = number
        answer = post(client, key, message)
        assert said(answer)[0][:3] == ("202", "warning", "business-rule")
    with acting():
        assert [(row.ref, row.result) for row in Result.objects.all()] == [("R1", "negative")]
        assert Correction.objects.values_list("reason", "remark").get() == ("other", "离心机故障")
    flip["resource"]["extension"][1]["valueCode"] = "lost"
    message = bundle(flip, kind="batch")
    message["identifier"]["value"] = "M4"
    assert "extension" in str(said(post(client, key, message))[0])


FAULTS = [
    ({"status": "preliminary"}, "business-rule", "status"),
    ({"status": "entered-in-error"}, "business-rule", "status"),
    ({"valueCodeableConcept": None}, "required", "valueCodeableConcept"),
    ({"valueCodeableConcept": coded(SNOMED, "1")}, "code-invalid", "valueCodeableConcept.coding"),
    ({"valueCodeableConcept": coded("urn:own", DETECTED)}, "code-invalid", "valueCodeableConcept.coding"),
    ({"code": coded(LOINC, "1-1")}, "code-invalid", "code.coding"),
    ({"code": {}}, "required", "code.coding"),
    ({"specimen": {"reference": "Specimen/none"}}, "not-found", "specimen.reference"),
    ({"specimen": {"reference": 3}}, "value", "specimen.reference"),
    ({"specimen": []}, "structure", "specimen"),
    ({"modifierExtension": [{}]}, "extension", "modifierExtension"),
    ({"component": [cycles("94511-9", "22")]}, "value", "component[0].valueQuantity.value"),
    ({"component": {}}, "structure", "component"),
    (
        {"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": each} for each in (DETECTED, NOT_DETECTED)]}},
        "code-invalid", "valueCodeableConcept.coding",
    ),
]  # fmt: skip


def test_what_is_wrong_is_said_with_its_path(client, key):
    for number, (change, code, path) in enumerate(FAULTS):
        body = bundle(specimen("T1"), observation("T1", NOT_DETECTED, **change), key=f"N{number}")
        assert said(post(client, key, body))[-1] == ("422", "error", code, f"Bundle.entry[2].resource.{path}")
    assert results() == {}


NO_BUNDLES = [
    "", "{", "[1]", "3", b"\xff", "[" * 100_000, '{"resourceType": "Bundle", "type": NaN}',
    {"resourceType": "Patient"},
    {"resourceType": "Bundle", "type": "history", "entry": []},
    {"resourceType": "Bundle", "type": "batch"},
    {"resourceType": "Bundle", "type": "batch", "entry": []},
    {"resourceType": "Bundle", "type": "batch", "entry": [{}]},
    {"resourceType": "Bundle", "type": [], "entry": []},
]  # fmt: skip


def test_what_is_no_bundle_is_refused(client, key):
    for body in NO_BUNDLES:
        answer = post(client, key, body)
        assert answer.status_code == 400 and answer.json()["resourceType"] == "OperationOutcome", body


def test_without_a_key_nothing_is_read(client, town):
    assert client.post("/api/v1/fhir", "{}", content_type="application/fhir+json").status_code == 401


def test_what_is_understood_is_public(client, town):
    statement = client.get("/api/v1/fhir/metadata").json()
    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    assert "94500-6" in statement["rest"][0]["documentation"]


def test_something_odd_anywhere_in_it_never_makes_it_fall(client, key):
    """300 Bundles with one element replaced: each is answered, none by a fault of ours."""
    rng = random.Random(7)
    base = bundle(specimen("T1"), observation("T1", DETECTED, component=[cycles("94511-9", 24)]), kind="batch")
    odd = (None, [], {}, "", "\0", "\ud800", 10**400, -1, True, 1e308, [None], {"coding": 3}, "x" * 5000)

    def bend(value):
        if isinstance(value, dict) and value:
            name = rng.choice(list(value))
            return {**value, name: bend(value[name])}
        if isinstance(value, list) and value:
            at = rng.randrange(len(value))
            return [*value[:at], bend(value[at]), *value[at + 1 :]]
        return rng.choice(odd)

    for number in range(300):
        body = bend(base)
        if isinstance(body.get("identifier"), dict):
            body["identifier"] = {**body["identifier"], "value": f"N{number}"}
        assert post(client, key, body).status_code in (200, 400, 409, 422)
