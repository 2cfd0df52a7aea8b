"""Antigen kits of the town: a store of the district, what is wanted, and somebody who tells of a test."""

from __future__ import annotations

from datetime import timedelta

from muster.domains.antigen import actions
from muster.domains.antigen.models import KitBatch, KitWant
from muster.kernel import clock
from muster.kernel.posts.logins import acting
from tests.town import GRID, Town, make_person

PHONE = "13811113333"


def stored(town: Town, kits: int = 100, batch: str = "B2022", days: int = 90) -> KitBatch:
    """Kits of the district's store."""
    expires = clock.today() + timedelta(days=days)
    return actions.receive(
        by=town.headquarters, area="610404", store="区疾控库", batch=batch, kits=kits, expires_on=expires
    )


def wanted(town: Town, group: str, kits: int, area: str = GRID) -> KitWant:
    """So many for a group of the first grid."""
    return actions.want(by=town.headquarters, area=area, group=group, wanted=kits)


def teller(town: Town) -> None:
    """Somebody of the first grid with a phone of their own."""
    with acting():
        town.people["teller"] = make_person("teller", "田小雨", GRID + "001", phone=PHONE)


def build(town: Town) -> None:
    """A row in every table: one issue is not signed for, another want is open, a positive test waits."""
    teller(town)
    batch = stored(town)
    actions.issue(by=town.headquarters, want=wanted(town, "students", 30), batch=batch, kits=20)
    wanted(town, "staff", 40)
    actions.report(by=town.worker, number=PHONE, result="positive")
