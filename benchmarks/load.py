"""A round of testing under load: `muster serve` on loopback, the load from a process of its own, then counting.

Open model: requests are due at times that chance makes, and are sent whether or not the last one was answered. Phases:

    steady   registrations at the rated pace, one in each request (`--batch 10`: a tube in each)
    rush     more of them, while phones that were offline come back, each with its queue in one request
    tenfold  ten times the rated pace of registrations, each tried once: how many are taken, how many told to come again
    flood    the rated pace, beside ten times as many questions that are not samples
    scans    people at venues' doors with a phone that is known there, from as many addresses

    python -m benchmarks.load --people 50000 --seconds 20 --rush-seconds 10 --devices 100 --rate 60 --rush 100

What the application and PostgreSQL spend of the processors is printed for each answer: that names the limit, also on a
machine that others use. `--batch 1` is a desk that waits for each answer; a phone sends what is in its outbox, so while
the answer to one request is on its way the next samples gather in one: `--batch 10` is nearer to a busy site of phones.
Afterwards every registration that the server took is looked for: lost, doubled, counters, `muster check` of screening.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from benchmarks import district
from benchmarks.serving import keep_plan_in_force, served

POOL, SITES, DESKS, VENUES, TOKEN = 10, 100, 300, 50, "t" * 32
JOBS = "muster.site.cli worker"  # the process of the jobs is no part of answering
ASKED = ("/check/", "/declare/", "/report/", "/", "/static/muster/keys.js")


def main() -> None:
    """Measure at the given size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--people", type=int, default=1_000_000)
    add("--workers", type=int, default=2, help="processes that serve pages")
    add("--batch", type=int, default=1, help="registrations in a request of a desk")
    add("--rate", type=float, default=300, help="registrations a second, rated")
    add("--seconds", type=float, default=600)
    add("--rush", type=float, default=1000)
    add("--rush-seconds", type=float, default=60)
    add("--devices", type=int, default=2600, help="phones that come back, with --queued records each")
    add("--queued", type=int, default=20)
    add("--tenfold-seconds", type=float, default=20)
    add("--scans", type=float, default=1000, help="a second, for --scan-seconds")
    add("--scan-seconds", type=float, default=30)
    add("--only", action="append", choices=("steady", "rush", "tenfold", "flood", "scans"))
    chosen = parser.parse_args()
    with district.installation("load") as home:
        keep_plan_in_force(home)
        run(chosen, home)


def run(chosen: argparse.Namespace, home: Path) -> None:
    """Make the district, serve it, load it, count."""
    from django.conf import settings
    from django.db import connections

    world = World(chosen)
    phases = world.plan()
    district.settle()
    connections.close_all()
    with served(chosen.workers, home / "serve.log") as (server, port):
        postmaster = int((home / "pg" / "postmaster.pid").read_text().split()[0])
        watched = {"application": [server.pid, JOBS], "PostgreSQL": [postmaster]}
        plan = {"port": port, "phases": [streams for _name, streams in phases], "watched": watched}
        shot = subprocess.run(
            [sys.executable, "-m", "benchmarks.shooting"], input=json.dumps(plan), capture_output=True, text=True
        )
        if shot.returncode:
            raise SystemExit(shot.stderr[-2000:])
        came = json.loads(shot.stdout)
        with psycopg.connect(settings.MUSTER_URLS["owner"]) as owner:
            counted = reconcile(owner, came)
    print(
        f"{chosen.people:,} people, {chosen.workers} processes serve, {chosen.batch} registrations a request of a desk"
    )
    print(district.machine() + "\n")
    report(phases, came)
    print()
    costs(phases, came)
    print()
    for line in counted:
        print(line)


