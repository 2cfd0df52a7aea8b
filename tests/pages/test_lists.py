"""What people do with a ledger: choose columns and order, keep views, mark rows and change them at once."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from muster.domains.tracing import actions as tracing
from muster.domains.tracing.models import Contact
from muster.kernel import ids
from muster.kernel.people.actions import merge_persons
from muster.kernel.posts.logins import acting
from muster.ledger import limits
from muster.ledger.models import SavedView
from muster.site import urls as urls  # makes every route
from tests import full_night
from tests.town import make_person, sign_in


@pytest.fixture(scope="module")
def night(worker_database):
    with full_night.played(worker_database) as town:
        yield town


@pytest.fixture
def client_of(night):
    """`client_of(post)`: signed in, reading English."""
    from django.test import Client

    def make(post):
        client = Client(headers={"accept-language": "en"})
        sign_in(client, post)
        return client

    return make


def op() -> str:
    return str(ids.uuid7())


def post_form(client, route: str, *args, query: str = "", **form):
    return client.post(reverse(route, args=args) + query, {"op": op(), **form})


def heads(text: str) -> list[str]:
    return [re.sub("<[^>]+>", "", head).strip() for head in re.findall(r'<th scope="col".*?</th>', text)]


def test_people_choose_columns_and_order(night, client_of):
    client = client_of(night.investigator)
    text = client.get("/contacts/?columns=ring&columns=tested_at&sort=-last_at").content.decode()
    assert heads(text) == ["Whom", "Ring", "Tested", "Mark"]
    assert 'value="-last_at" selected' in text
    plain = client.get("/contacts/?columns=nonsense&sort=nonsense").content.decode()
    assert "Together" in heads(plain) and "Tested" not in heads(plain)


def test_on_a_phone_the_filters_wait_behind_one_button_that_says_how_many_are_set(night, client_of):
    client = client_of(night.headquarters)

    def button(query: str) -> str:
        page = client.get(reverse("tracing:cases") + query).content.decode()
        return re.sub("<[^>]+>", "", re.findall(r'<label[^>]* for="asking-more">.*?</label>', page)[0]).strip()

    assert button("") == "Filter and order"
    assert button("?show=closed&classification=confirmed") == "Filter and order · 2"


def test_a_view_is_kept_shown_first_deleted_and_brought_back(night, client_of):
    client = client_of(night.investigator)
    kept = post_form(
        client, "ledger:save_view", "tracing.contacts", query="?status=converted&columns=ring", name=" 转阳 "
    )
    text = client.get(kept.url).content.decode()
    assert "转阳" in text and heads(text)[:2] == ["Whom", "Ring"] and text.count("row-link") == 1
    view = view_of(night.investigator)
    assert "转阳" not in client_of(night.headquarters).get("/contacts/").content.decode()
    assert post_form(client_of(night.headquarters), "ledger:change_view", view, change="delete").status_code == 404
    post_form(client, "ledger:change_view", view, change="first")
    assert heads(client.get("/contacts/").content.decode())[:2] == ["Whom", "Ring"]
    assert "Together" in heads(client.get("/contacts/?all=yes").content.decode())
    gone = post_form(client, "ledger:change_view", view, change="delete")
    text = client.get(gone.url).content.decode()
    assert "was deleted" in text and "Together" in heads(text)
    assert "转阳" in client.get(post_form(client, "ledger:change_view", view, change="restore").url).content.decode()
    for name in ("", "x" * 41):
        assert post_form(client, "ledger:save_view", "tracing.contacts", name=name).status_code == 422


def view_of(post):
    with acting():
        return SavedView.objects.get(post_id=post.id).id


def test_a_search_is_not_kept_with_a_view(night, client_of):
    client = client_of(night.street)
    found = post_form(client, "ledger:search", "tracing.contacts", q="李秀英")
    query = "?" + found.url.partition("?")[2]
    post_form(client, "ledger:save_view", "tracing.contacts", query=query, name="x")
    with acting():
        assert SavedView.objects.get(post_id=night.street.id).query == ""


def test_a_row_is_found_by_the_name_of_any_record_of_its_person(night, client_of):
    """By that of a record merged into theirs, and by that of the one into which theirs was merged."""
    client = client_of(night.community)
    with acting():
        other = make_person("other", "诸葛亮", night.zhang.home)
        row = Contact.objects.filter(person=night.zhang).first()
        again = make_person("again", "司马懿", night.zhang.home)

    def found(text: str) -> list[str]:
        query = post_form(client, "ledger:search", "tracing.contacts", q=text).url.partition("?")[2]
        rows = client.get(reverse("ledger:rows", args=["tracing.contacts"]) + f"?{query}").json()["rows"]
        return [each["id"] for each in rows]

    assert str(row.pk) not in found("诸葛亮") + found("司马懿")
    merge_persons(by=night.investigator, person=other.pk, into=night.zhang.pk)
    assert str(row.pk) in found("诸葛亮") and str(row.pk) in found("zhugel") and str(row.pk) in found("张伟")
    merge_persons(by=night.investigator, person=night.zhang.pk, into=again.pk)
    assert str(row.pk) in found("司马懿") and str(row.pk) in found("诸葛亮") and str(row.pk) in found("张伟")


def test_rows_are_changed_at_once_after_a_preview(night, client_of, monkeypatch):
    client = client_of(night.investigator)
    with acting():
        case = Contact.objects.filter(case__person=night.wang).first().case
    made = [tracing.add_told_contact(by=night.investigator, case=case, name=f"周{n}", area=case.area) for n in "甲乙丙"]
    with acting():
        settled = Contact.objects.exclude(status__in=("found", "notified", "controlled")).first()
    rows = [str(row.pk) for row in (*made, settled)]
    preview = post_form(client, "ledger:do", "tracing.contacts", deed="told", row=rows)
    text = preview.content.decode()
    assert "will be done for 3 rows" in text and "not for 1" in text and "settled already" in text
    with acting():
        assert not Contact.objects.filter(pk__in=rows, notified_at__isnull=False).exclude(pk=settled.pk).exists()
    sure = {"deed": "told", "sure": "yes", "row": rows, "op": op()}
    for _again in range(2):
        done = client.post(reverse("ledger:do", args=["tracing.contacts"]), sure).content.decode()
        assert "done for 3 rows" in done and "not for 1" in done
    with acting():
        assert Contact.objects.filter(pk__in=rows[:3], notified_at__isnull=False).count() == 3
    # all that the filters leave, within the bound
    text = post_form(client, "ledger:do", "tracing.contacts", query="?status=notified", deed="told", all="yes")
    assert "Told already" in text.content.decode()
    monkeypatch.setitem(limits._limits()["bulk"], "rows", 1)
    assert post_form(client, "ledger:do", "tracing.contacts", deed="told", all="yes").status_code == 422
    for wrong in ([], ["nonsense"], [op()]):
        assert post_form(client, "ledger:do", "tracing.contacts", deed="told", row=wrong).status_code == 422
    assert post_form(client, "ledger:do", "tracing.contacts", deed="nonsense", row=rows[:1]).status_code == 404


def test_rows_elsewhere_cannot_be_changed(night, client_of):
    with acting():
        ours = Contact.objects.filter(person=night.li).first()
    answer = post_form(
        client_of(night.far_community), "ledger:do", "tracing.contacts", deed="told", sure="yes", row=[str(ours.pk)]
    )
    assert answer.status_code == 422  # nothing of it is theirs
    assert post_form(client_of(night.auditor), "ledger:do", "tracing.contacts", deed="told").status_code == 403
