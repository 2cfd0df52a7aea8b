"""Jobs drained in process, and a live server with its worker in threads."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from django.db import connections

from muster.kernel.posts.logins import ACT
from muster.site.worker import work


def drain(failing: bool = False) -> int:
    """Runs every due job, and those they queue. Raises the first failure of a job, unless `failing`."""
    before, failures = _attempts(), _Failures()
    logger = logging.getLogger("procrastinate")
    logger.addHandler(failures)
    try:
        # A thread of its own: this one may be running the browser's event loop.
        _in_thread(lambda: asyncio.run(work(periodic=False, wait=False, listen_notify=False, delete_jobs="never")))
    finally:
        logger.removeHandler(failures)
    if failures.errors and not failing:
        raise failures.errors[0]
    return _attempts() - before


@contextmanager
def serving() -> Iterator[str]:
    """The ASGI application on a free port and a worker, until the block ends; yields the address."""
    from muster.site.asgi import application

    server = _Server(uvicorn.Config(application, port=0, log_level="warning", timeout_graceful_shutdown=1))
    web = threading.Thread(target=server.run, daemon=True)
    worker = _Loop(work(concurrency=2, shutdown_graceful_timeout=5))
    web.start()
    worker.start()
    server.ready.wait(30)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        worker.stop()
        web.join(15)


class _Server(uvicorn.Server):
    """Says when it listens, so that nobody has to poll."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class _Loop(threading.Thread):
    """A coroutine in a thread with an event loop, that can be cancelled from outside."""

    def __init__(self, coroutine: Coroutine[Any, Any, None]) -> None:
        super().__init__(daemon=True)
        self.coroutine, self.loop, self.running = coroutine, asyncio.new_event_loop(), threading.Event()

    def run(self) -> None:
        self.task = self.loop.create_task(self.coroutine)
        self.running.set()
        try:
            self.loop.run_until_complete(self.task)
        except asyncio.CancelledError:
            pass
        finally:
            self.loop.close()

    def stop(self) -> None:
        self.running.wait(10)
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.task.cancel)
        self.join(15)


class _Failures(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1]:
            self.errors.append(record.exc_info[1])


def _in_thread(call: Callable[[], None]) -> None:
    raised: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def _attempts() -> int:
    with connections[ACT].cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(attempts), 0) FROM procrastinate_jobs")
        return cursor.fetchone()[0]
