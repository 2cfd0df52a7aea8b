"""The worker: takes jobs from the queue and runs them in threads.

It runs on an app of its own with an asynchronous connector, while jobs are still enqueued through Django's connection,
inside the transaction of the action that wants them. So worker and pages can live in one process.
"""

from __future__ import annotations

from typing import Any

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.periodic import PeriodicRegistry


def worker_app(periodic: bool = True) -> App:
    """An app for a worker. Without `periodic` it runs what was asked for, and starts nothing by the hour."""
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    twin = app.with_connector(connector.get_worker_connector())
    if not periodic:
        twin.periodic_registry = PeriodicRegistry()
    return twin


async def work(*, periodic: bool = True, **options: Any) -> None:
    """Runs jobs until cancelled, or, with `wait=False`, until the queue is empty. `options` are procrastinate's."""
    async with worker_app(periodic).open_async() as twin:
        await twin.run_worker_async(**{"install_signal_handlers": False, **options})
