"""Word letters: the plain ones, a district's own, and templates that ask for more than their fields."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document

from muster.domains.isolation import actions as isolation
from muster.domains.isolation.models import Stay
from muster.domains.tracing.models import Letter as CoOperation
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import acting, viewing
from muster.kernel.posts.models import AccessLog
from muster.ledger.forms import actions, documents, guards
from muster.ledger.forms.letters import LETTERS
from muster.ledger.forms.models import Template
from muster.ledger.forms.writing import template_of, write_letter
from tests import full_night
from tests.isolation_cast import FIT, build, control_of

RELEASE = "isolation.release_notice"


def docx(*paragraphs: str, table: list[list[str]] = (), footer: str = "") -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        made = document.add_table(rows=len(table), cols=len(table[0]))
        for row, texts in zip(made.rows, table, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    if footer:
        document.sections[0].footer.paragraphs[0].text = footer
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    footers = [paragraph.text for section in document.sections for paragraph in section.footer.paragraphs]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells, *footers])


def keep(town, content: bytes, by: str = "headquarters", subject: str = RELEASE, name: str = "ours") -> Template:
    return actions.keep_template(
        by=town.posts[by], kind=guards.LETTER, subject=subject, name=name, file_name="ours.docx", content=content
    )


@pytest.fixture
def town(db, clock):
    return build()


@pytest.fixture
def home(town) -> Stay:
    control = control_of(town.li, "home", 7, (1, 4, 7))
    isolation.assess_home(by=town.worker, control=control, answers=FIT)
    with acting():
        return Stay.objects.select_related("person", "control", "site", "room").get(control=control)


@pytest.fixture
def played(db, clock):
    return full_night.again(db, clock)


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_the_plain_template_of_every_letter_may_be_uploaded(name):
    documents.check(LETTERS[name], documents.plain_template(LETTERS[name]))


def test_home_observation_papers_name_the_person_and_the_days(town, home):
    with viewing(town.community.id):
        made = text_of(write_letter(by=town.community, letter=LETTERS["isolation.person_notice"], row=home))
    assert "李秀英" in made
    assert "2021年12月7日" in made or "7 Dec 2021" in made or "12月7日" in made
    with acting():
        log = list(AccessLog.objects.filter(post_id=town.community.id).order_by("at").values_list("event", "subject"))
    assert log[0] == ("exported", home.pk)
    assert ("revealed", town.li.pk) in log


def test_who_may_not_reveal_gets_no_letter(town, home):
    with pytest.raises(Refused):
        write_letter(by=town.neighbour, letter=LETTERS["isolation.person_notice"], row=home)
    with acting():
        assert AccessLog.objects.filter(post_id=town.neighbour.id, event="refused").exists()


def test_the_release_notice_in_a_districts_own_words(played):
    own = docx(
        "渭城区 {{ name }}，编号{{ number }}。",
        table=[
            ["日期", "结果"],
            ["{%tr for t in tests %}", ""],
            ["{{ t.day }}", "{{ t.result }}"],
            ["{%tr endfor %}", ""],
        ],
        footer="{{ issuer }} {{ ended }}",
    )
    keep(played, own)
    with acting():
        stay = Stay.objects.select_related("person", "control", "site").get(person=played.gao)
    with viewing(played.community.id):
        made = text_of(write_letter(by=played.community, letter=LETTERS[RELEASE], row=stay))
    assert f"渭城区 高峰，编号{stay.notice}。" in made
    assert "{" not in made
    assert "阴性" in made or "negative" in made
    assert "社区" in made.splitlines()[-1]


def test_the_co_operation_letter_lists_its_persons_and_counts_as_printed(played):
    with acting():
        row = CoOperation.objects.get()
    with viewing(played.investigator.id):
        made = text_of(write_letter(by=played.investigator, letter=LETTERS["tracing.co_operation"], row=row))
    assert row.number in made
    assert "陈外" in made
    with acting():
        assert CoOperation.objects.get().printed_at


def test_the_nearest_units_template_is_taken(town):
    city = keep(town, docx("city {{ name }}"), by="city")
    district = keep(town, docx("district {{ name }}"))
    letter = LETTERS[RELEASE]
    assert template_of(letter, "610404001001001") == district
    assert template_of(letter, "610402001001001") == city
    assert template_of(letter, "62") is None
    actions.retire_template(by=town.headquarters, template=district)
    assert template_of(letter, "610404001001001") == city
    actions.retire_template(by=town.headquarters, template=district, back=True)
    assert template_of(letter, "610404001001001") == district


def test_a_newer_file_is_the_next_version_and_replaces_the_old_one(town):
    first = keep(town, docx("one {{ name }}"))
    second = keep(town, docx("two {{ name }}"))
    assert (second.version, second.previous_id) == (2, first.pk)
    assert template_of(LETTERS[RELEASE], "610404") == second


def test_only_keepers_keep_and_only_their_own(town):
    with pytest.raises(Refused):
        keep(town, docx("{{ name }}"), by="worker")
    row = keep(town, docx("{{ name }}"))
    with pytest.raises(Refused):
        actions.retire_template(by=town.far_headquarters, template=row)


HOSTILE = [
    "{{ name.__class__.__mro__ }}",
    "{{ ''.__class__ }}",
    "{{ name.format(name) }}",
    "{{ name|attr('upper') }}",
    "{{ name|map('upper') }}",
    "{{ 'x' * 999999999 }}",
    "{{ range(9) }}",
    "{{ self }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ name['upper'] }}",
    "{% set x = name %}",
    "{% include 'settings.py' %}",
    "{% import 'os' as os %}",
    "{% macro m() %}{% endmacro %}",
    "{% for a in tests %}{% for b in tests %}x{% endfor %}{% endfor %}",
    "{% for a in 'abc' %}x{% endfor %}",
    "{% for t in tests %}{{ t.day.real }}{% endfor %}",
    "{% for t in tests %}{{ t.keys }}{% endfor %}",
    "{% for name in tests %}{{ name.day }}{% endfor %}",
    "{{ tests }}",
    "{{ name ~ name }}",
    "{{r name }}",
    "{{ unclosed",
]


@pytest.mark.parametrize("wording", HOSTILE)
@pytest.mark.parametrize("where", ["body", "footer"])
def test_a_template_says_nothing_but_its_fields(town, wording, where):
    content = docx(wording) if where == "body" else docx("{{ name }}", footer=wording)
    with pytest.raises(Invalid) as refused:
        keep(town, content)
    assert refused.value.field == "file"


def test_unknown_fields_are_named(town):
    with pytest.raises(Invalid, match="姓名"):
        keep(town, docx("{{ 姓名 }}"))
    with pytest.raises(Invalid, match="t.nmae"):
        keep(town, docx("{% for t in tests %}{{ t.nmae }}{% endfor %}"))


def test_values_stay_text(town):
    content = documents.fill(
        LETTERS[RELEASE], docx("{{ name }}|"), documents.sample(LETTERS[RELEASE]) | {"name": "<w:p/>{{ number }}&\x0b"}
    )
    assert "<w:p/>{{ number }}&|" in text_of(content)


def packed(content: bytes, **parts: bytes) -> bytes:
    """The document with parts added or replaced."""
    old, made = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part not in parts:
                new.writestr(part, old.read(part))
        for name, data in parts.items():
            new.writestr(name, data)
    return made.getvalue()


def _relations(content: bytes, line: bytes) -> bytes:
    old = zipfile.ZipFile(io.BytesIO(content)).read("word/_rels/document.xml.rels")
    return packed(
        content, **{"word/_rels/document.xml.rels": old.replace(b"</Relationships>", line + b"</Relationships>")}
    )


PLAIN = docx("{{ name }}")
OUTSIDE = (
    b'<Relationship Id="x" Type="http://x/attachedTemplate" Target="http://example.org/a.dotm" TargetMode="External"/>'
)
LINK = b'<Relationship Id="x" Type="http://x/hyperlink" Target="http://example.org/" TargetMode="External"/>'
BAD_FILES = {
    "not a package": b"hello",
    "empty": b"",
    "a workbook": packed(PLAIN, **{"word/document.xml": b""})[:40],
    "old Word": b"\xd0\xcf\x11\xe0" + bytes(600),
    "macros": packed(PLAIN, **{"word/vbaProject.bin": b"x"}),
    "an object inside": packed(PLAIN, **{"word/embeddings/oleObject1.bin": b"x"}),
    "a bomb": packed(PLAIN, **{"word/media/a.bin": bytes(guards.MOST_UNPACKED)}),
    "a document type": packed(
        PLAIN, **{"word/document.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a/>'}
    ),
    "a template elsewhere": _relations(PLAIN, OUTSIDE),
    "broken text": packed(PLAIN, **{"word/document.xml": b"<w:document>"}),
    "too large": bytes(guards.MOST_BYTES + 1),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_files_that_cannot_be_templates_are_refused_with_the_reason(town, what):
    with pytest.raises(Invalid) as refused:
        keep(town, BAD_FILES[what])
    assert refused.value.field == "file"
    assert str(refused.value.message)


def test_a_link_to_click_on_may_stay(town):
    assert keep(town, _relations(PLAIN, LINK)).version == 1
