"""The load: a process of its own that asks at the times it was given, whether or not the last answer has come.

It reads phases from standard input as JSON and prints what came of them. Times count from the moment at which a request
was due, so that a slow server cannot slow the questions down. What is refused (503, 429) or not answered is sent again,
the same bytes, after the wait that the answer asks for.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import uvloop

from benchmarks.spent import seconds_of

PATIENCE = 30  # seconds for one answer
TRIES = 8
LEAST_PAUSE = 0.2


@dataclass
class Tally:
    """What became of the requests of one stream; seconds from due to the first answer, and to the one that took it."""

    name: str
    first: list[float] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)
    lost: int = 0
    done_at: list[float] = field(default_factory=list)


class Gun:
    """Open connections to one server, used again and again."""

    def __init__(self, port: int, drop: float = 0.0, most: int = 600, seed: int = 1) -> None:
        self.port, self.drop, self.chance = port, drop, random.Random(seed)
        self.idle: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()
        self.room = asyncio.Semaphore(most)

    async def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """One request, one answer. Raises OSError where there is none; an answer may be dropped on purpose."""
        async with self.room:
            while self.idle and (self.idle[-1][0].at_eof() or self.idle[-1][1].is_closing()):
                self.idle.pop()[1].close()  # the server ends connections that nobody uses
            reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(request)
                if self.drop and self.chance.random() < self.drop:
                    await asyncio.sleep(self.chance.random() * 0.05)
                    raise OSError("the answer is lost on purpose")
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {k.lower(): v.strip() for k, _c, v in (line.partition(":") for line in head[1:] if line)}
                body = b""
                if headers.get("transfer-encoding") == "chunked":
                    while size := int(await reader.readline(), 16):
                        body += (await reader.readexactly(size + 2))[:-2]
                    await reader.readexactly(2)
                elif length := int(headers.get("content-length", 0)):
                    body = await reader.readexactly(length)
            except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as broken:
                writer.close()
                raise OSError("half an answer") from broken
            except BaseException:
                writer.close()
                raise
            if headers.get("connection") == "close":
                writer.close()
            else:
                self.idle.append((reader, writer))
            return int(head[0].split(" ")[1]), headers, body


def http(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


async def shoot(gun: Gun, tally: Tally, due: float, request: Any, tries: int, careless: bool) -> None:
    """One request, [method, path, headers, body, ops], sent until taken; `careless`: each time under new names."""
    for turn in range(tries):
        if turn and careless:
            request = _anew(request)
        method, path, headers, body, ops = request
        try:
            answer = await asyncio.wait_for(gun.ask(http(method, path, headers, body.encode())), PATIENCE)
        except (OSError, TimeoutError) as error:
            answer = (0, {}, type(error).__name__.encode())
        status, said, content = answer
        now = time.monotonic()
        if turn == 0:
            tally.first.append(now - due)
        tally.statuses[str(status)] += 1
        if 0 < status < 500 and status != 429:
            tally.taken.append(now - due)
            tally.done_at.append(now)
            tally.acknowledged += _taken(ops, status, content)
            return
        if turn + 1 < tries:
            pause = float(said.get("retry-after", 0)) or LEAST_PAUSE * 2 ** min(turn, 4)
            await asyncio.sleep(pause * (0.5 + random.random()))
    tally.lost += 1


def _anew(request: Any) -> Any:
    """What a client sends again that does not know that it is the same: the control, which must show doubles."""
    method, path, headers, body, ops = request
    fresh = {op: str(uuid4()) for op in ops}
    for old, new in fresh.items():
        body = body.replace(old, new)
    return [method, path, {**headers, "Idempotency-Key": str(uuid4())}, body, [*fresh.values()]]


def _taken(ops: list[str], status: int, content: bytes) -> list[str]:
    """The operations that the server says it has."""
    if not ops or status not in (200, 207):
        return []
    return [each["op"] for each in json.loads(content)["verdicts"] if each["verdict"] in ("new", "known")]


async def stream(gun: Gun, spec: dict[str, Any]) -> dict[str, Any]:
    """One stream: its requests at `rate` a second, at times that chance makes (the gaps are exponential)."""
    tally, chance = Tally(spec["name"]), random.Random(spec.get("seed", 1))
    if "drop" in spec:
        gun = Gun(gun.port, spec["drop"])
    running: set[asyncio.Task[None]] = set()
    due = begin = time.monotonic() + spec.get("after", 0.0)
    for request in spec["requests"]:
        due += chance.expovariate(spec["rate"])
        if (wait := due - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(shoot(gun, tally, due, request, spec.get("tries", TRIES), "careless" in spec))
        running.add(task)
        task.add_done_callback(running.discard)
    sent = time.monotonic()
    if running:
        await asyncio.wait(running)
    ended = time.monotonic()
    within = sum(moment <= sent for moment in tally.done_at)
    told = {name: getattr(tally, name) for name in ("name", "first", "taken", "statuses", "lost", "acknowledged")}
    done_at = [round(moment - begin, 2) for moment in tally.done_at]
    times = {"sending": sent - begin, "all": ended - begin, "done_at": done_at, "taken_while_sending": within}
    return {**told, **times, "asked": len(spec["requests"])}


def _spent(plan: dict[str, Any]) -> dict[str, float]:
    """Seconds of the processors that the watched processes have spent so far, by name."""
    return {name: seconds_of(*watched) for name, watched in plan.get("watched", {}).items()}


async def phases(plan: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """One phase after another; the streams of a phase together."""
    answers = []
    for phase in plan["phases"]:
        gun = Gun(plan["port"], plan.get("drop", 0.0))
        before = _spent(plan)
        answers.append(await asyncio.gather(*(stream(gun, spec) for spec in phase)))
        for each in answers[-1]:
            each["spent"] = {name: seconds - before[name] for name, seconds in _spent(plan).items()}
        while gun.idle:
            with suppress(OSError):
                gun.idle.pop()[1].close()
        await asyncio.sleep(plan.get("pause", 1.0))
    return answers


if __name__ == "__main__":
    json.dump(uvloop.run(phases(json.load(sys.stdin))), sys.stdout)
