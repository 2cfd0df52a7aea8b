"""Kill it, again and again, while people are registered: nothing that was acknowledged is lost, nothing counts twice.

`muster serve` with two processes for pages runs under a stand-in for the system's supervisor, which starts it again
when it ends. Registrations come at the given pace, answers are dropped on purpose, clients send again what was not
answered. At times that chance makes, one of these is killed (kill -9), each in its turn: a process of pages,
PostgreSQL, the worker, the process that holds all together, one of PostgreSQL's connections. A second, careless client
sends again under new names: it must show doubles, else the counting could not fail.

    make crash KILLS=100 RATE=300          or: python -m benchmarks.crash --kills 3 --rate 30 --people 3000
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import district
from benchmarks.load import World
from benchmarks.serving import free_port, keep_plan_in_force, until_served

KINDS = ("pages", "database", "worker", "whole", "connection")
CARELESS = 0.1  # share of the registrations that the control sends
DROPPED = 0.02  # answers that are lost on purpose
TRIES = 60
PER = 5  # registrations in a request
SETTLING = 20  # seconds for what falls to come back, at the end


def main() -> None:
    """Kill and count; exits 1 when something is lost or doubled, or the control shows nothing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--people", type=int, default=0, help="0: as many as are registered")
    add("--kills", type=int, default=100)
    add("--rate", type=float, default=300, help="registrations a second")
    add("--every", type=float, default=4.0, help="seconds between two kills, on average")
    add("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    chosen = parser.parse_args()
    wanted = int(chosen.rate * chosen.every * (chosen.kills + 1))
    chosen.people = chosen.people or int(wanted / district.SHARE_HERE * 1.3) + 1000
    chosen.batch = PER
    print(f"seed {chosen.seed}: {chosen.kills} kills, {chosen.rate:g} registrations/s, {chosen.people:,} people")
    with district.installation("crash") as home:
        keep_plan_in_force(home)
        sys.exit(run(chosen, home))


def run(chosen: argparse.Namespace, home: Path) -> int:
    """The whole evening; the exit code."""
    from django.db import connections

    world = World(chosen, doors=False)
    connections.close_all()
    seconds = chosen.every * (chosen.kills + 1)
    careful, careless = _streams(world, chosen.rate, seconds)
    supervisor = Supervisor(home)
    supervisor.start()
    until_served(supervisor.port)
    plan = {"port": supervisor.port, "drop": DROPPED, "phases": [[careful, careless]]}
    load = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.shooting"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    killer = Killer(supervisor, chosen, home)
    killer.start()
    try:
        said, _none = load.communicate(json.dumps(plan), timeout=seconds + 300)
        killer.join()
        until_served(supervisor.port)
        checked = subprocess.run([sys.executable, "-m", "muster.site.cli", "check"], capture_output=True, text=True)
        left, lines = count(json.loads(said)[0])
    finally:
        load.kill()
        supervisor.stop()
    killer.report()
    for line in lines:
        print(line)
    print(f"`muster check`: {'clean' if checked.returncode == 0 else checked.stdout[-1500:] + checked.stderr[-500:]}")
    missed = chosen.kills - len(killer.killed)
    print(f"kills that found nobody to kill: {missed}")
    return int(left or checked.returncode != 0 or missed > 0)


def _streams(world: World, rate: float, seconds: float) -> tuple[dict[str, Any], dict[str, Any]]:
    many = int(rate * seconds) // PER
    share = max(2, int(many * CARELESS))
    careful = {"name": "careful", "rate": rate * (1 - CARELESS) / PER, "tries": TRIES}
    careful["requests"] = [world.records(PER) for _ in range(many - share)]
    world.tubes += 10  # the control's tubes are its own
    careless = {"name": "careless", "rate": rate * CARELESS / PER, "tries": TRIES, "careless": True, "drop": 0.3}
    careless["requests"] = [world.records(PER, "C") for _ in range(share)]
    return careful, careless


class Supervisor(threading.Thread):
    """What systemd does: `muster serve`, started again when it ends."""

    def __init__(self, home: Path) -> None:
        super().__init__(daemon=True)
        self.port, self.home, self.stopping, self.starts = free_port(), home, threading.Event(), 0
        self.server: subprocess.Popen[Any] | None = None

    def run(self) -> None:
        """Start it, again and again."""
        command = [sys.executable, "-W", "ignore", "-m", "muster.site.cli", "serve", "--workers", "2"]
        with (self.home / "serve.log").open("ab") as log:
            while not self.stopping.is_set():
                self.starts += 1
                self.server = subprocess.Popen(
                    [*command, "--port", str(self.port)], stdout=log, stderr=log, start_new_session=True
                )
                self.server.wait()
                self.stopping.wait(0.5)

    def stop(self) -> None:
        """Let it end."""
        self.stopping.set()
        if self.server:
            self.server.terminate()
        self.join(60)
        if self.server and self.server.poll() is None:
            os.killpg(self.server.pid, signal.SIGKILL)


class Killer(threading.Thread):
    """Kills one after another, and measures how long nobody was served."""

    def __init__(self, supervisor: Supervisor, chosen: argparse.Namespace, home: Path) -> None:
        super().__init__(daemon=True)
        self.supervisor, self.kills, self.every, self.home = supervisor, chosen.kills, chosen.every, home
        self.chance = random.Random(chosen.seed)
        self.killed: list[tuple[str, float]] = []

    def run(self) -> None:
        """Each kind in its turn; a kind of which nobody runs is waited for, a little."""
        for number in range(self.kills):
            kind = KINDS[number % len(KINDS)]
            time.sleep(self.every * (0.5 + self.chance.random()) * 0.8)
            victim = self._find(kind)
            if victim is None:
                continue
            began = time.monotonic()
            os.kill(victim, signal.SIGKILL)
            time.sleep(0.05)
            try:
                until_served(self.supervisor.port, 60)
            except SystemExit:
                return
            self.killed.append((kind, time.monotonic() - began))

    def _find(self, kind: str) -> int | None:
        end = time.monotonic() + SETTLING
        while time.monotonic() < end:
            if found := self._running(kind):
                return self.chance.choice(found)
            time.sleep(0.1)
        return None

    def _running(self, kind: str) -> list[int]:
        main = self.supervisor.server.pid if self.supervisor.server else 0
        if kind == "whole":
            return [main] if self.supervisor.server and self.supervisor.server.poll() is None else []
        if kind in ("pages", "worker"):
            word = "spawn_main" if kind == "pages" else "muster.site.cli\0worker"
            return [child for child in _children(main) if word in _command(child)]
        file = self.home / "pg" / "postmaster.pid"
        if not file.exists() or not (postmaster := int(file.read_text().split("\n", 1)[0])):
            return []
        if "postgres" not in _command(postmaster):
            return []
        if kind == "database":
            return [postmaster]
        return [child for child in _children(postmaster) if "muster_act" in _command(child)]

    def report(self) -> None:
        """A line for each kind."""
        rows = []
        for kind in KINDS:
            times = sorted(seconds for which, seconds in self.killed if which == kind)
            if times:
                rows.append([kind, len(times), times[len(times) // 2], times[-1]])
        district.table(["killed", "times", "back after (s, median)", "longest"], rows)


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def _command(process: int) -> str:
    try:
        return (Path("/proc") / str(process) / "cmdline").read_text()
    except OSError:
        return ""


def count(came: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """What is lost or doubled (0 is well), and the lines that say so."""
    from django.conf import settings

    with psycopg.connect(settings.MUSTER_URLS["owner"]) as owner:
        rows = owner.execute(
            "SELECT r.op::text, r.person_id::text, left(t.code, 1) FROM screening_registration r"
            " JOIN screening_tube t ON t.id = r.tube_id"
        ).fetchall()
    there = {op for op, _person, _tube in rows}
    lost = sum(len(set(stream["acknowledged"]) - there) for stream in came)
    doubled = {}
    for mark in "BC":
        people = Counter(person for _op, person, tube in rows if tube == mark)
        doubled[mark] = sum(people.values()) - len(people)
    lines, statuses = [], Counter()
    for stream in came:
        statuses.update(stream["statuses"])
        many, lost_too = len(stream["acknowledged"]), stream["lost"]
        lines.append(f"{stream['name']}: {many:,} registrations acknowledged, {lost_too} requests given up")
    lines.append("answers: " + ", ".join(f"{n:,} × {s if s != '0' else 'none'}" for s, n in statuses.most_common()))
    lines.append(f"acknowledged and lost: {lost}; doubled: {doubled['B']}; the careless control doubled {doubled['C']}")
    return lost + doubled["B"] + came[0]["lost"] + (not doubled["C"]), lines


if __name__ == "__main__":
    main()
