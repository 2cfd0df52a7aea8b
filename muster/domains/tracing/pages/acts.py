"""Buttons: each one action, then back to where it was pressed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import Post
from muster.web.answering import id_of, row_of
from muster.web.page import page

from .. import actions
from ..models import Case, Chain, Incident
from .cases import show_case
from .shown import go

_POST = ("POST",)


@page("cases/<uuid:case>/propose/", name="tracing:propose", needs="tracing.propose_diagnosis", methods=_POST)
def propose(request: HttpRequest, case: UUID) -> HttpResponse:
    """The first signature under a diagnosis."""
    row = row_of(Case.objects, case)
    given = request.POST.get("classification", "")
    try:
        actions.propose_diagnosis(by=request.post_held, case=row, classification=given, op=request.op)
    except Invalid as no:
        return show_case(request, row, {no.field: no.message})
    return go("tracing:case", row.pk)


@page("cases/<uuid:case>/sign/", name="tracing:sign", needs="tracing.sign_diagnosis", methods=_POST)
def sign(request: HttpRequest, case: UUID) -> HttpResponse:
    """The second signature, or its refusal."""
    row = row_of(Case.objects, case)
    agreed = request.POST.get("agreed") == "yes"
    try:
        actions.sign_diagnosis(by=request.post_held, case=row, agreed=agreed, op=request.op)
    except Invalid as no:
        return show_case(request, row, {no.field: no.message})
    return go("tracing:case", row.pk)


@page("chains/<uuid:chain>/owner/", name="tracing:owner", needs="tracing.set_chain_owner", methods=_POST)
def owner(request: HttpRequest, chain: UUID) -> HttpResponse:
    """Name the owner of a chain."""
    row = row_of(Chain.objects, chain)
    with acting():
        post = Post.objects.active(clock.now()).filter(pk=id_of(request.POST.get("owner", ""))).first()
    if post is None:
        raise Invalid("owner", _("Choose who owns the chain."))
    actions.set_chain_owner(by=request.post_held, chain=row, owner=post, op=request.op)
    return go("tracing:incident", row.incident_id)


@page("incidents/<uuid:incident>/step/", name="tracing:step", needs="tracing.record_step", methods=_POST)
def step(request: HttpRequest, incident: UUID) -> HttpResponse:
    """A step of the response that was done by hand."""
    row = row_of(Incident.objects, incident)
    actions.record_step(by=request.post_held, incident=row, step=request.POST.get("step", ""), op=request.op)
    return go("tracing:incident", row.pk)


@page("incidents/<uuid:incident>/close/", name="tracing:close", needs="tracing.close_incident", methods=_POST)
def close(request: HttpRequest, incident: UUID) -> HttpResponse:
    """The end of an incident."""
    row = row_of(Incident.objects, incident)
    actions.close_incident(by=request.post_held, incident=row, op=request.op)
    return go("tracing:incident", row.pk)
