"""The data's own fsck: what every app says must hold, asked of the database.

A domain's `checks.py` has `CHECKS`: a sentence that must be true -> SQL, or a function, that gives a text for each row
for which it is not. Those of the kernel's tables are in `kernel_checks`. Nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.db import transaction

from muster.kernel.posts.logins import ACT, acting, connection

Check = str | Callable[[], Iterable[str]]


def checks() -> dict[str, Check]:
    """Every check by what must hold. Raises ValueError when two apps say the same sentence."""
    found: dict[str, Check] = {}
    modules = [f"{app}.checks" for app in (*settings.DOMAINS, "muster.reports")]
    for module in ["muster.site.kernel_checks", *filter(find_spec, modules)]:
        own: dict[str, Check] = import_module(module).CHECKS
        if twice := own.keys() & found.keys():
            raise ValueError(f"{module} repeats: {', '.join(twice)}")
        found |= own
    return found


def problems() -> Iterator[tuple[str, str]]:
    """(what must hold, the row for which it does not), as seen in one snapshot; ids and codes, no names."""
    with acting(), transaction.atomic(using=ACT):
        with connection().cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for sentence, check in checks().items():
            for row in ask(check):
                yield sentence, row


def ask(check: Check) -> Iterator[str]:
    """The rows for which a check does not hold."""
    if callable(check):
        yield from map(str, check())
        return
    with connection().cursor() as cursor:
        cursor.execute(check)
        for (row,) in cursor.fetchall():
            yield row
