"""Scans in batches, as a venue's device sends them: one effect however often, nothing accepted that is not ours."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from muster.domains.premises import actions
from muster.domains.premises.models import PersonalCode
from muster.kernel import clock as program_clock
from muster.kernel.posts.logins import acting
from tests.premises_cast import card, desk, log_of, paper, sheet, venue_of
from tests.town import GRID, build_town

PATH = "/api/v1/scans"


@pytest.fixture
def town(db, clock):
    cache.clear()
    return build_town()


@pytest.fixture
def venue(town):
    return venue_of(town)


@pytest.fixture
def holders(town):
    return [actions.issue_code(by=town.worker, area=GRID, name=f"周{n}", id_number=card(n)) for n in range(10, 16)]


def send(link: str, rows: list) -> tuple[int, dict]:
    headers = {"authorization": f"Bearer {link}", "accept-language": "en"}
    done = Client().post(PATH, json.dumps(rows), content_type="application/json", headers=headers)
    return done.status_code, done.json()


def row(code: str, number: int = 0, back: int = 0) -> dict:
    return {"op": f"op{number}", "code": code, "at": (program_clock.now() - timedelta(minutes=back)).isoformat()}


def test_a_batch_has_one_effect_however_often_and_in_whatever_parts(town, venue, holders):
    rows = [row(paper(holder), number, back=5 * number) for number, holder in enumerate(holders)]
    rows += [row(holders[0].number, 7, back=90)]  # by its twelve digits, earlier
    assert send(desk(venue), rows) == (200, {"new": 7, "known": 0, "rejected": []})
    assert send(desk(venue), rows)[1] == {"new": 0, "known": 7, "rejected": []}
    shuffled = random.Random(7).sample(rows + rows, 14)
    for part in (shuffled[:5], shuffled[3:]):
        assert send(desk(venue), part)[1]["new"] == 0
    assert len(log_of(venue)) == 7


def test_what_is_not_ours_is_refused_and_the_rest_is_taken(town, venue, holders):
    good = paper(holders[0])
    flipped = good[:20] + ("A" if good[20] != "A" else "B") + good[21:]
    rows = [
        row(good, 1), row(flipped, 2), row(sheet(venue), 3), row("079927398713", 4), row("x" * 300, 5),
        row(paper(holders[1]), 6, back=60 * 24 * 3), row(paper(holders[2]), 7, back=-30),
    ]  # fmt: skip
    status, done = send(desk(venue), rows)
    assert (status, done["new"], [each["op"] for each in done["rejected"]]) == (207, 1, [f"op{n}" for n in range(2, 8)])
    assert "周" not in json.dumps(done, ensure_ascii=False)


def test_a_signed_code_counts_by_its_mark_or_its_signature_and_no_other_spelling_does(town, venue, holders):
    good = paper(holders[0])
    wrong = [good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :] for place in range(len(good))]
    wrong += [good + "=", good[:-1] + "\n", good[:-1] + "\0", good[:-1] + "é", good.swapcase(), good[1:] + good[:1]]
    for again in range(2):  # known by its mark; then by its signature, as codes issued before marks were kept
        status, done = send(desk(venue), [row(text, number) for number, text in enumerate(wrong)])
        assert (status, done["new"] + done["known"], len(done["rejected"])) == (207, 0, len(wrong))
        assert send(desk(venue), [row(good)])[0] == 200
        with acting():
            assert PersonalCode.objects.filter(pk=holders[0].pk, mark__isnull=False).update(mark=None) == 1 - again
    assert len(log_of(venue)) == 1


def test_only_a_valid_link_sends_and_no_more_than_the_limit(town, venue, holders):
    rows = [row(paper(holders[0]))]
    old = desk(venue)
    for link in ("x", sheet(venue), old[:-2] + ("AA" if not old.endswith("AA") else "BA")):
        assert send(link, rows)[0] == 401
    actions.renew_code(by=town.community, venue=venue, which="desk")
    assert send(old, rows)[0] == 401
    with acting():
        venue.refresh_from_db()
    assert send(desk(venue), rows * 501)[0] == 413
    assert send(desk(venue), [{"op": "1", "code": "1", "at": "yesterday"}])[0] == 422
    assert send(desk(venue), [{**rows[0], "more": 1}])[0] == 422
    assert Client().post(PATH, "[]", content_type="application/json").status_code == 401
    assert not log_of(venue)
