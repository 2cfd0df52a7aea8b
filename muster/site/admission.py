"""What one process takes on at a time. The rest waits a little, or is told when to come again; samples go first.

Without it, each request gets a thread: a thousand of them share one interpreter and twelve connections, and all are
late. Here a request has a class; of each class so many run and so many wait, for so long. A place that becomes free
goes to the first class in the list that waits for one, so what stands last is shed first; one place of each class is
its own, so that none is shut out for good. Who cannot be taken gets 503 with `Retry-After`; no database was asked.
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


PLACES = 8  # running in one process, of all classes; a place more is lent to a class of which nothing runs
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
    """One class in this process: how many run, and who waits."""

    kind: Class
    running: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    refused: int = 0


class Admission:
    """The ASGI application behind a door. `lines` are by class, the first goes first."""

    def __init__(self, app: App, classes: tuple[Class, ...] = CLASSES, places: int = PLACES) -> None:
        self.app, self.places = app, places
        self.lines = [Line(kind) for kind in classes]

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
            line.running -= 1
            self._next()

    async def _enter(self, line: Line) -> bool:
        if not line.waiting and self._room(line):
            line.running += 1
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
                line.running -= 1
                self._next()
            raise
        return True

    def _room(self, line: Line) -> bool:
        taken = sum(each.running for each in self.lines)
        return not line.running or (taken < self.places and line.running < line.kind.running)

    def _next(self) -> None:
        """Give free places to those who wait, in the order of the classes."""
        for line in self.lines:
            while line.waiting and self._room(line):
                turn = line.waiting.popleft()
                if not turn.done():
                    line.running += 1
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