class World:
    """A district with an open round and posts that register; the requests of each phase."""

    def __init__(self, chosen: argparse.Namespace, doors: bool = True) -> None:
        from muster.domains.screening import actions
        from muster.kernel import clock
        from muster.kernel.people.models import Person
        from muster.kernel.posts.logins import acting
        from muster.kernel.posts.models import SYSTEM
        from muster.kernel.posts.roles import STREET

        self.chosen, self.chance, self.tubes = chosen, random.Random(5), 0
        grids = district.make_areas(max(10, chosen.people // district.PEOPLE_PER_GRID))
        here = [grid for grid in grids if grid.startswith(district.HERE)]
        with district.owner() as owner:
            owner.execute("SET session_replication_role = origin")  # what triggers count is checked at the end
            district.make_people(owner, chosen.people, grids)
        self.cookies = [district.cookie_of(district.make_post(STREET, district.HERE))]
        with acting():
            self.sites = [
                actions.add_site(by=SYSTEM, area=grids[n % len(here)], name=f"site {n}", lat=34.3, lon=108.7, desks=3)
                for n in range(SITES)
            ]
            now = clock.now()
            row = actions.plan_round(
                by=SYSTEM, areas=[district.HERE], disease="covid19", starts_at=now,
                ends_at=now + timedelta(hours=12), pool_size=POOL,
            )  # fmt: skip
            self.round = actions.open_round(by=SYSTEM, round=row)
            ids = Person.objects.filter(home__startswith=district.HERE).values_list("id", flat=True)
            self.people = [str(each) for each in ids]
            self.chance.shuffle(self.people)
            self.doors = self._doors(grids, now) if doors else ([], [])

    def plan(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The phases that were asked for, each with its streams."""
        return [(name, streams) for name, streams in self._phases() if name in (self.chosen.only or name)]

    def _phases(self) -> Any:
        c = self.chosen
        steady = [self.desks("desks", c.rate, c.seconds)]
        yield "steady", steady
        phones = [self.records(c.queued) for _ in range(self._some(c.devices * c.queued) // c.queued)]
        storm = {"name": "phones", "rate": max(1.0, c.devices / c.rush_seconds), "requests": phones}
        yield "rush", [self.desks("desks", c.rush, c.rush_seconds), storm]
        yield "tenfold", [self.desks("desks", c.rate * 10, c.tenfold_seconds, tries=1)]
        looks = int(c.rate * 10 * c.tenfold_seconds)
        asked = [
            ["GET", ASKED[n % len(ASKED)], {"Cookie": self._cookie(), "X-Forwarded-For": _address(n)}, "", []]
            for n in range(looks)
        ]
        others = {"name": "questions", "rate": c.rate * 10, "requests": asked, "tries": 1}
        yield "flood", [self.desks("desks", c.rate, c.tenfold_seconds), others]
        scans = [self.scan(n) for n in range(int(c.scans * c.scan_seconds))]
        yield "scans", [{"name": "doors", "rate": c.scans, "requests": scans}]

    def _some(self, wanted: int) -> int:
        if wanted > len(self.people):
            print(f"too few people: {len(self.people):,} left, {wanted:,} wanted")
        return min(wanted, len(self.people))

    def desks(self, name: str, rate: float, seconds: float, **more: Any) -> dict[str, Any]:
        """Registrations of desks for so long, `rate` a second, `--batch` in a request."""
        size = self.chosen.batch
        requests = [self.records(size) for _ in range(self._some(int(rate * seconds)) // size)]
        return {"name": name, "rate": rate / size, "requests": requests, "per": size, **more}

    def records(self, many: int, mark: str = "B") -> list[Any]:
        """One request with so many registrations, of people who come for the first time; tubes fill desk by desk."""
        sent = []
        for _ in range(many):
            desk, turn = self.tubes % DESKS, self.tubes // DESKS
            # A desk fills its tube from one request to the next; a batch is of one site and fills tubes of its own.
            site = (desk if many == 1 else self.tubes // many) % SITES
            tube = f"D{desk}-{turn // POOL}" if many == 1 else f"{mark}{self.tubes // POOL}"
            self.tubes += 1
            place = {"tube": tube, "site": str(self.sites[site].id), "desk": desk % 3 + 1, "capacity": POOL}
            sent.append({"op": str(uuid4()), "do": "register", **place, "person": self.people.pop(), "how": "code"})
        headers = {
            "Cookie": self._cookie(), "X-CSRFToken": TOKEN, "Idempotency-Key": str(uuid4()),
            "Content-Type": "application/json",
        }  # fmt: skip
        ops = [each["op"] for each in sent]
        return ["POST", f"/screening/rounds/{self.round.id}/records/", headers, json.dumps(sent), ops]

    def scan(self, number: int) -> list[Any]:
        """Somebody at a venue's door, with a phone that is known."""
        sheets, devices = self.doors
        headers = {
            "Cookie": f"csrftoken={TOKEN}; muster_device={devices[number % len(devices)]}", "X-CSRFToken": TOKEN,
            "Idempotency-Key": str(uuid4()), "X-Forwarded-For": _address(number),
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        return ["POST", f"/v/{sheets[number % len(sheets)]}/", headers, "", []]

    def _cookie(self) -> str:
        return f"sessionid={self.chance.choice(self.cookies)}; csrftoken={TOKEN}"

    def _doors(self, grids: list[str], now: Any) -> tuple[list[str], list[str]]:
        from muster.domains.premises import actions, codes, words
        from muster.domains.premises.models import Device
        from muster.kernel.posts.models import SYSTEM

        kind = next(iter(words.VENUE_KINDS))
        sheets = []
        for number in range(VENUES):
            venue = actions.add_venue(by=SYSTEM, area=grids[number % len(grids)], name=f"venue {number}", kind=kind)
            sheets.append(codes.make(codes.SHEET, venue.pk, venue.code_number))
        rows = [Device(person_id=person, made_at=now) for person in self.people[:20_000]]
        Device.objects.bulk_create(rows, batch_size=2000)
        return sheets, [codes.make(codes.DEVICE, row.pk) for row in rows]


def _address(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def reconcile(owner: Any, came: list[list[dict[str, Any]]]) -> list[str]:
    """What was acknowledged against what is there."""
    from muster.domains.screening.checks import CHECKS

    acknowledged = [op for phase in came for stream in phase for op in stream["acknowledged"]]
    there, people = owner.execute("SELECT count(*), count(DISTINCT person_id) FROM screening_registration").fetchone()
    [found] = owner.execute(
        "SELECT count(*) FROM screening_registration WHERE op = ANY(%s::uuid[])", [acknowledged]
    ).fetchone()
    [counted] = owner.execute("SELECT coalesce(sum(sampled), 0) FROM screening_roundcount").fetchone()
    [visits] = owner.execute("SELECT count(*) FROM presence").fetchone()
    wrong = {text: len(rows) for text, sql in CHECKS.items() if (rows := owner.execute(sql).fetchall())}
    return [
        f"registrations acknowledged {len(acknowledged):,}, of these lost {len(set(acknowledged)) - found}",
        f"registrations there {there:,}, doubled {there - people}, in the counters {counted:,}; presence {visits:,}",
        f"muster check of screening: {wrong or 'clean'}",
    ]


def report(phases: Any, came: list[list[dict[str, Any]]]) -> None:
    """A line for each stream: pace, times from due to the first answer and to the one that took it, in milliseconds."""
    rows = []
    for (name, streams), phase in zip(phases, came, strict=True):
        for spec, tally in zip(streams, phase, strict=True):
            per, statuses = spec.get("per", 1), Counter(tally["statuses"])
            refused = statuses["503"] + statuses["429"]
            bad = sum(many for status, many in statuses.items() if status[0] in "045") - refused
            asked = tally["asked"]
            pace = tally["taken_while_sending"] * per / max(tally["sending"], 0.001)
            took = _percentiles(tally["taken"])
            rows.append(
                [f"{name}: {tally['name']}", f"{spec['rate'] * per:,.0f}", f"{pace:,.0f}", f"{asked:,}", *took]
                + [f"{refused:,}", f"{bad:,}", f"{tally['lost']:,}"]
            )
    head = ["phase", "offered/s", "taken/s", "requests", "p50", "p95", "p99", "503+429", "errors", "given up"]
    district.table(head, rows)


def costs(phases: Any, came: list[list[dict[str, Any]]]) -> None:
    """What the processors were busy with: milliseconds for each answer, and of how many processors in the phase."""
    rows = []
    for (name, _streams), phase in zip(phases, came, strict=True):
        answers = max(1, sum(sum(tally["statuses"].values()) for tally in phase))
        seconds = max(tally["all"] for tally in phase)
        spent = phase[0]["spent"]
        rows.append([name, f"{answers:,}", *(f"{each / answers * 1000:.2f}" for each in spent.values())])
        rows[-1] += [f"{each / seconds:.2f}" for each in spent.values()]
    head = ["phase", "answers", "application ms", "PostgreSQL ms", "application, processors", "PostgreSQL, processors"]
    district.table(head, rows)


def _percentiles(seconds: list[float]) -> list[str]:
    if not seconds:
        return ["-"] * 3
    found = sorted(seconds)
    return [f"{found[min(len(found) - 1, int(len(found) * share))] * 1000:,.0f}" for share in (0.5, 0.95, 0.99)]


if __name__ == "__main__":
    main()
