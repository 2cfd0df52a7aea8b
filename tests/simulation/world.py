"""One seed: twenty phones with clocks of their own, a network that loses, doubles, delays and reorders, and the server.

The phones run the real outbox; the server is the real action on PostgreSQL, in one transaction that is rolled back. At
the end everything is compared with `expected.Expected`, which played the same batches by hand.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from muster.domains.screening import actions
from muster.domains.screening.models import Registration, Round, RoundCount, Tube
from muster.kernel.posts.logins import ACT, acting
from tests import screening_cast as cast
from tests.simulation.bridge import Outcome, Phones
from tests.simulation.expected import Expected
from tests.town import Town

PHONES, PEOPLE, STEPS = 20, 60, 130
LANE = "/screening/records/"


class Differs(AssertionError):
    """What the server or a phone holds is not what it should be; `seed` plays it again."""


class World:
    """One seed being played."""

    def __init__(self, seed: int, phones: Phones, town: Town, row: Round, fault: str = "") -> None:
        self.seed, self.random, self.phones, self.town, self.round = seed, random.Random(seed), phones, town, row
        self.now = row.opened_at + timedelta(minutes=1) if row.opened_at else datetime.min
        self.site = str(cast.sites()[0].id)
        self.people = [str(town.people[f"r{number}"].id) for number in range(PEOPLE)]
        self.clocks = [timedelta(seconds=self.random.randint(-176_400, 176_400)) for _phone in range(PHONES)]
        self.away = [self.random.random() < 0.3 for _phone in range(PHONES)]
        self.mine: list[list[dict[str, Any]]] = [[] for _phone in range(PHONES)]
        self.known: list[dict[str, int]] = [{} for _phone in range(PHONES)]
        self.late: list[tuple[str, list[dict[str, Any]]]] = []
        self.expected, self.made, self.calm, self.depth = Expected(), 0, False, 0
        phones.begin(self.network, fault, keys_from=seed * 1_000_000)

    def play(self) -> None:
        """A shift with everything going wrong, then a calm in which all is sent, then the reckoning."""
        for _step in range(STEPS):
            self.now += timedelta(seconds=self.random.choice((5, 20, 40, 600)))
            phone, chance = self.random.randrange(PHONES), self.random.random()
            if chance < 0.66:
                self.append(phone)
            elif chance < 0.82:
                self.phones.flush(phone)
            elif chance < 0.92:
                self.away[phone] = not self.away[phone]
            elif self.late:
                self.deliver(*self.late.pop(self.random.randrange(len(self.late))))
        self.reckon(self.settle())

    # -- the phones

    def op(self) -> str:
        self.made += 1
        return str(UUID(int=(0x0190_0000_0000_7000_8000 << 48) + self.seed * 1_000_000 + self.made))

    def append(self, phone: int) -> None:
        """Somebody at this desk scans, takes back, or seals."""
        mine, known, chance = self.mine[phone], self.known[phone], self.random.random()
        tube = f"S{self.seed}-{phone // 2 if self.random.random() < 0.25 else f'{phone}a'}"
        record: dict[str, Any] = {"op": self.op(), "tube": tube, "at": (self.now + self.clocks[phone]).isoformat()}
        swabs = [each for each in mine if each["do"] == "register" and "person" in each]
        if chance < 0.1 and swabs:
            last = swabs[-1]
            seconds = self.random.choice((10, 59, 61))
            at = datetime.fromisoformat(last["at"]) + timedelta(seconds=seconds)
            record |= {"do": "undo", "tube": last["tube"], "target": last["op"], "at": at.isoformat()}
        elif chance < 0.18 and known.get(tube):
            record |= {"do": "seal", "count": known[tube]}
        else:
            record |= {"do": "register", "site": self.site, "capacity": self.random.choice((5, 10))}
            record |= {"base": known.get(tube, 0), "how": "code", "person": self.random.choice(self.people)}
            known[tube] = known.get(tube, 0) + 1
            if chance > 0.97:
                del record["person"]
                record["number"] = "13800000000"  # nobody's, and no name with it
        mine.append(record)
        self.phones.append(phone, record, LANE)

    # -- the network

    def network(self, sent: dict[str, Any]) -> dict[str, Any]:
        """What becomes of one batch on its way, and of its answer on the way back."""
        key, records = sent["key"], sent["records"]
        if self.calm:
            return self.deliver(key, records)
        chance = self.random.random()
        if self.away[sent["phone"]] or chance < 0.06:
            return {"lost": True}
        if chance < 0.18:  # it hangs somewhere, and arrives when nobody waits for it any more
            self.late.append((key, records))
            return {"lost": True}
        if chance < 0.24:
            return {"killed": True}
        if chance < 0.30:
            return self.random.choice(({"status": 503, "wait": 1}, {"status": 500, "wait": 0}))
        if chance < 0.40 and not self.depth:  # another tab of the same phone sends the same
            self.depth += 1
            self.phones.flush(sent["phone"], worker=1)
            self.depth -= 1
        reply = self.deliver(key, records)
        if chance < 0.50:
            self.late.append((key, records))  # and once more
        if chance < 0.62:
            return {"lost": True}
        return {"killed": True} if chance < 0.68 else reply

    def deliver(self, key: str, records: list[dict[str, Any]]) -> dict[str, Any]:
        """The server takes a batch, as the page does."""
        answer = actions.register(
            by=self.town.posts["street"], round=self.round, records=records, op=UUID(key), now=self.now
        )
        self.expected.take(records, self.now)
        return {"status": 200, "answer": answer}

    # -- the end

    def settle(self) -> list[Outcome]:
        """The network is whole again: what hung arrives in any order, and every phone sends."""
        self.calm = True
        self.random.shuffle(self.late)
        for key, records in self.late:
            self.deliver(key, records)
        return [self.phones.flush(phone) for phone in range(PHONES)]

    def reckon(self, outcomes: list[Outcome]) -> None:
        """Everything is somewhere, once, and as it was said. Raises Differs."""
        appended = {record["op"]: record for mine in self.mine for record in mine}
        self.same("records that still wait", [op for outcome in outcomes for op in outcome.waiting], [])
        shown = {op: why for outcome in outcomes for op, why in outcome.refused}
        self.same("refused, and not shown on the phone", self.expected.refused - set(shown), set())
        self.same("shown as refused, and never refused", set(shown) - self.expected.ever_refused, set())
        self.same("refused without a reason", [op for op, why in shown.items() if not why.get("reason")], [])
        with acting():
            rows = {str(row.op): row for row in Registration.objects.filter(round_id=self.round.id)}
            tubes = {row.code: row for row in Tube.objects.filter(round=self.round)}
            counted = sum(RoundCount.objects.filter(round=self.round).values_list("sampled", flat=True))
        codes = {row.id: code for code, row in tubes.items()}
        wanted = {op for op, record in appended.items() if record["do"] == "register"} - self.expected.refused
        self.same("samples", set(rows), wanted)
        for op, row in rows.items():
            said, swab = appended[op], self.expected.swabs[op]
            kept = (str(row.person_id), codes[row.tube_id], row.device_at, row.review, str(row.void_op or ""))
            at = datetime.fromisoformat(said["at"])
            self.same(op, kept, (said["person"], said["tube"], at, swab.review, swab.void_op))
        inside = {code: (row.members, str(row.sealed_op or "")) for code, row in tubes.items()}
        self.same("tubes", inside, {code: (t.members, t.sealed_op) for code, t in self.expected.tubes.items()})
        live = [row for row in rows.values() if row.voided_at is None]
        self.same("people sampled", counted, len({row.person_id for row in live}))
        self.same("not counted, and nobody asked", [row.op for row in live if not row.counts and not row.review], [])
        self.same("broken rules", cast.broken_rules(), [])

    def same(self, what: str, found: Any, wanted: Any) -> None:
        if found != wanted:
            raise Differs(f"seed {self.seed}: {what}: {found!r} instead of {wanted!r}")


@contextmanager
def stage() -> Iterator[tuple[Phones, Town, Round]]:
    """A town with an open round, and twenty phones. The database must be empty."""
    town = cast.build(people=PEOPLE)
    row, phones = cast.opened(town), Phones()
    try:
        yield phones, town, row
    finally:
        phones.close()


def play(seed: int, phones: Phones, town: Town, row: Round, fault: str = "") -> World:
    """Play one seed, and leave the database as it was. Raises Differs."""
    with transaction.atomic(using=ACT):
        world = World(seed, phones, town, row, fault)
        world.play()
        transaction.set_rollback(True, using=ACT)
    return world
