"""The `@action` decorator: every write of the program goes through it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

import orjson
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from muster.kernel import clock
from muster.kernel.posts.logins import ACT, acting, prepared

from .errors import OpConflict
from .models import Operation

ACTIONS: dict[str, Callable[..., Any]] = {}
_BEGIN = """INSERT INTO operations_operation (op, actor, action, payload_hash, at) VALUES (%s, %s, %s, %s, %s)
            ON CONFLICT (op) DO NOTHING RETURNING op"""
_END = "UPDATE operations_operation SET answer = %s WHERE op = %s"
_nested: ContextVar[bool] = ContextVar("muster_nested_action", default=False)


def action(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a keyword-only function an action: one transaction as `muster_act`, once per `op`.

    `name` is also the permission that its body asks of `require()`. The function gets `by`, `now` (the clock's, unless
    given) and `op`; a replay of `op` returns the stored answer without running it. Raises OpConflict where the
    same `op` comes with another payload.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*, by: Any, now: datetime | None = None, op: UUID | None = None, **payload: Any) -> Any:
            with acting(), transaction.atomic(using=ACT):
                moment = now or clock.now()
                if op is None or _nested.get():
                    return _enter(function, by=by, now=moment, op=op, **payload)
                return _once(name, function, by, moment, op, payload)

        ACTIONS[name] = run
        return run

    return register


def _enter(function: Callable[..., Any], **arguments: Any) -> Any:
    token = _nested.set(True)
    try:
        return function(**arguments)
    finally:
        _nested.reset(token)


def _once(name: str, function: Callable[..., Any], by: Any, now: datetime, op: UUID, payload: dict[str, Any]) -> Any:
    digest = payload_hash(name, getattr(by, "id", None), payload)
    with prepared() as cursor:
        # A rival transaction with the same op makes this insert wait, and then see the rival's answer.
        begun = cursor.execute(_BEGIN, [op, getattr(by, "id", None), name, digest, now]).fetchone()
    if begun is None:
        row = Operation.objects.get(op=op)
        if row.payload_hash != digest:
            raise OpConflict(f"operation {op} was used before with another payload")
        return _recall(row.answer)
    result = _enter(function, by=by, now=now, op=op, **payload)
    with prepared() as cursor:
        cursor.execute(_END, [_remember(result), op])
    return result


def payload_hash(name: str, actor: UUID | None, payload: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of an action's arguments; rows count by their primary key."""
    said = [name, actor, payload]
    try:
        text = orjson.dumps(said, default=_plain, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # what it does not write: numbers beyond 64 bits, keys that are numbers, halves of characters
        text = json.dumps(said, sort_keys=True, default=_plain).encode()
    return hashlib.sha256(text).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return [value._meta.label_lower, str(value.pk)]
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return DjangoJSONEncoder().default(value)


def _remember(result: Any) -> str:
    is_row = isinstance(result, models.Model)
    answer = {"model": result._meta.label_lower, "pk": str(result.pk)} if is_row else {"value": result}
    return json.dumps(answer, cls=DjangoJSONEncoder)


def _recall(answer: Any) -> Any:
    if "model" in answer:
        return apps.get_model(answer["model"])._default_manager.get(pk=answer["pk"])
    return answer["value"]


def forget_operations(before: datetime) -> int:
    """Delete the operations older than the plan's `ops.keep_days`; returns how many."""
    return Operation.objects.filter(at__lt=before).delete()[0]


def keep_limit(now: datetime, keep_days: int) -> datetime:
    """The moment before which operations are forgotten."""
    return now - timedelta(days=keep_days)
