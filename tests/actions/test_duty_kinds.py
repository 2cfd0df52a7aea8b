"""Kinds of duty that were one for each role are one kind: duties opened under the old names keep all else."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connections

from muster.kernel.declare import DUTIES
from muster.kernel.duties.models import Duty, DutyCount
from muster.kernel.posts.logins import acting
from tests.town import build_town, owe

NEW = {
    "intake.sign": ("intake.sign_street", "intake.sign_city"),
    "intake.do_task": ("intake.task_grid", "intake.task_headquarters"),
    "premises.decide_event": ("premises.decide_event_street",),
    "premises.give_opinion": ("premises.give_opinion_market_supervision",),
    "premises.verify_venue": ("premises.verify_culture",),
    "premises.check_venue": ("premises.check_education",),
    "premises.verify_remedy": ("premises.verify_remedy",),
    "premises.check_event": ("premises.check_event",),
    "tracing.notify_contact": ("tracing.notify_contact",),
}


@pytest.fixture
def town(db, clock):
    return build_town()


def test_duties_of_the_old_names_are_renamed_with_their_role_and_counted(town, clock):
    rows = {old: owe(town, clock.now) for olds in NEW.values() for old in olds}
    with acting():
        for old, row in rows.items():
            Duty.objects.filter(pk=row.pk).update(kind=old, role="street")
    with connections["owner"].cursor() as cursor:
        for domain in ("premises", "intake"):
            cursor.execute(import_module(f"muster.domains.{domain}.migrations.0003_kinds_of_duty").SQL)
    with acting():
        for new, olds in NEW.items():
            assert new in DUTIES
            assert {Duty.objects.get(pk=rows[old].pk).kind for old in olds} == {new}
            assert DutyCount.objects.get(kind=new).open == len(olds)
        assert set(Duty.objects.values_list("role", flat=True)) == {"street"}
