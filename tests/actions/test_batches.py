"""Batches of a laboratory: reconciled with what it states and what it received; mutated ones are held or refused."""

from __future__ import annotations

import random

import pytest

from muster.domains.screening import actions
from muster.domains.screening.judging import COLUMNS, digest_of
from muster.domains.screening.models import Batch, Laboratory, Tube
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import acting
from tests import screening_cast as cast
from tests.screening_cast import brought, packed, seal, send, swab

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def town(db, clock):
    return cast.build(people=4)


@pytest.fixture
def row(town):
    return cast.opened(town)


@pytest.fixture(autouse=True)
def what_must_hold(db):
    yield
    assert cast.broken_rules() == []


def tubes_at_the_laboratory(town, row, many):
    """So many tubes with two people each, received."""
    for number in range(many):
        send(town, row, *(swab(town, who, f"T{number:02}") for who in ("r0", "r1")), seal(f"T{number:02}", 2))
    brought(town, packed(town, row, "B1", many))


def rows_of(many, **found):
    return [
        {"tube": f"T{n:02}", "result": found.get(f"T{n:02}", "negative"), "ct_orf": "", "ct_n": ""} for n in range(many)
    ]


def stated_of(rows):
    words = [row["result"] for row in rows]
    found = words.count("positive") + words.count("pool_suspect")
    return {"tubes": len(rows), "negative": words.count("negative"), "found": found, "invalid": words.count("invalid")}


def sent(town, rows, by=None, **given):
    return actions.load_tubes(by=by or town.lab, rows=rows, **given)


def words(done):
    return [verdict[2] for verdict in done["verdicts"]]


def results():
    with acting():
        return dict(Tube.objects.exclude(result="").values_list("code", "result"))


def claims():
    with acting():
        return dict(Tube.objects.exclude(claimed="").values_list("code", "claimed"))


def machine(town):
    with acting():
        return cast.machine_post(town.laboratory)


def test_a_batch_says_what_is_left_in_the_boxes(town, row):
    tubes_at_the_laboratory(town, row, 5)
    rows = rows_of(3)
    done = sent(town, rows, stated=stated_of(rows), digest=digest_of(rows), way="api")
    assert words(done) == ["new"] * 3
    assert done["boxes"] == [{"box": "B1", "tubes": 5, "reported": 3, "left": 2}]
    again = sent(town, rows)
    assert words(again) == ["unchanged"] * 3
    with acting():
        assert list(Batch.objects.order_by("sent_at", "id").values_list("new", "unchanged", "way")) == [
            (3, 0, "api"), (0, 3, "page"),
        ]  # fmt: skip


def mutations(rows, rng):
    """A batch with one thing changed in it, and what it was."""
    at, other = rng.sample(range(len(rows)), 2)
    changed = [dict(row) for row in rows]
    kind = rng.choice(["flip", "tube", "stranger", "swap", "drop", "repeat", "ct", "word", "order", "contradiction"])
    if kind == "flip":
        changed[at]["result"] = "positive" if changed[at]["result"] == "negative" else "negative"
    elif kind == "tube":
        changed[at]["tube"] = changed[other]["tube"]
    elif kind == "stranger":
        changed[at]["tube"] = f"X{rng.randrange(10**6)}"
    elif kind == "swap":
        changed[at]["tube"], changed[other]["tube"] = changed[other]["tube"], changed[at]["tube"]
    elif kind == "drop":
        changed.pop(at)
    elif kind == "repeat":
        changed.append(dict(changed[at]))
    elif kind == "ct":
        changed[at]["ct_n"] = str(rng.randint(10, 45))
    elif kind == "word":
        changed[at]["result"] = rng.choice(["", "untested", "阴", "invalid"])
    elif kind == "order":
        changed[at], changed[other] = changed[other], changed[at]
    else:
        changed.append({**changed[at], "result": "invalid"})
    return changed


def test_a_mutated_batch_is_refused_whole(town, row):
    """Of 200 mutations none gets one result in; the unmutated batch then does."""
    tubes_at_the_laboratory(town, row, 12)
    rows, rng = rows_of(12, T03="positive"), random.Random(1)
    rows[3] |= {"ct_orf": "24.1", "ct_n": "23"}
    said, digest = stated_of(rows), digest_of(rows)
    for _ in range(200):
        changed = mutations(rows, rng)
        with pytest.raises(Invalid):
            sent(town, changed, stated=said, digest=digest, way="api")
    assert results() == {} and claims() == {}
    assert words(sent(town, rows, stated=said, digest=digest, way="api")) == ["new"] * 12


