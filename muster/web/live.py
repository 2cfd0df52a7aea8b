"""The live stream: "something changed in your range", so that pages refresh what they show.

One listening connection per process serves every open page. A notice carries a topic, an area code and a place, never a
person; each stream sends a topic at most once a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, StreamingHttpResponse

from muster.kernel import clock
from muster.kernel.posts.permissions import may

from .page import add_route

CHANNEL = "muster_live"
EVERY_SECONDS = 1.0
HEARTBEAT_SECONDS = 15
NEEDS = "posts.be_signed_in"
log = logging.getLogger(__name__)


@dataclass(eq=False)
class Reader:
    """One open page: its post's bounds, and the topics that wait to be sent."""

    post: Any
    topics: set[str] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, topic: str, area: str, place: str) -> None:
        """Note a topic if it lies in the post's range or at its place."""
        post = self.post
        in_range = post.lo is not None and (post.lo <= area < post.hi or post.area.startswith(area))
        if in_range or (place and place == str(post.place_id)):
            self.topics.add(topic)
            self.woken.set()


class Hub:
    """The readers of one event loop, fed by one connection that listens while there are any."""

    def __init__(self) -> None:
        self.readers: set[Reader] = set()
        self.listener: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def reading(self, post: Any):
        """Add a reader for the length of a stream."""
        reader = Reader(post)
        self.readers.add(reader)
        if self.listener is None or self.listener.done():
            self.listener = asyncio.get_running_loop().create_task(self._listen())
        try:
            yield reader
        finally:
            self.readers.discard(reader)
            if not self.readers and self.listener:
                self.listener.cancel()

    async def _listen(self) -> None:
        pause = 0.5
        while self.readers:
            try:
                async with await psycopg.AsyncConnection.connect(
                    settings.MUSTER_URLS["default"], autocommit=True
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._tell_all("reconnected")
                    pause = 0.5
                    async for notice in connection.notifies():
                        topic, _, rest = notice.payload.partition("|")
                        area, _, place = rest.partition("|")
                        for reader in self.readers:
                            reader.take(topic, area, place)
            except (psycopg.Error, OSError) as error:
                log.warning("the live stream lost the database (%s); trying again", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10)

    def _tell_all(self, topic: str) -> None:
        for reader in self.readers:
            reader.topics.add(topic)
            reader.woken.set()


_hubs: dict[int, Hub] = {}


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    return _hubs.setdefault(id(loop), Hub())


async def live(request: HttpRequest) -> HttpResponse:
    """Server-sent events for the acting post; ends when its session or post does."""
    post = request.post_held
    if post is None or not may(post, NEEDS):
        return HttpResponseForbidden()
    response = StreamingHttpResponse(_events(request, post), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    response["Content-Encoding"] = "identity"  # compression would hold the events back
    return response


async def _events(request: HttpRequest, post: Any) -> AsyncIterator[str]:
    await sync_to_async(_give_back)()
    with hub().reading(post) as reader:
        yield "retry: 2000\n\n" + _beat()
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.woken.wait(), HEARTBEAT_SECONDS)
            reader.woken.clear()
            topics, reader.topics = reader.topics, set()
            if not topics and not await sync_to_async(_lasts)(request):
                return
            yield _beat()
            for topic in sorted(topics):
                yield f"event: {topic}\ndata: {{}}\n\n"
            if topics:
                await asyncio.sleep(EVERY_SECONDS)


def _lasts(request: HttpRequest) -> bool:
    """Whether the session still acts on a post."""
    try:
        return request.session.held()[1] is not None
    finally:
        _give_back()


def _give_back() -> None:
    """Return this request's connections to their pools: an open stream must not keep one from everybody else."""
    for connection in connections.all(initialized_only=True):
        connection.close()


def _beat() -> str:
    """The stream lives, and this is the server's time: a page without it for longer marks itself as out of date."""
    data = json.dumps({"now": clock.now().isoformat(), "every": HEARTBEAT_SECONDS})
    return f"event: beat\ndata: {data}\n\n"


add_route("live/", live, name="web:live", needs=NEEDS)
