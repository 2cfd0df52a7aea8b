"""The release notice, on A4."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from muster.kernel.areas.codes import LEVELS
from muster.kernel.people.actions import reveal
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may
from muster.web.area_names import area_path
from muster.web.page import page

from ..models import Stay
from .stays import stay_of, tests_of

COMMUNITY_WIDTH = LEVELS["community"]


@page("isolation/notice/<uuid:stay>/", name="isolation:notice", needs="isolation.see_stay", methods=("GET", "POST"))
def notice(request: HttpRequest, stay: UUID) -> HttpResponse:
    """The notice of a released person; the name is masked until the post asks for it, which is logged."""
    row = stay_of(stay)
    if not row.notice:
        raise Http404
    names = []
    if request.method == "POST":
        names = reveal(by=request.post_held, person=row.person_id, field="name", purpose="notice")
    with acting():  # earlier rooms and sites of the same control may be behind walls; only the day is shown
        began_at = (
            Stay.objects.filter(control=row.control_id).order_by("began_at").values_list("began_at", flat=True)[0]
        )
    context = {
        "stay": row,
        "began_at": began_at,
        "issuer": row.site.name if row.site else area_path(row.area[:COMMUNITY_WIDTH]),
        "name": names[0] if names else row.person.label,
        "revealed": bool(names),
        "may_reveal": may(request.post_held, "people.reveal"),
        "tests": [test for test in tests_of(row) if test["sample"] or test["tone"] != "wait"],
    }
    return render(request, "isolation/notice.html", context)
