"""A letter as a Word file, from the page of what it is about."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from muster.kernel import clock
from muster.kernel.operations.errors import Refused
from muster.kernel.posts.access import log_access
from muster.kernel.posts.permissions import may
from muster.web.page import page

from ..letters import LETTERS
from ..writing import write_letter

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("letters/<str:kind>/<uuid:about>/word/", name="forms:write_letter", needs="forms.write_letter", methods=("POST",))
def write(request: HttpRequest, kind: str, about: UUID) -> HttpResponse:
    """The letter of a kind about one row, with names; logged first."""
    letter, post = LETTERS.get(kind), request.post_held
    if letter is None:
        raise Http404
    if not may(post, letter.needs):
        log_access(by=post, event="refused", field=letter.needs, area=post.area)
        raise Refused(letter.needs, post.area)
    content = write_letter(by=post, letter=letter, row=letter.find(about))
    return attached(content, f"{letter.title} {clock.today():%Y-%m-%d}.docx", DOCX)


def attached(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file as an answer; its name survives in every script (RFC 6266), with a plain one for old programs."""
    response = HttpResponse(content, content_type=kind)
    plain = name.encode("ascii", "ignore").decode().strip().replace('"', "")
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
