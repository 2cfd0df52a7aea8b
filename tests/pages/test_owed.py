"""What a laboratory owes: one list by deadline, its own only, from a box on its way to what a second person decides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muster.domains.screening import actions
from muster.domains.screening.models import Batch
from muster.domains.screening.owed import owed
from muster.kernel import clock as kernel_clock
from muster.kernel import plans
from muster.kernel.posts.logins import acting
from tests import screening_cast as cast
from tests.screening_cast import brought, packed, seal, send, swab
from tests.town import sign_in

PAGE = "/screening/laboratories/owed/"


@pytest.fixture
def town(db, clock):
    return cast.build(people=4)


@pytest.fixture
def row(town):
    return cast.opened(town)


def owes(town):
    return [(one.kind, one.name, one.tubes) for one in owed(town.laboratory.id, kernel_clock.now())]


def box(town, row, code, *tubes):
    for tube in tubes:
        send(town, row, *(swab(town, who, tube) for who in ("r0", "r1")), seal(tube, 2))
    return packed(town, row, code, len(tubes))


def test_from_the_box_on_its_way_to_the_last_tube(town, row, clock):
    late = box(town, row, "B1", "T1", "T2")
    clock.advance(minutes=30)
    early = box(town, row, "B2", "T3")
    assert owes(town) == [("receive", "B1", 2), ("receive", "B2", 1)]
    brought(town, early)
    assert owes(town) == [("receive", "B1", 2), ("report", "B2", 1)]
    brought(town, late)
    assert owes(town) == [("report", "B1", 2), ("report", "B2", 1)]
    minutes = plans.edition(row.plan).samples.result_minutes
    first = owed(town.laboratory.id, clock.now)[0]
    assert first.due_at == late.packed_at + timedelta(minutes=minutes)
    cast.reported(town, T1="negative", T3="negative")
    assert owes(town) == [("report", "B1", 1)]
    actions.void_tube(by=town.lab, tube=late.contents.using("act").get(code="T2"), why="broken")
    assert owes(town) == []


def test_what_is_held_waits_for_a_second_person_and_thrown_away_is_reported_again(town, row):
    brought(town, box(town, row, "B1", "T1", "T2", "T3"))
    actions.set_laboratory(by=town.headquarters, organisation=town.laboratory, tubes_a_day=1)
    assert cast.reported(town, T1="negative", T2="negative") == ["held", "held"]  # more than it can test
    with acting():
        batch = Batch.objects.get()
    assert owes(town) == [("batch", "", 2), ("report", "B1", 1)]
    actions.confirm_batch(by=town.posts["lab_second"], batch=batch, agree=False)
    assert owes(town) == [("again", "B1", 2), ("report", "B1", 1)]
    actions.set_laboratory(by=town.headquarters, organisation=town.laboratory, tubes_a_day=5000)
    cast.reported(town, T1="negative", T2="negative", T3="negative")
    assert owes(town) == []


def test_a_correction_has_the_deadline_of_its_duty(town, clock):
    def sent(ref, result, **more):
        return actions.record_result(
            by=town.lab, person=town.wang, laboratory=town.laboratory, ref=ref, disease="covid19", result=result,
            sampled_at=clock.now - timedelta(hours=4), **more,
        )  # fmt: skip

    sent("R1", "negative")
    held = sent("R2", "positive", corrects="R1")
    (one,) = owed(town.laboratory.id, clock.now)
    assert (one.kind, one.name) == ("correction", "R2") and one.due_at > clock.now
    actions.confirm_correction(by=town.headquarters, correction=held, agree=False)
    assert owes(town) == []


def test_the_page_is_the_laboratory_s_own(town, row, client, clock):
    sign_in(client, town.lab)
    assert "都已" in client.get(PAGE).content.decode()
    box(town, row, "B1", "T1")
    clock.advance(hours=30)
    text = client.get(PAGE).content.decode()
    assert "B1" in text and 'class="late"' in text
    other = cast.third_party(town)
    assert owed(other.pk, clock.now) == []
    sign_in(client, town.headquarters)
    assert client.get(PAGE).status_code == 403
