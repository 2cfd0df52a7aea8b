"""The templates of the post's unit and of those above it: what there is, upload, look, retire."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may, reaches
from muster.web.page import page

from .. import actions, documents, guards, words
from ..letters import LETTERS
from ..models import Template, TemplateFile
from ..wording import Unusable
from .letters import DOCX, attached


def template_of(pk: UUID) -> Template:
    """The template, if the post may see it."""
    row = Template.objects.select_related("previous").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def subject_title(row: Template) -> Any:
    """What the template is about, in words; its code where the house has it no more."""
    return getattr(LETTERS.get(row.subject), "title", row.subject)


@page("forms/", name="forms:templates", needs="forms.see_templates")
def templates(request: HttpRequest) -> HttpResponse:
    """Those in use first; retired ones where asked for."""
    retired = "retired" in request.GET
    rows = Template.objects.filter(state=words.RETIRED) if retired else Template.objects.exclude(state=words.RETIRED)
    listed = list(rows.order_by("kind", "subject", "-area", "name", "-version")[:200])
    used = {row.subject for row in listed if row.state == words.READY}
    context = {
        "rows": [(row, subject_title(row), words.TONES[row.state]) for row in listed],
        "retired": retired,
        "may_keep": may(request.post_held, "forms.keep_template"),
        "plain": [letter for name, letter in LETTERS.items() if name not in used and not retired],
    }
    return render(request, "forms/templates.html", context)


@page("forms/upload/", name="forms:upload", needs="forms.keep_template", methods=("GET", "POST"))
def upload(request: HttpRequest) -> HttpResponse:
    """Which form or letter, its name, the file."""
    if request.method != "POST":
        return _asking(request)
    file = request.FILES.get("file")
    kind, _colon, subject = request.POST.get("subject", "").partition(":")
    try:
        if kind not in words.KINDS:
            raise Invalid("subject", _("Choose one of the list."))
        if file is None:
            raise Invalid("file", guards.WRONG[kind])
        if file.size > guards.MOST_BYTES:
            raise Invalid("file", guards.too_large())
        row = actions.keep_template(
            by=request.post_held, kind=kind, subject=subject, name=request.POST.get("name", ""), file_name=file.name,
            content=file.read(), op=request.op,
        )  # fmt: skip
    except Invalid as no:
        return _asking(request, {no.field: no.message})
    return HttpResponseRedirect(reverse("forms:template", args=[row.pk]), status=303)


def _asking(request: HttpRequest, errors: dict[str, Any] | None = None) -> HttpResponse:
    context = {
        "subjects": [(f"{guards.LETTER}:{name}", letter.title) for name, letter in LETTERS.items()],
        "letters": LETTERS.values(),
        "errors": errors,
        "values": request.POST or request.GET,
    }
    return render(request, "forms/upload.html", context, status=422 if errors else 200)


@page("forms/<uuid:template>/", name="forms:template", needs="forms.see_templates")
def template(request: HttpRequest, template: UUID) -> HttpResponse:
    """One version: where it is used, its fields, what it came after."""
    row = template_of(template)
    return show(request, row)


def show(request: HttpRequest, row: Template, errors: dict[str, Any] | None = None) -> HttpResponse:
    """The page of a template, after a refusal with what was wrong."""
    letter = LETTERS.get(row.subject)
    context = {
        "template": row,
        "subject": subject_title(row),
        "tone": words.TONES[row.state],
        "letter": letter,
        "versions": Template.objects.filter(area=row.area, kind=row.kind, subject=row.subject, name=row.name).order_by(
            "-version"
        )[:30],
        "may_retire": may(request.post_held, "forms.retire_template") and reaches(request.post_held, row.area),
        "errors": errors,
    }
    return render(request, "forms/template.html", context, status=422 if errors else 200)


@page("forms/<uuid:template>/retire/", name="forms:retire", needs="forms.retire_template", methods=("POST",))
def retire(request: HttpRequest, template: UUID) -> HttpResponse:
    """Out of use, or back into it."""
    row = template_of(template)
    try:
        actions.retire_template(by=request.post_held, template=row, back="back" in request.POST, op=request.op)
    except Invalid as no:
        return show(request, row, {no.field: no.message})
    return HttpResponseRedirect(reverse("forms:template", args=[row.pk]), status=303)


@page("forms/<uuid:template>/file/", name="forms:file", needs="forms.see_templates")
def file(request: HttpRequest, template: UUID) -> HttpResponse:
    """The template itself, as a file."""
    row = template_of(template)
    with acting():
        content = bytes(TemplateFile.objects.values_list("content", flat=True).get(pk=row.pk))
    return attached(content, row.file_name, DOCX)


@page("forms/<uuid:template>/sample/", name="forms:sample", needs="forms.see_templates")
def sample(request: HttpRequest, template: UUID) -> HttpResponse:
    """A letter in which every field says what it means."""
    row = template_of(template)
    letter = LETTERS.get(row.subject)
    if row.kind != guards.LETTER or letter is None:
        raise Http404
    with acting():
        content = bytes(TemplateFile.objects.values_list("content", flat=True).get(pk=row.pk))
    try:
        return attached(documents.fill(letter, content, documents.sample(letter)), f"{letter.title}.docx", DOCX)
    except Unusable as error:
        raise Invalid("file", str(error)) from error


@page("forms/plain/<str:kind>/", name="forms:plain", needs="forms.see_templates")
def plain(request: HttpRequest, kind: str) -> HttpResponse:
    """The plain template of a letter, to begin one's own from."""
    letter = LETTERS.get(kind)
    if letter is None:
        raise Http404
    return attached(documents.plain_template(letter), f"{letter.title}.docx", DOCX)
