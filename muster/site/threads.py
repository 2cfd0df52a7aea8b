"""A request runs in one thread from beginning to end; the threads stay, and each keeps its connections.

Django's own way hops between the event loop and a thread that is made anew for each request, through each middleware
that knows only one of the two, and takes its connections from the pool and gives them back: that costs several times
what a registration does. Only the live stream needs it.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.core.signals import request_started
from django.http import HttpResponseBase
from django.urls import set_script_prefix

from muster.site.admission import PLACES
from muster.site.postgres.base import keep_connections

STREAM = "/live/"
PIECE = 65_536  # bytes
THREADS = PLACES + 2  # and one for the place that is lent, one for the question whether we live


class Threads(ASGIHandler):
    """The ASGI application: `STREAM` in the event loop, everything else in a thread."""

    def __init__(self) -> None:
        super().__init__()
        self.pages = BaseHandler()
        self.pages.load_middleware()
        self.threads = ThreadPoolExecutor(THREADS, "request", keep_connections)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] == STREAM:
            return await super().__call__(scope, receive, send)
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            loop = asyncio.get_running_loop()
            # A context of its own: language, time zone and login of one request are nothing to the next.
            run = contextvars.copy_context().run
            response: Any = await loop.run_in_executor(self.threads, run, self.answer, scope, body)
            if response.streaming:
                await self.stream(response, run, send)
            else:
                await self.send_response(response, send)

    async def stream(self, response: Any, run: Any, send: Any) -> None:
        """Send a response piece by piece: Django would hold all of it in memory first."""
        ask = partial(asyncio.get_running_loop().run_in_executor, self.threads, run)
        response.block_size = PIECE  # of a file
        rest = iter(response)

        async def pieces() -> AsyncIterator[bytes]:
            while (piece := await ask(partial(next, rest, None))) is not None:
                yield piece

        response.streaming_content = pieces()
        try:
            await self.send_response(response, send)
        finally:
            await ask(response.close)

    def answer(self, scope: Any, body: Any) -> HttpResponseBase:
        """The answer to one request, worked out in this thread."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        request, refused = self.create_request(scope, body)
        response: Any = refused if request is None else self.pages.get_response(request)
        if not response.streaming:
            response.close()
        return response
