"""Templates of letters on screen: uploaded, refused with the reason, looked at, retired; letters on their pages."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from muster.domains.isolation.models import Stay
from muster.domains.tracing.models import Letter
from muster.kernel import ids
from muster.kernel.posts.logins import acting
from muster.ledger.forms.models import Template
from tests import full_night
from tests.pages.reading import queries_of, read_as
from tests.town import sign_in


@pytest.fixture
def town(db, clock):
    return full_night.again(db, clock)


@pytest.fixture
def read(client):
    return read_as(client)


def docx(text: str) -> SimpleUploadedFile:
    document, made = Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(made)
    return SimpleUploadedFile("notice.docx", made.getvalue())


def send(client, post, url, **values):
    sign_in(client, post)
    return client.post(url, {"op": str(ids.uuid7()), **values}, headers={"accept-language": "en"})


def text_of(response) -> str:
    assert response.status_code == 200, response.content.decode()[:1000]
    assert response["Content-Disposition"].startswith("attachment")
    return "\n".join(each.text for each in Document(io.BytesIO(response.content)).paragraphs)


def test_a_template_is_uploaded_looked_at_and_retired(town, client, read):
    asked = {"subject": "letter:tracing.co_operation", "name": "Our letter"}
    done = send(client, town.headquarters, "/forms/upload/", **asked, file=docx("No. {{ number }}"))
    assert done.status_code == 303
    page = read(town.headquarters, done["Location"])
    assert "Our letter" in page and "In use" in page and "notice.docx" in page
    assert "Our letter" in read(town.worker, "/forms/")  # a grid below sees its district's
    assert "Our letter" not in read(town.far_headquarters, "/forms/")
    read(town.far_headquarters, done["Location"], 404)
    assert "〔" in text_of(client_get(client, town.headquarters, done["Location"] + "sample/"))
    assert send(client, town.headquarters, done["Location"] + "retire/").status_code == 303
    assert "Our letter" not in read(town.headquarters, "/forms/")
    assert "Our letter" in read(town.headquarters, "/forms/?retired")
    assert send(client, town.headquarters, done["Location"] + "retire/", back="yes").status_code == 303
    assert "Our letter" in read(town.headquarters, "/forms/")


def client_get(client, post, url):
    sign_in(client, post)
    return client.get(url, headers={"accept-language": "en"})


@pytest.mark.parametrize(
    "file, said",
    [
        (lambda: docx("{{ nmae }}"), "There is no field “nmae”."),
        (lambda: SimpleUploadedFile("a.docx", b"hello"), "not a Word document"),
        (lambda: SimpleUploadedFile("a.docx", bytes(6_000_000)), "larger than 5 MB"),
        (lambda: "", "not a Word document"),
    ],
)
def test_a_bad_file_is_refused_beside_the_field(town, client, file, said):
    asked = {"subject": "letter:isolation.release_notice", "name": "x", "file": file()}
    response = send(client, town.headquarters, "/forms/upload/", **asked)
    assert response.status_code == 422
    assert said in response.content.decode()


def test_who_may_not_upload_is_refused(town, client, read):
    assert send(client, town.worker, "/forms/upload/", subject="letter:x", name="x", file=docx("x")).status_code == 403
    assert "Upload a template" not in read(town.worker, "/forms/")


def test_the_letters_hang_on_the_pages_of_what_they_are_about(town, client, read):
    with acting():
        released, home = Stay.objects.get(person=town.gao), Stay.objects.open().get(person=town.sun)
        letter = Letter.objects.get()
    release = f"/letters/isolation.release_notice/{released.pk}/word/"
    assert release in read(town.community, f"/isolation/notice/{released.pk}/")
    assert "高峰" in text_of(send(client, town.community, release))
    pledge = f"/letters/isolation.family_pledge/{home.pk}/word/"
    assert pledge in read(town.worker, f"/isolation/stays/{home.pk}/")
    assert "孙立" in text_of(send(client, town.worker, pledge))
    write = f"/letters/tracing.co_operation/{letter.pk}/word/"
    assert write in read(town.investigator, f"/letters/{letter.pk}/")
    assert letter.number in text_of(send(client, town.investigator, write))
    assert send(client, town.far_community, release).status_code == 404
    assert send(client, town.worker, write).status_code == 403
    assert send(client, town.community, f"/letters/isolation.release_notice/{home.pk}/word/").status_code == 404
    assert send(client, town.community, f"/letters/no.such/{home.pk}/word/").status_code == 404


def test_plain_templates_can_be_fetched(town, client):
    assert "{{ name }}" in text_of(client_get(client, town.community, "/forms/plain/isolation.person_notice/"))


def test_the_list_takes_the_same_queries_however_long(town, client):
    before = queries_of(client, town.headquarters, "/forms/")
    with acting():
        row = Template.objects.get(kind="letter")
        Template.objects.bulk_create(
            Template(
                area=row.area, kind=row.kind, subject=row.subject, name=f"n{at}", version=1, file_name="x",
                state="ready", made_at=row.made_at,
            )
            for at in range(40)
        )  # fmt: skip
    assert queries_of(client, town.headquarters, "/forms/") == before
