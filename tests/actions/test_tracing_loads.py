"""Cases and contacts from files: a verdict per row, sources in later rows, the same file again, real line lists."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.utils import translation

from muster.domains.tracing import actions
from muster.domains.tracing.models import Case, Contact, Incident, Link
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Refused
from muster.kernel.people.models import Person, Place
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import PROCEDURES
from tests import tracing_cast as cast
from tests.town import build_town

LISTS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "2_linelists"
needs_lists = pytest.mark.skipif(not LISTS.is_dir(), reason="the shared line lists are not here")


@pytest.fixture
def town(db, clock, monkeypatch):
    """In English, and without procedures."""
    for name in list(PROCEDURES):
        monkeypatch.delitem(PROCEDURES, name)
    with translation.override("en"):
        yield build_town()


def load(rows, what="cases", **given):
    """Load rows (dicts), numbered like a file with a header."""
    call = actions.load_cases if what == "cases" else actions.load_contacts
    return call(by=SYSTEM, rows=list(enumerate(rows, 2)), **given)


def counts(report):
    return report["new"], report["changed"], report["unchanged"], len(report["rejected"])


def why(report):
    return {(row["row"], row["field"]) for row in report["rejected"]}


def row(ref, person, **cells):
    return {"ref": ref, "person": person, "disease": "covid19", "onset_on": "2021-11-01"} | cells


# -- cases


def test_a_source_may_stand_in_a_later_row(town):
    rows = [row("C1", "wang", source_case="C2"), row("C2", "li"), row("C3", "zhang", source_case="C1")]
    assert counts(load(rows)) == (3, 0, 0, 0)
    with acting():
        cases = {case.ref: case for case in Case.objects.all()}
        links = set(Link.objects.values_list("source__ref", "target__ref"))
        incident = Incident.objects.get()
    assert links == {("C2", "C1"), ("C1", "C3")}
    assert len({case.chain_id for case in cases.values()}) == 1
    assert [cases[ref].source_state for ref in ("C1", "C2", "C3")] == ["linked", "unknown", "linked"]
    assert {case.number for case in cases.values()} == {f"610404-2021-000{n}" for n in (1, 2, 3)}
    assert incident.history and incident.area == "610404" and incident.closed_at


def test_history_starts_nothing(town):
    load([row("C1", "wang")])
    (fact,) = cast.facts("case_opened")
    assert fact.data["history"] is True and not cast.duties("trace_case")
    with acting():
        assert Case.objects.get().history and not Case.objects.open().exists()


def test_the_same_file_again_is_unchanged(town):
    rows = [
        row("C1", "wang", source_case="C2"),
        row("C2", "li", confirmed_at="2021-11-03T08:00", classification="confirmed"),
    ]
    assert counts(load(rows)) == (2, 0, 0, 0)
    assert counts(load(rows)) == (0, 0, 2, 0)
    rows[0]["onset_on"], rows[1]["classification"] = "2021-11-02", "asymptomatic"
    assert counts(load(rows)) == (0, 2, 0, 0)
    with acting():
        case = Case.objects.get(ref="C2")
        steps = list(case.classifications.order_by("at", "id").values_list("classification", flat=True))
    assert sorted(steps) == ["asymptomatic", "confirmed"] and case.classification == "asymptomatic"


def test_several_sources_stand_in_one_cell_or_in_several_rows(town):
    rows = [row("A", "wang"), row("B", "li"), row("C", "zhang", source_case="A;B"), row("C", "zhang", source_case="A")]
    assert counts(load(rows)) == (3, 0, 1, 0)
    rows = [row("A", "wang"), row("D", "zhao", source_case="A"), row("D", "zhao", source_case="B")]
    assert counts(load(rows)) == (2 - 1, 1, 1, 0)
    with acting():
        assert Link.objects.filter(target__ref="D").count() == Link.objects.filter(target__ref="C").count() == 2


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"person": "nobody"}, "person"),
        ({"person": ""}, "person"),
        ({"ref": ""}, "ref"),
        ({"disease": "boredom"}, "disease"),
        ({"onset_on": "無病徵"}, "onset_on"),
        ({"onset_on": "2022-01-01"}, "onset_on"),
        ({"onset_on": "0001-01-01T00:00+14:00"}, "onset_on"),
        ({"onset_on": ""}, "onset_on"),
        ({"confirmed_at": "yesterday"}, "confirmed_at"),
        ({"classification": "certain"}, "classification"),
        ({"source_case": "C0"}, "source_case"),
        ({"source_case": "C1"}, "source_case"),
    ],
)
def test_one_bad_row_never_stops_the_rest(town, cells, field):
    report = load([row("C1", "wang") | cells, row("C2", "li")])
    assert counts(report) == (1, 0, 0, 1) and why(report) == {(2, field)}


def test_a_rejected_row_takes_along_those_that_name_it(town):
    rows = [
        row("C1", "nobody"),
        row("C2", "li", source_case="C1"),
        row("C3", "zhang", source_case="C2"),
        row("C4", "zhao"),
    ]
    report = load(rows)
    assert why(report) == {(2, "person"), (3, "source_case"), (4, "source_case")} and report["new"] == 1


def test_two_rows_that_contradict_each_other(town):
    report = load([row("C1", "wang"), row("C1", "wang", onset_on="2021-11-02"), row("C1", "wang")])
    assert counts(report) == (1, 0, 1, 1) and why(report) == {(3, "ref")}
    assert why(load([row("C1", "li")])) == {(2, "person")}


def test_missing_persons_are_made_when_asked_for(town):
    assert counts(load([row("C1", "stranger")], create_missing=True)) == (1, 0, 0, 0)
    with acting():
        assert Person.objects.get(ref="stranger").cases.count() == 1


def test_the_plan_is_named_or_in_force_on_the_day(town):
    load([row("C1", "wang", onset_on="2021-06-01"), row("C2", "li")], plan="covid19-cn-9")
    load([row("C3", "zhang", onset_on="2021-11-20")])
    with acting():
        assert [case.plan for case in Case.objects.order_by("ref")] == ["covid19-cn-9", "covid19-cn-9", "covid19-cn-8"]
    assert why(load([row("C4", "zhao", onset_on="2019-01-01")])) == {(2, "disease")}
    assert why(load([row("C4", "zhao")], plan="mers")) == {(2, "disease")}


def test_live_cases_owe_their_tracing(town, clock):
    cast.open_case(town.zhang)
    report = load([row("C1", "wang"), row("C2", "zhao"), row("C3", "zhang"), row("C4", "wang")], history=False)
    assert why(report) == {(4, "person"), (5, "person")} and report["new"] == 2
    with acting():
        areas = set(Case.objects.open().values_list("ref", "incident_area"))
    assert areas == {(None, "610404"), ("C1", "610404"), ("C2", "610402")}
    assert len(cast.duties("trace_case")) == 3


def test_a_live_case_is_known_by_its_number(town, clock):
    case = cast.open_case(town.wang, onset_on=cast.at(0).date())
    rows = [row(case.number, "wang", onset_on="2021-11-30", classification="confirmed")]
    assert counts(load(rows)) == (0, 0, 1, 0)


def test_nobody_but_the_command_line_loads(town):
    with pytest.raises(Refused):
        actions.load_cases(by=town.headquarters, rows=[])
    with pytest.raises(Refused):
        actions.load_contacts(by=town.investigator, rows=[])


# -- contacts


@pytest.fixture
def past(town):
    load([row("C1", "wang"), row("C2", "li")])
    return town


def contact(case="C1", person="zhang", **cells):
    return {"case": case, "person": person} | cells


def test_contacts_of_history_are_settled(past):
    when = {"first_at": "2021-10-31 08:00", "last_at": "2021-11-02", "minutes": "45"}
    rows = [
        contact(ring="1", reason="household;told", place="canteen", **when),
        contact(person="zhao", ring="2", area="610402001001"),
    ]
    assert counts(load(rows, "contacts")) == (2, 0, 0, 0)
    assert counts(load(rows, "contacts")) == (0, 0, 2, 0)
    with acting():
        near, far = Contact.objects.select_related("place").order_by("ring")
    assert (near.reasons, near.minutes, near.place.ref, near.status) == (
        ["household", "told"],
        45,
        "canteen",
        "released",
    )
    assert near.first_at.isoformat() == "2021-10-31T00:00:00+00:00" and near.area == past.zhang.home
    assert (far.area, far.reasons, far.first_at) == ("610402001001", ["told"], cast.at(0, day=-31))
    assert all(fact.data["history"] for fact in cast.facts("contact_found")) and not cast.duties("notify_contact")
    rows[0]["minutes"] = "50"
    assert counts(load(rows, "contacts")) == (0, 1, 1, 0)


def test_a_contact_who_is_a_case_was_infected_by_it(past):
    rows = [contact(person="li", reason="Emergency room"), contact("C2", "wang"), contact("C2", "zhang")]
    assert counts(load(rows, "contacts")) == (3, 0, 0, 0)
    with acting():
        (link,) = Link.objects.select_related("source", "target")
        met = Contact.objects.get(case__ref="C1")
        assert {case.chain_id for case in Case.objects.all()} == {link.source.chain_id}
    assert (link.source.ref, link.target.ref, link.confirmed) == ("C1", "C2", False)
    assert (met.status, met.converted_case_id, met.reasons) == ("converted", link.target_id, ["other"])


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"case": "C9"}, "case"),
        ({"person": "nobody"}, "person"),
        ({"person": "wang"}, "person"),
        ({"place": "nowhere"}, "place"),
        ({"area": "990101"}, "area"),
        ({"area": "6104?"}, "area"),
        ({"ring": "3"}, "ring"),
        ({"minutes": "-1"}, "minutes"),
        ({"minutes": "1.5"}, "minutes"),
        ({"first_at": "2021-11-02", "last_at": "2021-11-01"}, "last_at"),
        ({"first_at": "2021-13-01"}, "first_at"),
    ],
)
def test_one_bad_contact_never_stops_the_rest(past, cells, field):
    report = load([contact() | cells, contact(person="zhao")], "contacts")
    assert counts(report) == (1, 0, 0, 1) and why(report) == {(2, field)}


def test_a_contact_stands_once_in_a_file(past):
    report = load([contact(), contact(), contact(ring="2")], "contacts")
    assert counts(report) == (1, 0, 1, 1) and why(report) == {(4, "person")}


def test_missing_persons_and_places_are_made_when_asked_for(past):
    assert load([contact(person="p1", place="x1")], "contacts", create_missing=True)["new"] == 1
    with acting():
        assert Place.objects.filter(ref="x1").exists() and Person.objects.filter(ref="p1").exists()


def test_live_contacts_are_found_now(town, clock):
    case = cast.open_case(town.wang)
    report = load([contact(case.number, "zhang", first_at="2021-11-29T10:00")], "contacts", history=False)
    assert report["new"] == 1
    (found,) = cast.contacts(case).values()
    assert (found.status, found.history) == ("found", False) and "history" not in cast.facts("contact_found")[0].data


# -- real line lists


def read(*names):
    with (LISTS.joinpath(*names)).open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@needs_lists
@pytest.mark.parametrize("way", ["one cell", "several rows", "contacts"])
def test_mers_in_korea_has_162_cases_and_98_links(town, way):
    rows = [
        {"ref": r["id"], "person": r["id"], "disease": "mers", "onset_on": r["dt_onset"], "confirmed_at": r["dt_diag"],
         "classification": "confirmed"}
        for r in read("outbreaks_R", "mers_korea_2015__linelist.csv")
    ]  # fmt: skip
    pairs = [(r["from"], r["to"]) for r in read("outbreaks_R", "mers_korea_2015__contacts.csv")]
    by_ref = {r["ref"]: r for r in rows}
    if way == "one cell":
        for source, target in pairs:
            by_ref[target]["source_case"] = ";".join(filter(None, [by_ref[target].get("source_case"), source]))
    elif way == "several rows":
        rows += [by_ref[target] | {"source_case": source} for source, target in pairs]
    report = load(rows, create_missing=True)
    assert not report["rejected"] and report["new"] == 162
    if way == "contacts":
        assert load([contact(source, target) for source, target in pairs], "contacts")["new"] == 98
    with acting():
        assert (Case.objects.count(), Link.objects.count(), Incident.objects.count()) == (162, 98, 1)
        assert Case.objects.filter(source_state="linked").count() == 95
        assert Fact.objects.filter(kind="tracing.case_opened").count() == 162
        chains = {case.chain_id for case in Case.objects.filter(ref__in=["SK_1", "SK_14", "SK_39", "SK_107"])}
    assert len(chains) == 1
    assert not load(rows)["new"]


@needs_lists
def test_patients_of_korea_with_sources_that_are_missing(town):
    rows = [
        {"ref": r["patient_id"], "person": r["patient_id"], "disease": "covid19", "confirmed_at": r["confirmed_date"],
         "onset_on": r["symptom_onset_date"].strip(), "source_case": r["infected_by"]}
        for r in read("ds4c_korea", "PatientInfo.csv")
    ]  # fmt: skip
    report = load(rows, plan="covid19-cn-8", create_missing=True)
    with acting():
        assert Case.objects.count() == report["new"]
        assert Link.objects.count() > 700
    assert report["new"] + len(report["rejected"]) == len(rows)
    assert load(rows, plan="covid19-cn-8")["new"] == 0
