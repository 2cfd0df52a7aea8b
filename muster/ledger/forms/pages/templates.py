"""The templates of the post's unit and of those above it: what there is, upload, look, retire."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may, reaches
from muster.ledger.declaring import LEDGERS
from muster.ledger.pages.lists import BUTTONS
from muster.web.page import page

from .. import actions, documents, guards, words
from ..changes import compare, minutes_by_hand
from ..layout import Layout
from ..letters import LETTERS
from ..models import Template, TemplateFile
from ..sources import sources
from ..wording import Unusable
from .letters import DOCX, XLSX, attached


def template_of(pk: UUID) -> Template:
    """The template, if the post may see it."""
    row = Template.objects.select_related("previous").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def subject_title(row: Template) -> Any:
    """What the template is about, in words; its code where the house has it no more."""
    return getattr((LETTERS if row.kind == guards.LETTER else LEDGERS).get(row.subject), "title", row.subject)


@page("forms/", name="forms:templates", needs="forms.see_templates")
def templates(request: HttpRequest) -> HttpResponse:
    """Those in use first; retired ones where asked for, or those that one ledger fills."""
    retired, subject = "retired" in request.GET, request.GET.get("subject", "")
    rows = Template.objects.filter(state=words.RETIRED) if retired else Template.objects.exclude(state=words.RETIRED)
    rows = rows.filter(subject=subject) if subject in LEDGERS else rows
    listed = list(rows.order_by("-kind", "subject", "-area", "name", "-version")[:200])
    used = {row.subject for row in listed if row.state == words.READY}
    context = {
        "rows": [(row, subject_title(row), words.TONES[row.state]) for row in listed],
        "retired": retired,
        "only": LEDGERS.get(subject),
        "may_keep": may(request.post_held, "forms.keep_template"),
        "plain": [letter for name, letter in LETTERS.items() if name not in used and not retired and not subject],
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
    where = "forms:map" if kind == guards.SHEET else "forms:template"
    return HttpResponseRedirect(reverse(where, args=[row.pk]), status=303)


def _asking(request: HttpRequest, errors: dict[str, Any] | None = None) -> HttpResponse:
    lists = [each for each in LEDGERS.values() if may(request.post_held, each.needs)]
    context = {
        "subjects": [
            *((f"{guards.SHEET}:{each.name}", f"{words.KINDS[guards.SHEET]}: {each.title}") for each in lists),
            *(
                (f"{guards.LETTER}:{each.name}", f"{words.KINDS[guards.LETTER]}: {each.title}")
                for each in LETTERS.values()
            ),
        ],
        "letters": LETTERS.values(),
        "errors": errors,
        "values": request.POST or request.GET,
    }
    return render(request, "forms/upload.html", context, status=422 if errors else 200)


@page("forms/<uuid:template>/", name="forms:template", needs="forms.see_templates")
def template(request: HttpRequest, template: UUID) -> HttpResponse:
    """One version: where it is used, its fields or columns, what changed in it."""
    return show(request, template_of(template))


def show(request: HttpRequest, row: Template, errors: dict[str, Any] | None = None) -> HttpResponse:
    """The page of a template, after a refusal with what was wrong."""
    post, ledger = request.post_held, LEDGERS.get(row.subject)
    own = reaches(post, row.area)
    context = {
        "template": row,
        "subject": subject_title(row),
        "tone": words.TONES[row.state],
        "letter": LETTERS.get(row.subject) if row.kind == guards.LETTER else None,
        "versions": Template.objects.filter(
            area=row.area, kind=row.kind, subject=row.subject, name=row.name
        ).order_by("-version")[:30],
        "may_retire": own and row.state != words.DRAFT and may(post, "forms.retire_template"),
        "may_map": own and row.state != words.RETIRED and may(post, "forms.map_template"),
        "may_fill": row.state == words.READY
        and ledger is not None and may(post, "forms.start_filling") and may(post, ledger.needs),
        "errors": errors,
    }  # fmt: skip
    if row.kind == guards.SHEET:
        context |= told(row)
    return render(request, "forms/template.html", context, status=422 if errors else 200)


def told(row: Template) -> dict[str, Any]:
    """What there is to say of a form: what fills each column, how much is left to do by hand, what changed in it."""
    titles = {key: source.title for key, source in sources(LEDGERS[row.subject]).items()} | words.FILLED_BY
    layout, by_hand = Layout.read(row.layout), [part for part in row.mapping if part["by"] == words.HAND]
    old = row.previous.layout if row.previous else None
    return {
        "layout": layout,
        "parts": [(part["header"], titles.get(part["by"], part["by"]), part["text"]) for part in row.mapping],
        "by_hand": len(by_hand),
        "by_us": len(row.mapping) - len(by_hand),
        "needed": sum(heading.needed for heading in layout.columns),
        "minutes": minutes_by_hand(10, len(by_hand)),
        "changes": old and compare(
            [each["header"] for each in old["columns"]], [each.header for each in layout.columns],
            old["notes"], layout.notes,
        ),
    }  # fmt: skip


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
    return attached(content, row.file_name, DOCX if row.kind == guards.LETTER else XLSX)


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


def _button(ledger: Any, post: Any) -> dict[str, Any] | None:
    """On the page of each ledger: the forms that it fills."""
    if not may(post, "forms.start_filling"):
        return None
    return {
        "url": f"{reverse('forms:templates')}?subject={ledger.name}",
        "title": gettext_lazy("Forms"),
        "icon": "ui-checks-grid",
    }


BUTTONS.append(_button)
