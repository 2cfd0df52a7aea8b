"""The forms beside the lists: declare a batch, register an enterprise, record a breach."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import visible_to
from muster.ledger.pages import show_list
from muster.web.answering import chosen
from muster.web.page import page

from .. import actions, words
from ..ledgers import BATCHES, FINDINGS, HOLDERS
from ..models import Holder
from .steps import Question, Step, moment, number, offered, taken

MOST_HOLDERS = 500


def _holders(post: Any, kind: str = "") -> list[tuple[Any, str]]:
    """The enterprises of the post's areas to choose from, or its own."""
    rows = Holder.objects.filter(place=post.place_id) if post.place_id else visible_to(Holder.objects.all(), post)
    return list((rows.filter(kind=kind) if kind else rows).order_by("name").values_list("pk", "name")[:MOST_HOLDERS])


def _firsts() -> list[tuple[Any, str]]:
    return list(Holder.objects.order_by("-kind", "name").values_list("pk", "name")[:MOST_HOLDERS])


def _declare_asks(post: Any) -> list[Question]:
    return [Question("owner", _("Enterprise"), "select", _holders(post)), *asks_declaration()]


def asks_declaration(row: Any = None) -> list[Question]:
    """What is declared of a batch; of one that is there as it stands."""
    said = {"quantity": row.declared, "first": row.first_id} if row else {}
    return [
        Question(name, label, kind, options, required, help_, said.get(name) or getattr(row, name, None))
        for name, label, kind, options, required, help_ in (
            ("first", _("Goes first to"), "select", _firsts(), True,
             _("The supervised central warehouse, where the plan says so.")),
            ("product", _("Goods"), "text", (), True, ""),
            ("origin", _("Country or region of origin"), "text", (), True, ""),
            ("quantity", _("Quantity"), "number", (), True, ""),
            ("unit", _("Counted in"), "select", words.UNITS.items(), True, ""),
            ("certificate", _("Number of the inspection and quarantine certificate"), "text", (), True, ""),
            ("maker_number", _("Maker's batch number"), "text", (), False, ""),
            ("port", _("Port of entry"), "text", (), False, ""),
            ("disinfection", _("Number of the disinfection certificate"), "text", (), False, ""),
            ("report", _("Number of the test report"), "text", (), False, ""),
            ("expected_at", _("Arrives at"), "datetime-local", (), True, ""),
        )
    ]  # fmt: skip


def declared(form: Any) -> dict[str, Any]:
    """What a form declares of a batch."""
    named = ("product", "origin", "unit", "certificate", "maker_number", "port", "disinfection", "report")
    return {
        "first": _needed(form, "first"), "quantity": number(form, "quantity"),
        "expected_at": moment(form, "expected_at"), **{name: form.get(name, "") for name in named},
    }  # fmt: skip


def _declare(by: Any, _row: Any, form: Any, op: Any) -> Any:
    return actions.declare(by=by, owner=_needed(form, "owner"), op=op, **declared(form))


def _needed(form: Any, name: str) -> Holder:
    row = chosen(Holder.objects.all(), form.get(name, ""))
    if row is None:
        raise Invalid(name, _("Choose an enterprise."))
    return row


def _add_holder(by: Any, _row: Any, form: Any, op: Any) -> Any:
    named = ("area", "name", "kind", "licence")
    return actions.add_holder(by=by, op=op, **{name: form.get(name, "").strip() for name in named})


def _find(by: Any, _row: Any, form: Any, op: Any) -> Any:
    return actions.find_breach(
        by=by, holder=_needed(form, "holder"), kind=form.get("kind", ""), note=form.get("note", ""), op=op
    )


# By the kind of row: the list, and the step that adds one to it.
STARTS = {
    "batch": (BATCHES, Step(
        "declare", _("Declare a batch"), "goods.declare", _declare, _declare_asks,
        back=lambda row: reverse("goods:batch", args=[row.pk]),
    )),
    "holder": (HOLDERS, Step(
        "add_holder", _("Register an enterprise"), "goods.add_holder", _add_holder,
        lambda post: [
            Question("name", _("Name")), Question("kind", _("What it is"), "select", words.HOLDER_KINDS.items()),
            Question("area", _("Area code"), value=post.area), Question("licence", _("Licence"), required=False),
        ],
        back=lambda row: reverse("goods:holder", args=[row.pk]),
    )),
    "finding": (FINDINGS, Step(
        "find", _("Record a breach"), "goods.find_breach", _find,
        lambda post: [
            Question("holder", _("Enterprise"), "select", _holders(post)),
            Question("kind", _("What was found"), "select", words.FINDING_KINDS.items()),
            Question("note", _("In words: what, where, how much"), "textarea"),
        ],
        back=lambda row: reverse("goods:finding", args=[row.pk]),
    )),
}  # fmt: skip


def beside(request: HttpRequest, kind: str) -> dict[str, Any]:
    """The form beside a list; with what was typed, where it was refused."""
    ledger, step = STARTS[kind]
    refused = getattr(request, "refused", None)
    shown = offered(request, [step], request.post_held, step.name if refused else "", refused)
    return {"forms": shown, "start": reverse(f"goods:start_{kind}")}


def _route(kind: str) -> None:
    ledger, step = STARTS[kind]

    @page(f"{ledger.path}new/", name=f"goods:start_{kind}", needs=step.needs, methods=("POST",))
    def start(request: HttpRequest) -> HttpResponse:
        def again(_name: str, errors: dict[str, Any]) -> HttpResponse:
            request.refused = errors
            return show_list(request, ledger, errors)

        return taken(request, [step], request.post_held, "", again)

    start.__doc__ = str(step.title)


for _kind in STARTS:
    _route(_kind)
