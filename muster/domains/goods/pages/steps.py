"""The next steps of a thing, as data: each is a form on its page, and one call of an action.

A page lists its steps; `offered` are those that the post may take now, `taken` runs the one that a form names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import may
from muster.web.answering import id_of


@dataclass(frozen=True)
class Question:
    """One field of a form: see the tag `field`. `kind` staff shows a box for each of `options`."""

    name: str
    label: Any
    kind: str = "text"
    options: Iterable[tuple[Any, Any]] = ()
    required: bool = True
    help: Any = ""
    value: Any = None


@dataclass(frozen=True)
class Step:
    """One thing to do: `do(by, row, form, op)` calls an action, which checks all again; `needs` is its permission.

    `open` says whether it is the row's turn; `questions` are made of the row; `back` says where its answer leads.
    """

    name: str
    title: Any
    needs: str
    do: Callable[..., Any]
    questions: Callable[[Any], Iterable[Question]] = lambda row: ()
    open: Callable[[Any], bool] = lambda row: True
    back: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Shown:
    """A step as the page shows it, with what was typed before a refusal."""

    step: Step
    questions: list[Question]
    values: Any = field(default_factory=dict)
    errors: dict[str, Any] = field(default_factory=dict)

    @property
    def stray(self) -> list[Any]:
        """What was wrong and has no field of its own."""
        return [text for name, text in self.errors.items() if name not in {each.name for each in self.questions}]


def offered(
    request: HttpRequest, steps: Iterable[Step], row: Any, tried: str = "", errors: dict[str, Any] | None = None
) -> list[Shown]:
    """The steps that the post may take now; the one that was refused, too, with why."""
    found = []
    for step in steps:
        refused = step.name == tried and bool(errors)
        if may(request.post_held, step.needs) and (refused or step.open(row)):
            given = (request.POST, errors) if refused and errors else ({}, {})
            found.append(Shown(step, list(step.questions(row)), *given))
    return found


def taken(
    request: HttpRequest, steps: Iterable[Step], row: Any, back: str, again: Callable[..., HttpResponse]
) -> HttpResponse:
    """Take the step that the form names and go back; or show the page again with what was wrong."""
    name = request.POST.get("step", "")
    step = next((each for each in steps if each.name == name), None)
    if step is None:
        return again("", {"step": ""})
    try:
        done = step.do(request.post_held, row, request.POST, request.op)
    except Invalid as no:
        return again(name, {no.field: no.message})
    return HttpResponseRedirect(step.back(done) if step.back else back)


def number(form: QueryDict, name: str) -> int | None:
    """A whole number as typed; None for nothing, -1, which no field takes, for anything else."""
    text = form.get(name, "").strip()
    return None if not text else int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def moment(form: QueryDict, name: str) -> datetime | None:
    """A moment on the installation's clock; None for nothing, or for what is none."""
    try:
        return datetime.fromisoformat(form.get(name, "")).replace(tzinfo=clock.zone())
    except ValueError:
        return None


def staff(form: QueryDict, name: str = "staff") -> list[Any]:
    """The staff that were ticked."""
    return [pk for text in form.getlist(name) if (pk := id_of(text))]
