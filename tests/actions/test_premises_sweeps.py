"""Day rentals one by one, and what units say of their staff and families."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from muster.domains.arrivals.models import Arrival
from muster.domains.intake.models import Report
from muster.domains.premises import actions
from muster.domains.premises.jobs import settle
from muster.domains.premises.models import Routine
from muster.domains.premises.sweep_ledger import by_area
from muster.kernel import clock as program_clock
from muster.kernel import ids
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.models import Identifier, Person
from muster.kernel.posts.logins import acting, viewing
from muster.kernel.posts.models import SYSTEM
from tests.pages.reading import read_as
from tests.premises_cast import desk, venue_of
from tests.town import build_town, sign_in

ENGLISH = {"accept-language": "en"}
NOBODY_ILL = {"staff": 0, "returned": 0, "controlled": 0, "symptomatic": 0}


@pytest.fixture
def town(db, clock):
    cache.clear()
    clock.advance(hours=13)
    return build_town()


@pytest.fixture
def rooms(town) -> list[Routine]:
    venues = [venue_of(town, name=f"日租房{number}", kind="day_rental") for number in range(4)]
    settle()
    with acting():
        rows = {row.venue_id: row for row in Routine.objects.filter(code="sweep").select_related("venue__place")}
    return [rows[venue.pk] for venue in venues]


def owed(row: Routine) -> list[str]:
    with acting():
        return list(Duty.objects.open().filter(subject=row.pk).values_list("kind", flat=True))


def visit(by, row, found, **given):
    return actions.record_visit_there(by=by, routine=row, found=found, **given)


def test_each_is_visited_and_what_is_open_stays_a_duty(town, rooms):
    one, two, three, four = rooms
    done = visit(town.worker, one, "visited", figure=3)
    assert (done.outcome, done.figure, done.found, done.recorded_by, owed(one)) == (
        "done",
        3,
        "visited",
        town.worker.id,
        [],
    )
    for _again in range(2):  # nobody in: it stays owed, and each try is told
        away = visit(town.worker, two, "nobody")
    assert (away.outcome, away.tries, owed(two)) == ("", 2, ["premises.do_routine"])
    shut = visit(town.worker, three, "closed")
    assert (shut.outcome, shut.figure, owed(three)) == ("done", 0, [])
    refused = visit(town.worker, four, "refused")
    assert (refused.outcome, owed(four)) == ("not_done", ["premises.see_refusal"])
    actions.check_routine(by=town.community, routine=four, wanting=[])
    assert owed(four) == []
    with viewing(town.headquarters.id):
        totals = by_area(town.headquarters)
    assert totals == [{"within": "610404001", "all": 4, "visited": 2, "open": 1, "refused": 1, "hazards": 0}]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"found": "asleep"}, "found"), ({"found": ""}, "found"), ({"found": "visited"}, "figure"),
     ({"found": "visited", "figure": 1, "hazard": True}, "note")],
)  # fmt: skip
def test_what_is_not_taken(town, rooms, given, field):
    with pytest.raises(Invalid) as no:
        actions.record_visit_there(by=town.worker, routine=rooms[0], **given)
    assert no.value.field == field
    with pytest.raises(Refused):
        visit(town.far_worker, rooms[0], "closed")
    with pytest.raises(Invalid):  # a visit is not ticked off like another routine
        actions.record_routine(by=town.worker, routine=rooms[0], figure=1)


def test_a_hazard_is_a_report_with_its_clock(town, rooms):
    visit(town.worker, rooms[0], "visited", figure=2, hazard=True, note="煤气管老化")
    with acting():
        report = Report.objects.get()
        assert (report.kind, report.place_id, report.area) == ("hazard", rooms[0].venue.place_id, rooms[0].area)
        assert [note.text for note in report.notes.order_by("id")] == ["煤气管老化", "日租房0"]
        assert Duty.objects.open().filter(subject=report.pk, kind="intake.dispose").exists()
        assert "煤气" not in str(list(Fact.objects.values_list("data", flat=True)))


def test_the_page_of_a_visit_and_the_list_of_what_is_open(client, town, rooms):
    sign_in(client, town.worker)
    path = f"/premises/routines/{rooms[0].pk}/"
    assert "Refused entry" in client.get(path, headers=ENGLISH).content.decode()
    form = {"op": str(ids.uuid7()), "found": "visited"}
    assert client.post(path + "record/", form, headers=ENGLISH).status_code == 422
    assert client.post(path + "record/", form | {"figure": "4"}).status_code == 302
    read = read_as(client)
    text = read(town.headquarters, "/premises/sweep/")
    assert "日租房0" not in text and "日租房1" in text
    text = read(town.headquarters, "/premises/sweep/?show=visited&columns=venue&columns=by_whom")
    assert "日租房0" in text and "Grid worker" in text
    read(town.lab, "/premises/sweep/", 403)


def test_a_unit_says_how_many_and_what_is_missing_rises(town, clock):
    factory = venue_of(town, name="纺织厂", kind="factory")
    settle()
    with acting():
        row = Routine.objects.get(code="families")
    given = {"by": SYSTEM, "desk": desk(factory), "routine": row.pk, "figure": 40}
    for wrong in (None, NOBODY_ILL | {"symptomatic": None}, NOBODY_ILL | {"returned": -1}):
        with pytest.raises(Invalid) as no:
            actions.record_routine_at_desk(**given, counts=wrong)
        assert no.value.field.startswith("count_")
    program_clock.freeze(row.due_at + timedelta(minutes=1))
    settle()
    assert owed(row) == ["premises.chase_routine"]
    done = actions.record_routine_at_desk(**given, counts=NOBODY_ILL | {"returned": 2, "other": 9})
    assert (done.counts, owed(row)) == (
        NOBODY_ILL | {"returned": 2},
        ["premises.name_people"],  # two who came back, and nobody knows who
    )
    with acting():
        assert Fact.objects.get(kind="premises.routine_recorded", subject=row.pk).data["returned"] == 2


def test_a_unit_names_people_who_become_arrivals_and_reports(town):
    factory = venue_of(town, name="纺织厂", kind="factory")
    settle()
    browser = Client()
    owed_page = browser.get(f"/d/{desk(factory)}/owed/", headers=ENGLISH).content.decode()
    path = f"/d/{desk(factory)}/people/"
    assert path in owed_page and "With symptoms" in owed_page
    person = {"name": "赵远", "phone": "13712345678", "who": "staff", "origin": "河南省郑州市金水区"}
    for wrong in (
        {"what": ""},
        {"what": "returned", "who": ""},
        {"what": "returned", "origin": ""},
        {"what": "symptoms", "phone": ""},
    ):
        refused = browser.post(path, person | wrong | {"op": str(ids.uuid7())}, headers=ENGLISH)
        assert refused.status_code == 422 and "field-error" in refused.content.decode(), wrong
    for what in ("returned", "symptoms"):
        op = str(ids.uuid7())
        for _twice in range(2):
            assert browser.post(path, person | {"what": what, "op": op}).status_code == 302
    with acting():
        arrival, report = Arrival.objects.get(), Report.objects.get()
        assert (arrival.declared_by, arrival.area, arrival.state) == ("employer", "610404001001", "here")
        assert (report.kind, report.source, report.place.name) == ("fever", "unit", "纺织厂")
        assert Identifier.objects.filter(person_id__in=[arrival.person_id, report.about_id]).count() == 2
    assert browser.get("/d/" + "x" * 20 + "/people/").status_code in (404, 410, 422)


def test_whom_a_unit_counts_it_names_or_says_why_not(client, town):
    factory = venue_of(town, name="纺织厂", kind="factory")
    settle()
    with acting():
        row = Routine.objects.get(code="families")
    browser, path = Client(), f"/d/{desk(factory)}/"
    counts = NOBODY_ILL | {"staff": 3, "returned": 1, "symptomatic": 1}
    actions.record_routine_at_desk(by=SYSTEM, desk=desk(factory), routine=row.pk, figure=3, counts=counts)
    assert (unnamed(row), owed(row)) == (5, ["premises.name_people"])
    page = browser.get(path + "owed/", headers=ENGLISH).content.decode()
    assert "5 people were counted, and are not named" in page and "How many work here: 3 counted, 0 named" in page

    def post(**form):
        return browser.post(path + "people/", form | {"op": str(ids.uuid7())}, headers=ENGLISH)

    assert "Line 2, 李四: " in post(people="张三 13711110001\n李四").content.decode()
    assert post(people=" ").status_code == 422 and unnamed(row) == 5  # nothing of it was written
    for _twice in range(2):  # the same list again names nobody twice
        assert post(people="张三\t13711110001\n李四，13711110002\n").status_code == 302
    assert unnamed(row) == 3
    with acting():
        assert Person.objects.filter(organisation__name="纺织厂").count() == 2
    person = {"name": "赵远", "phone": "13712345678", "who": "family", "origin": "河南省郑州市金水区"}
    for phone in ("13712345678", "137 1234 5678", "+86 13712345678"):
        post(**person | {"what": "returned", "phone": phone})
    assert unnamed(row) == 2
    post(**person | {"what": "symptoms"})
    assert (unnamed(row), owed(row)) == (1, ["premises.name_people"])
    read = read_as(client)
    assert "3 counted, 2 named" in read(town.worker, f"/premises/routines/{row.pk}/")
    assert "纺织厂" in read(town.headquarters, "/premises/routines/?state=unnamed")
    with pytest.raises(Invalid):
        actions.explain_unnamed(by=town.worker, routine=row, why="")
    with pytest.raises(Refused):
        actions.explain_unnamed(by=town.neighbour, routine=row, why="left")
    form = {"op": str(ids.uuid7()), "routine": str(row.pk)}
    assert browser.post(path + "owed/", form | {"why": "none"}).status_code == 422
    assert browser.post(path + "owed/", form | {"why": "left"}).status_code == 302
    assert (unnamed(row), owed(row)) == (0, [])
    with acting():
        assert Fact.objects.get(kind="premises.people_named").data == {"why": "left"}
    assert "They work here no longer" in read(town.worker, f"/premises/routines/{row.pk}/")


def unnamed(row: Routine) -> int:
    with acting():
        return Routine.objects.get(pk=row.pk).unnamed


def test_who_is_named_before_the_report_counts(town):
    factory = venue_of(town, name="纺织厂", kind="factory")
    settle()
    with acting():
        row = Routine.objects.get(code="families")
    actions.name_staff_at_desk(by=SYSTEM, desk=desk(factory), people="张三 13711110001")
    actions.note_named(by=SYSTEM, venue=factory, code="returned", phone="13712345678")
    counts = NOBODY_ILL | {"staff": 1, "returned": 1}
    actions.record_routine_at_desk(by=SYSTEM, desk=desk(factory), routine=row.pk, figure=1, counts=counts)
    assert (unnamed(row), owed(row)) == (0, [])
