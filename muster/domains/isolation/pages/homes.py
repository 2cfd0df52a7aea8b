"""Home observation: who is observed at home, whose home is to be assessed, and the assessment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.kernel.controls.models import Control
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.queries import every_record
from muster.kernel.posts.permissions import may, visible_to
from muster.web.answering import row_of
from muster.web.page import page

from .. import actions, rules, words
from ..models import HomeAssessment, Site, Stay

ANSWERS = {"yes": True, "no": False}


@page(
    "isolation/assess/<uuid:control>/", name="isolation:assess", needs="isolation.assess_home", methods=("GET", "POST")
)
def assess(request: HttpRequest, control: UUID) -> HttpResponse:
    """The questions of a home assessment; the rules give the verdict."""
    row = row_of(Control.objects.select_related("person"), control)
    if request.method != "POST":
        return show_assessment(request, row)
    answers = {question: ANSWERS.get(request.POST.get(question, "")) for question in rules.HOME_QUESTIONS}
    try:
        actions.assess_home(by=request.post_held, control=row, answers=answers, op=request.op)
    except Invalid as no:
        return show_assessment(request, row, {no.field: no.message})
    return HttpResponseRedirect(reverse("isolation:assess", args=[control]))


def show_assessment(request: HttpRequest, row: Control, errors: dict[str, Any] | None = None) -> HttpResponse:
    """The form, with the latest verdict and what followed from it."""
    last = HomeAssessment.objects.filter(control=row).order_by("-at", "-id").first()
    known = {question: "yes" if yes else "no" for question, yes in (last.answers if last else {}).items()}
    post = request.post_held
    sites = visible_to(Site.objects.filter(closed_at=None), post, place="place_id").order_by("name")
    context = {
        "control": row,
        "last": last,
        "faults": [words.HOME_FAULTS[reason] for reason in last.reasons] if last else [],
        "questions": words.HOME_QUESTIONS.items(),
        "answers": [("yes", _("Yes")), ("no", _("No"))],
        "stay": Stay.objects.open().filter(person__in=[row.person_id, *every_record([row.person_id])]).first(),
        "sites": [(site.id, site.name) for site in sites],
        "may_transfer": row.ended_at is None and may(post, "isolation.request_transfer"),
        "may_assess": row.ended_at is None and may(post, "isolation.assess_home"),
        "errors": errors,
        "values": request.POST or known,
    }
    return render(request, "isolation/assess.html", context, status=422 if errors else 200)