def test_a_batch_mutated_after_it_was_reported_is_held_or_refused(town, row):
    """Without a digest, and with counts made to fit: what was reported does not change by one person's doing."""
    tubes_at_the_laboratory(town, row, 12)
    rows, rng = rows_of(12, T03="positive"), random.Random(2)
    rows[3] |= {"ct_orf": "24.1", "ct_n": "23"}
    sent(town, rows)
    before = results()
    for _ in range(100):
        changed = mutations(rows, rng)
        try:
            done = sent(town, changed, stated=stated_of(changed), way="file")
        except Invalid:
            continue
        assert set(words(done)) <= {"unchanged", "held", "rejected"}
        assert results() == before


def test_contradicting_rows_of_one_tube_are_rejected(town, row):
    tubes_at_the_laboratory(town, row, 2)
    rows = [*rows_of(2), {"tube": "T00", "result": "positive"}]
    assert words(sent(town, rows)) == ["rejected", "new", "rejected"]
    assert results() == {"T01": "negative"}


def test_a_held_batch_cannot_be_sent_again_in_pieces(town, row):
    tubes_at_the_laboratory(town, row, 20)
    rows = rows_of(20, T01="positive", T02="positive")
    assert words(sent(town, rows)) == ["held"] * 20
    for part in (rows[:5], rows[5:12], rows[12:]):
        assert set(words(sent(town, part))) == {"held"}
    assert results() == {} and len(claims()) == 20
    with acting():
        assert Batch.objects.get(rejected=0, held=20).settled_at is not None  # what was in it waits in the later ones


def test_small_batches_add_up_to_a_rate(town, row):
    tubes_at_the_laboratory(town, row, 21)
    assert set(words(sent(town, rows_of(18)))) == {"new"}
    late = [{"tube": "T18", "result": "positive"}]
    assert words(sent(town, late)) == ["new"]  # 1 of 19
    late = [{"tube": "T19", "result": "positive"}]
    assert words(sent(town, late)) == ["held"]  # 2 of 20
    assert words(sent(town, [{"tube": "T20", "result": "negative"}])) == ["new"]  # nothing found in it


def test_more_than_the_laboratory_can_test_in_a_day_is_held(town, row):
    tubes_at_the_laboratory(town, row, 3)
    with acting():
        Laboratory.objects.update(tubes_a_day=2)
    assert words(sent(town, rows_of(2))) == ["new", "new"]
    assert words(sent(town, rows_of(3))) == ["unchanged", "unchanged", "held"]
    with acting():
        assert Batch.objects.latest("sent_at", "id").why == "capacity"


def test_what_a_machine_sent_needs_two_persons(town, row):
    tubes_at_the_laboratory(town, row, 20)
    rows = rows_of(20, T01="positive", T02="positive")
    rows[1] |= {"ct_orf": "24", "ct_n": "25"}
    key = machine(town)
    sent(town, rows, by=key, way="api")
    with acting():
        batch = Batch.objects.get()
    with pytest.raises(Invalid):
        actions.confirm_batch(by=key, batch=batch, agree=True)
    with pytest.raises(Refused):
        actions.confirm_batch(by=town.street, batch=batch, agree=True)
    actions.confirm_batch(by=town.lab, batch=batch, agree=True)
    assert results() == {}
    with pytest.raises(Invalid):
        actions.confirm_batch(by=town.lab, batch=batch, agree=True)
    actions.confirm_batch(by=town.lab_second, batch=batch, agree=True)
    assert (results()["T01"], results()["T00"]) == ("pool_suspect", "negative")
    with acting():
        batch.refresh_from_db()
        assert batch.agreed is True and not batch.open
        assert Tube.objects.get(code="T01").ct_orf == 24
    with pytest.raises(Invalid):
        actions.confirm_batch(by=town.lab_second, batch=batch, agree=True)


def test_a_batch_thrown_away_leaves_the_tubes_pending(town, row):
    tubes_at_the_laboratory(town, row, 20)
    sent(town, rows_of(20, T01="positive", T02="positive"))
    with acting():
        batch = Batch.objects.get()
    with pytest.raises(Invalid):
        actions.confirm_batch(by=town.lab, batch=batch, agree=False)
    actions.confirm_batch(by=town.lab_second, batch=batch, agree=False)
    assert results() == {} and claims() == {}
    assert words(sent(town, rows_of(20))) == ["new"] * 20


def test_the_digest_is_over_the_four_cells_of_each_row():
    rows = [{"tube": "T1", "result": "positive", "ct_orf": 24.0, "ct_n": None}, {"tube": "T2", "result": "negative"}]
    assert digest_of(rows) == digest_of([{name: row.get(name) or "" for name in COLUMNS} for row in rows])
    assert digest_of(rows) != digest_of(rows[::-1])
    assert digest_of([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
