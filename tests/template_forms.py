"""Valid forms for the routes of templates and letters; see tests/forms.py."""

from __future__ import annotations

import io
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from openpyxl import Workbook

from muster.ledger.forms.actions import keep_template
from tests.form import Form, Values, says
from tests.town import Town


def _mapping(first: str) -> Callable[[Town], Values]:
    """What fills the columns of the night's form."""
    return says(**{"by-1": first, "by-2": "person:name", "by-3": "person:phone", "by-4": "hand", "dates": ""})


def _draft(town: Town) -> Values:
    """A newer file of the night's form, not mapped yet; two of its rows could be the header."""
    book, file = Workbook(), io.BytesIO()
    book.active.append(["序号", "姓名", "联系电话"])
    book.active.append(["编号", "名字", "电话号码"])
    book.save(file)
    made = keep_template(
        by=town.headquarters, kind="sheet", subject="tracing.contacts", name="密接者名单", file_name="a.xlsx",
        content=file.getvalue(),
    )  # fmt: skip
    return {"template": made.id}


def _letter(words: str) -> Callable[[Town], Values]:
    """A release notice of the district's own."""

    def given(town: Town) -> Values:
        document, made = Document(), io.BytesIO()
        document.add_paragraph(f"{words} {{{{ name }}}}")
        document.save(made)
        file = lambda: SimpleUploadedFile("notice.docx", made.getvalue())  # noqa: E731
        return {"subject": "letter:isolation.release_notice", "name": "ours", "file": file}

    return given


TEMPLATES = {
    "forms:upload": Form("headquarters", _letter("one"), _letter("two")),
    "forms:retire": Form("headquarters"),
    "forms:fill": Form("headquarters", says(purpose="report"), says(purpose="work")),
    "forms:header": Form("headquarters", says(row="2", height="1"), says(row="1"), _draft),
    "forms:map": Form("headquarters", _mapping("hand"), _mapping("number")),
}
