"""A case: what is known, how it was classified, its chain and its contacts; opening one by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, plans
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.posts.permissions import may, reaches
from muster.ledger.pages import table
from muster.ledger.paging import paged
from muster.web.answering import id_of, row_of
from muster.web.page import page

from .. import actions, rules, words
from ..actions.cases import DESCRIBED
from ..ledgers import CONTACTS
from ..models import Case, Contact, Letter, Link, PendingRing
from .shown import day_of, go, with_labels

MOST_CASES = 500  # in a list to choose the source from


@page("cases/<uuid:case>/", name="tracing:case", needs="tracing.see_cases")
def case(request: HttpRequest, case: UUID) -> HttpResponse:
    """Everything about one case, and what can be done next."""
    return show_case(request, row_of(Case.objects, case))


def show_case(request: HttpRequest, row: Case, errors: dict[str, Any] | None = None) -> HttpResponse:
    """The page of a case, with the refused values of a form if any."""
    post, status = request.post_held, request.GET.get("status", "")
    rows = Contact.objects.filter(case=row)
    shown = rows.filter(status=status) if status in words.STATUSES else rows
    if ring := {"1": 1, "2": 2}.get(request.GET.get("ring", "")):
        shown = shown.filter(ring=ring)
    contacts = paged(request, shown, "first_at", "id", size=50)
    mine = reaches(post, row.area) or reaches(post, row.incident_area)
    context = {
        "case": with_labels([row])[0],
        "plan": plans.edition(row.plan).title,
        "history": _history(row),
        "waiting": row.classifications.filter(signed_at=None, refused_at=None).exists(),
        "next": [
            (code, word) for code, word in words.CLASSIFICATIONS.items() if rules.may_become(row.classification, code)
        ],
        "sources": list(_linked(Link.objects.filter(target=row), "source")),
        "infected": list(_linked(Link.objects.filter(source=row), "target")),
        "was_contact": with_labels(Contact.objects.filter(converted_case=row)),
        "rings": rows.values("ring").annotate(people=Count("pk"), open=Count("pk", filter=_OPEN)).order_by("ring"),
        "page": contacts,
        **table(CONTACTS, post, contacts.rows, [c for c in CONTACTS.columns if c.shown and c.name != "case_number"]),
        "pending": PendingRing.objects.filter(case=row, decided_at=None).first(),
        "letters": Letter.objects.filter(case=row).order_by("deadline_at"),
        "may_work": mine and may(post, "tracing.describe_case") and not row.history,
        "may_trace": mine and may(post, "tracing.trace_case") and row.closed_at is None,
        "may_see_incident": reaches(post, row.incident_area),
        "me": post.user_id,
        "errors": errors or {},
    }
    return render(request, "tracing/case.html", context, status=422 if errors else 200)


def _history(case: Case) -> list[Any]:
    steps = list(case.classifications.order_by("at", "id"))
    for step in steps:
        step.title, step.basis_title = words.CLASSIFICATIONS[step.classification], words.BASES[step.basis]
    return steps


_OPEN = Q(status__in=words.OPEN_STATUSES, history=False)


def _linked(links: Any, end: str) -> Any:
    """Cases at one end of the links, as far as the post sees them; of the others only that they are there."""
    rows = list(links)
    cases = {row.pk: row for row in Case.objects.filter(pk__in=[getattr(link, f"{end}_id") for link in rows])}
    with_labels(cases.values())
    for link in rows:
        link.other = cases.get(getattr(link, f"{end}_id"))
        link.reason_title = words.LINK_REASONS[link.reason]
        yield link


@page("cases/<uuid:case>/describe/", name="tracing:describe", needs="tracing.describe_case", methods=("GET", "POST"))
def describe(request: HttpRequest, case: UUID) -> HttpResponse:
    """The fields of the case's file."""
    row, errors = row_of(Case.objects, case), {}
    if request.method == "POST":
        try:
            given = {
                name: day_of(request, name) if name.endswith("_on") else request.POST.get(name, "")
                for name in DESCRIBED
            }
            actions.describe_case(by=request.post_held, case=row, op=request.op, **given)
            return go("tracing:case", row.pk)
        except Invalid as no:
            errors = {no.field: no.message}
    options = {
        "severities": words.SEVERITIES,
        "outcomes": words.OUTCOMES,
        "origins": words.ORIGINS,
        "found_how": words.FOUND_HOW,
    }
    lists = {name: [pair for pair in words.choices(each) if pair[0]] for name, each in options.items()}
    context = {"case": with_labels([row])[0], "errors": errors, **lists}
    return render(request, "tracing/describe.html", context, status=422 if errors else 200)


@page("cases/<uuid:case>/source/", name="tracing:source", needs="tracing.set_source", methods=("GET", "POST"))
def source(request: HttpRequest, case: UUID) -> HttpResponse:
    """Where the case was infected."""
    row, errors = row_of(Case.objects, case), {}
    others = Case.objects.filter(incident=row.incident_id).exclude(pk=row.pk).exclude(classification="excluded")
    if request.method == "POST":
        chosen = id_of(request.POST.get("source", ""))
        try:
            actions.set_source(
                by=request.post_held, case=row, state=request.POST.get("state", ""), op=request.op,
                source=others.filter(pk=chosen).first() if chosen else None, reason=request.POST.get("reason", ""),
            )  # fmt: skip
            return go("tracing:case", row.pk)
        except Invalid as no:
            errors = {no.field: no.message}
    cases = [
        (other.pk, f"{other.number} {other.label}") for other in with_labels(others.order_by("-opened_at")[:MOST_CASES])
    ]
    context = {"case": with_labels([row])[0], "cases": cases, "errors": errors}
    context |= {"states": words.choices(words.SOURCE_STATES), "reasons": words.choices(words.LINK_REASONS)}
    return render(request, "tracing/source.html", context, status=422 if errors else 200)


@page("cases/new/<uuid:person>/", name="tracing:open_case", needs="tracing.open_case", methods=("GET", "POST"))
def open_case(request: HttpRequest, person: UUID) -> HttpResponse:
    """Open a case by diagnosis: the first of two signatures."""
    whom, errors = row_of(Person.objects, person), {}
    if request.method == "POST":
        try:
            disease = request.POST.get("disease", "")
            made = actions.open_case(
                by=request.post_held, person=whom, disease=disease, plan=_plan(disease), op=request.op,
                found_how="clinic", classification=request.POST.get("classification", ""),
                onset_on=day_of(request, "onset_on"),
            )  # fmt: skip
            return go("tracing:case", made.pk)
        except Invalid as no:
            errors = {no.field: no.message}
    diseases = [(code, words.DISEASES.get(code, code)) for code in plans.diseases()]
    first = [(code, title) for code, title in words.CLASSIFICATIONS.items() if rules.may_become("", code)]
    context = {"person": whom, "errors": errors, "diseases": diseases, "classifications": first}
    return render(request, "tracing/open_case.html", context, status=422 if errors else 200)


def _plan(disease: str) -> str:
    try:
        return plans.in_force(disease, clock.today()).edition
    except plans.NoPlan:
        raise Invalid("disease", _("There is no plan in force for this disease.")) from None
