"""What one process takes on at a time. The rest waits a little, or is told when to come again; samples go first.

Without it, each request gets a thread: a thousand of them share one interpreter and twelve connections, and all are
late. Here a request has a class; of each class so many run and so many wait, for so long. A place that becomes free
goes to the first class in the list that waits for one, so what stands last is shed first. One place more is lent in
turn to the classes of which nothing runs, so that none is shut out for good and together they cost the first little.
Who cannot be taken gets 503 with `Retry-After`; no database was asked.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

App = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Class:
    """Requests that are treated alike: those whose `METHOD /path` the pattern begins to match."""

    name: str
    pattern: re.Pattern[str]
    running: int
    waiting: int
    seconds: float


PLACES = 8  # running in one process, of all classes; and one that is lent
PUBLIC = r"/(v|d|p|s|my|check|report|declare|demo|api|static)/"
CLASSES = (
    # Samples and scans: a desk, a phone with a full outbox, a venue's door, a checkpoint, a laboratory.
    Class("sampling", re.compile(r"POST /(screening/rounds/[^/]+/(records|desk)|v|d|checkpoints|api)/"), 8, 64, 2.5),
    # What people at work send, and what they read.
    Class("writing", re.compile(r"(POST|PUT|PATCH|DELETE) "), 6, 60, 8.0),
    Class("reading", re.compile(rf"\w+ (?!{PUBLIC})"), 6, 60, 8.0),
    # What anybody may look at: status, proofs, forms, files.
    Class("status", re.compile(""), 3, 60, 3.0),
)
FREE = ("/live/", "/api/v1/health", "/health/")  # streams that wait, and the question whether we live
SOONEST, LATEST = 2, 8  # seconds after which the refused come again, at random, so that they do not come together


@dataclass
class Line:
    """One class in this process: how many run, whether one has the lent place, its last turn at that, and who waits."""

    kind: Class
    running: int = 0
    lent: bool = False
    turn: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    refused: int = 0


class Admission:
    """The ASGI application behind a door. `lines` are by class, the first goes first."""

    def __init__(self, app: App, classes: tuple[Class, ...] = CLASSES, places: int = PLACES) -> None:
        self.app, self.places = app, places
        self.lines = [Line(kind) for kind in classes]
        self.turns = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve it, now or after a wait; or say no."""
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            return await self.app(scope, receive, send)
        asked = f"{scope['method']} {scope['path']}"
        line = next(line for line in self.lines if line.kind.pattern.match(asked))
        if not await self._enter(line):
            line.refused += 1
            return await _refuse(scope, send)
        try:
            await self.app(scope, receive, send)
        finally:
            self._leave(line)

    async def _enter(self, line: Line) -> bool:
        if not line.waiting and (self._give(line) or self._lend(line)):
            return True
        if len(line.waiting) >= line.kind.waiting:
            return False
        turn = asyncio.get_running_loop().create_future()
        line.waiting.append(turn)
        try:
            async with asyncio.timeout(line.kind.seconds):
                await turn
        except TimeoutError:
            if turn.done() and not turn.cancelled():  # the place came with the last tick
                return True
            with suppress(ValueError):
                line.waiting.remove(turn)
            return False
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the place was given to one who has just left
                self._leave(line)
            raise
        return True

    def _give(self, line: Line) -> bool:
        """Take a place for this class; False where none is free."""
        taken = sum(each.running - each.lent for each in self.lines)
        if taken >= self.places or line.running >= line.kind.running:
            return False
        line.running += 1
        return True

    def _lend(self, line: Line) -> bool:
        """Take the place that is lent; False where it is not for this class, or not now."""
        if line.running or any(each.lent for each in self.lines):
            return False
        self.turns += 1
        line.running, line.lent, line.turn = 1, True, self.turns
        return True

    def _leave(self, line: Line) -> None:
        """A place is free: for who waits, in the order of the classes; the lent one for who had it longest ago."""
        line.running, line.lent = line.running - 1, False
        for each in self.lines:
            self._call(each, self._give)
        for each in sorted(self.lines, key=lambda each: each.turn):
            self._call(each, self._lend)

    def _call(self, line: Line, place: Callable[[Line], bool]) -> None:
        while line.waiting and (line.waiting[0].done() or place(line)):
            turn = line.waiting.popleft()
            if not turn.done():
                turn.set_result(None)


async def _refuse(scope: Any, send: Any) -> None:
    """503: nothing was read, nothing was written."""
    seconds = random.randint(SOONEST, LATEST)
    headers = dict(scope["headers"])
    if b"text/html" in headers.get(b"accept", b""):
        again = f'<meta http-equiv="refresh" content="{seconds}">' if scope["method"] == "GET" else ""
        kind, text = (
            "text/html",
            (
                f'<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">{again}'
                f"<title>503</title><p>现在人太多，请 {seconds} 秒后再试。没有保存任何内容。"
                f"<p>Too many at once. Try again in {seconds} seconds. Nothing was saved."
            ),
        )
    else:
        kind, text = "application/json", json.dumps({"detail": "Too many at once.", "retry_after": seconds})
    lines = [(b"content-type", f"{kind}; charset=utf-8".encode()), (b"retry-after", str(seconds).encode())]
    body = text.encode()
    lines += [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 503, "headers": lines})
    await send({"type": "http.response.body", "body": body})
