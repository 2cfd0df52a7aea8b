"""Antigen kits: students, staff, front line first; the stock adds up; a laboratory follows a positive test."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from muster.domains.antigen import actions
from muster.domains.antigen.checks import CHECKS
from muster.domains.antigen.models import KitBatch, KitResult, KitWant
from muster.domains.screening.actions import record_result
from muster.kernel.duties.models import Duty
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import ACT, acting
from muster.site.check import ask
from tests.antigen_cast import PHONE, stored, teller, wanted
from tests.town import build_town


@pytest.fixture
def town(db, clock):
    town = build_town()
    teller(town)
    return town


def owed(kind: str) -> list[Duty]:
    with acting():
        return list(Duty.objects.open().filter(kind=kind))


def broken() -> list[str]:
    with acting():
        return [name for name, sql in CHECKS.items() if list(ask(sql))]


def test_who_comes_first_is_served_first(town):
    batch, students, others = stored(town, 100), wanted(town, "students", 70), wanted(town, "others", 50)
    with pytest.raises(Invalid, match="30"):
        actions.issue(by=town.headquarters, want=others, batch=batch, kits=31)
    actions.issue(by=town.headquarters, want=others, batch=batch, kits=30)
    with pytest.raises(Invalid):
        actions.issue(by=town.headquarters, want=others, batch=batch, kits=1)
    actions.issue(by=town.headquarters, want=students, batch=batch, kits=70)
    with acting():
        row = KitBatch.objects.get()
        assert (row.received, row.on_hand, row.issued, row.discarded) == (100, 0, 100, 0)
        assert sorted(KitWant.objects.values_list("served", flat=True)) == [30, 70]
    assert broken() == []


def test_the_stock_adds_up_and_what_does_not_is_found(town, clock):
    batch = stored(town, 50)
    assert stored(town, 10).pk == batch.pk
    actions.discard(by=town.headquarters, batch=batch, kits=5, why="damaged")
    with pytest.raises(Invalid):
        actions.discard(by=town.headquarters, batch=batch, kits=56, why="lost")
    with acting():
        row = KitBatch.objects.get()
        assert (row.received, row.on_hand, row.discarded) == (60, 55, 5)
        with pytest.raises(IntegrityError), transaction.atomic(using=ACT):
            KitBatch.objects.update(on_hand=56)
        KitBatch.objects.update(on_hand=54, issued=1)
    assert broken() == ["kits that left a store are those of its issues"]


def test_expired_kits_are_not_issued(town, clock):
    batch, students = stored(town, 50, days=3), wanted(town, "students", 10)
    clock.advance(days=3)
    with pytest.raises(Invalid):
        actions.issue(by=town.headquarters, want=students, batch=batch, kits=1)


def test_kits_are_signed_for_where_they_go(town):
    issue = actions.issue(by=town.headquarters, want=wanted(town, "staff", 10), batch=stored(town), kits=10)
    assert [duty.subject for duty in owed("antigen.sign")] == [issue.pk]
    with pytest.raises(Refused):
        actions.sign(by=town.neighbour, issue=issue)
    actions.sign(by=town.worker, issue=issue)
    assert not owed("antigen.sign")
    with pytest.raises(Invalid):
        actions.sign(by=town.worker, issue=issue)


def test_a_positive_test_is_owed_until_a_laboratory_has_spoken(town, clock, run_jobs):
    row = actions.report(by=town.worker, number=PHONE, result="positive")
    [duty] = owed("antigen.take_pcr")
    assert (duty.person_id, duty.due_at) == (town.teller.pk, clock.now + timedelta(hours=6))
    given = {"by": town.lab, "person": town.teller, "laboratory": town.laboratory, "disease": "covid19"}
    record_result(**given, ref="old", sampled_at=clock.now - timedelta(hours=1), result="negative")
    assert owed("antigen.take_pcr"), "the sample was taken before the antigen test"
    clock.advance(hours=2)
    record_result(**given, ref="new", sampled_at=clock.now, result="negative")
    assert not owed("antigen.take_pcr")
    with acting():
        assert KitResult.objects.get(pk=row.pk).confirmed_at == clock.now


def test_a_negative_test_opens_nothing_and_a_stranger_cannot_be_named(town):
    actions.report(by=town.worker, number=PHONE, result="negative")
    assert not owed("antigen.take_pcr")
    with pytest.raises(Invalid):
        actions.report(by=town.worker, number="13899998888", result="positive")
    with pytest.raises(Refused):
        actions.report(by=town.far_worker, number=PHONE, result="positive")
