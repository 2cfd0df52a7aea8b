"""A health check: temperature and symptoms in two taps, and the answer to an anomaly."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from muster.kernel import clock, plans
from muster.kernel.duties.models import Duty
from muster.kernel.posts.permissions import may
from muster.web.answering import answer
from muster.web.page import page

from .. import actions, board, words
from ..actions.owed import CHECKS
from ..models import HealthCheck, Stay
from .stays import stay_of

NORMAL = [f"{tenths / 10:.1f}" for tenths in range(361, 373)]


@page("isolation/checks/<uuid:check>/", name="isolation:check", needs="isolation.see_stay")
def check(request: HttpRequest, check: UUID) -> HttpResponse:
    """A check that is due, or one that was made."""
    return _check(request, check)


def _check(request: HttpRequest, pk: UUID, errors: dict[str, Any] | None = None) -> HttpResponse:
    made = HealthCheck.objects.filter(pk=pk).first()
    stay, on, slot = (stay_of(made.stay_id), made.on, made.slot) if made else _meant(pk)
    post = request.post_held
    symptoms = plans.edition(stay.plan).isolation.symptoms
    given = request.POST.getlist("symptoms") if request.method == "POST" else []
    here = stay.place_id == post.place_id if stay.place_id else post.lo is not None
    context = {
        "check": made,
        "pk": pk,
        "stay": stay,
        "line": board.lines([stay], clock.now())[0],
        "when": f"{date_format(on, _('j M'))} {words.SLOTS[slot]}",
        "found": [words.SYMPTOMS[code] for code in made.symptoms] if made else [],
        "anomaly": [words.ANOMALIES[code] for code in made.anomaly] if made else [],
        "answer": words.OUTCOMES.get(made.answer) if made else None,
        "temperatures": NORMAL,
        "symptoms": [(code, words.SYMPTOMS[code], code in given) for code in symptoms],
        "outcomes": words.OUTCOMES.items(),
        "may_record": here and made is None and stay.ended_at is None and may(post, "isolation.record_check"),
        "may_answer": made and made.anomaly and not made.answered_at and may(post, "isolation.answer_anomaly"),
        "errors": errors,
        "values": request.POST,
    }
    return render(request, "isolation/check.html", context, status=422 if errors else 200)


def _meant(pk: UUID) -> tuple[Stay, date, str]:
    """Which check of which stay a duty means."""
    duty = Duty.objects.filter(subject=pk, kind__in=CHECKS).order_by("-opened_at").first()
    if duty is None:
        raise Http404
    stay = stay_of(UUID(duty.data["stay"]))
    return stay, date.fromisoformat(duty.data["on"]), duty.data["slot"]


@page(
    "isolation/checks/<uuid:check>/record/", name="isolation:record_check", needs="isolation.record_check",
    methods=("POST",),
)  # fmt: skip
def record_check(request: HttpRequest, check: UUID) -> HttpResponse:
    """Record the check; back to the site's board, or to the list of duties."""
    made = HealthCheck.objects.filter(pk=check).first()
    stay, on, slot = (stay_of(made.stay_id), made.on, made.slot) if made else _meant(check)
    form = request.POST
    return answer(
        lambda: actions.record_check(
            by=request.post_held, stay=stay, on=on, slot=slot,
            temperature=form.get("measured", "").strip() or form.get("temperature", ""),
            symptoms=form.getlist("symptoms"), op=request.op,
        ),
        reverse("isolation:site", args=[stay.site_id]) if stay.site_id else reverse("duties:list"),
        lambda errors: _check(request, check, errors),
    )  # fmt: skip


@page(
    "isolation/checks/<uuid:check>/answer/", name="isolation:answer_anomaly", needs="isolation.answer_anomaly",
    methods=("POST",),
)  # fmt: skip
def answer_anomaly(request: HttpRequest, check: UUID) -> HttpResponse:
    """What was done about an anomaly."""
    row = HealthCheck.objects.filter(pk=check).first()
    if row is None:
        raise Http404
    outcome = request.POST.get("outcome", "")
    return answer(
        lambda: actions.answer_anomaly(by=request.post_held, check=row, outcome=outcome, op=request.op),
        reverse("isolation:stay", args=[row.stay_id]),
        lambda errors: _check(request, check, errors),
    )
