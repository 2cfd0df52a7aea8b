"""Every registered ledger, without being asked: who sees it in which face, what is masked, paging, both languages.

The ledgers are those of the running house, on the played night; a new one is tested without a line here.
"""

from __future__ import annotations

import json
import re
from copy import copy
from dataclasses import replace
from itertools import cycle, islice, pairwise

import pytest
from django.db import connections, transaction
from django.db.models import Q
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse

from muster.kernel.declare import PERMISSIONS
from muster.kernel.people.actions import plain
from muster.kernel.people.models import Identifier, PersonDetails
from muster.kernel.posts.logins import acting, viewing
from muster.ledger import columns, counting, filters, limits
from muster.ledger.asking import asked
from muster.ledger.declaring import LEDGERS, register
from muster.ledger.pages import lists
from muster.ledger.paging import paged
from muster.ledger.serving import unserved
from muster.site import urls as urls  # makes every route
from tests import full_night
from tests.house.test_queries import statements
from tests.town import sign_in

NAMES = sorted(LEDGERS)
# Sites are there before anything happens, rounds are read by everybody, and each post finds its own sign-in on the log.
HAPPENS_NOWHERE = {"isolation_site", "screening_round", "posts_accesslog"}


@pytest.fixture(scope="module")
def town(worker_database):
    with full_night.played(worker_database) as town:
        with acting():
            town.secrets = list(PersonDetails.objects.exclude(name="").values_list("name", flat=True))
            town.secrets += [plain(number) for number in Identifier.objects.all()]
        yield town


def client_of(post) -> Client:
    client = Client()
    sign_in(client, post)
    return client


def faces(ledger) -> dict[str, str]:
    """The addresses at which a ledger can be read."""
    made = {face: reverse(f"ledger:{face}", args=[ledger.name]) for face in ("map", "export")}
    return {"page": reverse(ledger.route), "json": reverse("ledger:rows", args=[ledger.name]), **made}


def holders(town, ledger) -> dict:
    """The posts of the cast that may see it, those of the third district apart."""
    roles = PERMISSIONS[ledger.needs].roles
    return {who: post for who, post in town.posts.items() if post.role in roles and not who.startswith("third_")}


def count_for(ledger, post) -> int:
    with viewing(post.id):
        return ledger.rows(post).count()


@pytest.mark.parametrize("name", NAMES)
def test_only_who_may_see_it_does_in_any_face(town, name):
    ledger, seen = LEDGERS[name], 0
    for who, post in town.posts.items():
        if who.startswith(("far_", "third_")):  # the role alone decides whether a face opens
            continue
        client, allowed = client_of(post), post.role in PERMISSIONS[ledger.needs].roles
        for face, address in faces(ledger).items():
            answer = client.get(address)
            assert answer.status_code == (200 if allowed else 403), (post.role, face)
            seen += allowed and face == "json" and len(answer.json()["rows"])
    assert seen, f"{name}: nobody of the cast sees a row of it, so nothing below tests it"


@pytest.mark.parametrize("name", NAMES)
def test_a_district_where_nothing_happened_sees_no_row(town, name):
    ledger = LEDGERS[name]
    for post in full_night.third(town):
        if post.role in PERMISSIONS[ledger.needs].roles:
            known = ledger.model._meta.db_table in HAPPENS_NOWHERE
            assert client_of(post).get(faces(ledger)["json"]).json()["rows"] == [] or known
            assert count_for(ledger, post) == 0 or known


@pytest.mark.parametrize("name", NAMES)
def test_the_scope_and_the_wall_agree(town, name):
    """What the scope names, row-level security lets through, and the other way round."""
    ledger = LEDGERS[name]
    for who, post in holders(town, ledger).items():
        with acting():
            scoped = set(ledger.rows(post).values_list("pk", flat=True))
        with viewing(post.id):
            shown = set(ledger.rows(post).values_list("pk", flat=True))
        assert scoped == shown, who


@pytest.mark.parametrize("name", NAMES)
def test_no_name_and_no_number_stands_in_any_face(town, name):
    ledger = LEDGERS[name]
    every = "&".join(f"columns={column.name}" for column in ledger.columns)
    for who, post in holders(town, ledger).items():
        for address in faces(ledger).values():
            text = client_of(post).get(f"{address}?{every}").content.decode()
            assert not [secret for secret in town.secrets if secret in text], who


@pytest.mark.parametrize("name", NAMES)
def test_every_order_visits_each_row_once_in_both_directions(town, name):
    ledger = LEDGERS[name]
    post = max(holders(town, ledger).values(), key=lambda post: count_for(ledger, post))
    for field in ledger.sorts:
        for sort in (field, f"-{field}"):
            question = asked(ledger, post, QueryDict(f"sort={sort}"))
            with viewing(post.id):
                whole = list(question.ordered().values_list("pk", flat=True))
                assert walk(question, "next_url") == whole, sort
                assert walk(question, "previous_url")[::-1] == whole[:-1], f"{sort}, backwards"


def _request(query: str):
    return RequestFactory().get(f"/{query}")


def walk(question, way: str) -> list:
    """The keys of the rows met from one page of a row each to the next; or from the last page back to the first."""
    page = paged(_request(""), question.rows(), *question.keys, size=1)
    found = [row.pk for row in page.rows]
    while page.next_url:
        page = paged(_request(page.next_url), question.rows(), *question.keys, size=1)
        found += [row.pk for row in page.rows]
    if way == "next_url":
        return found
    found = []
    while page.previous_url:
        page = paged(_request(page.previous_url), question.rows(), *question.keys, size=1)
        found += [row.pk for row in page.rows]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_an_index_gives_every_order_within_a_filter_or_without(town, name):
    """No plan has to sort: with sorting, whole scans and bitmaps made dear, the rows of an order come from an index."""
    ledger = LEDGERS[name]
    post = max(holders(town, ledger).values(), key=lambda post: count_for(ledger, post))
    for field in ledger.sorts:
        for sort in (field, f"-{field}"):
            question = asked(ledger, post, QueryDict(f"sort={sort}"))
            for part in plans(question):
                assert " Sort " not in part, f"{name} by {sort}: no index keeps this order\n{part}"


def plans(question) -> list[str]:
    """How the parts of the first page would be read."""
    from django.test.utils import CaptureQueriesContext

    alias = question.rows().db
    with viewing(question.post.id), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        with CaptureQueriesContext(connections[alias]) as sent:
            paged(_request(""), question.rows(), *question.keys, size=50)
        assert sent.captured_queries
        for switch in ("enable_sort", "enable_seqscan", "enable_bitmapscan", "enable_hashjoin"):
            cursor.execute(f"SET LOCAL {switch} = off")
        found = []
        for query in sent.captured_queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            found.append("\n".join(line for (line,) in cursor.fetchall()))
        return found


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_a_table_with_a_card_for_each_row_in_both_languages(town, name):
    ledger = LEDGERS[name]
    post = next(post for post in holders(town, ledger).values() if count_for(ledger, post))
    for language in ("zh-hans", "en"):
        text = client_of(post).get(reverse(ledger.route), headers={"accept-language": language}).content.decode()
        heads = re.findall(r'<th scope="col".*?</th>', text)
        rows = re.findall(r"<tr(?: class=\"late\")?>\s*<th scope=\"row\">", text)
        assert heads and rows, language
        assert all(re.search(r">[^<]+<", head) for head in heads), "a card shows the heading beside each cell"
        assert (re.search("[\u4e00-\u9fff]", "".join(heads)) is not None) == (language == "zh-hans")


@pytest.mark.parametrize("name", NAMES)
def test_every_filter_and_option_can_be_asked(town, name):
    ledger = LEDGERS[name]
    post = next(post for post in holders(town, ledger).values() if count_for(ledger, post))
    client = client_of(post)
    for each in ledger.filters:
        with viewing(post.id):
            options = [code for code, _title in each.options(post)] if each.options else []
        for value in [*options, "nonsense", "' OR 1=1 --", "0" * 40]:
            answer = client.get(faces(ledger)["json"], {each.name: value})
            assert answer.status_code == 200, (each.name, value)
            if value not in options:
                assert answer.json()["rows"] == [], f"{each.name}={value} shows rows"


@pytest.mark.parametrize("name", [name for name in NAMES if LEDGERS[name].person])
def test_rows_are_found_by_whose_they_are_and_never_by_who_cannot_be_seen(town, name):
    ledger = LEDGERS[name]
    for post in holders(town, ledger).values():
        client = client_of(post)
        with viewing(post.id):
            rows = [row for row in ledger.batch(ledger.rows(post)[:20])]
        with acting():
            details = {row.person_id: row for row in PersonDetails.objects.all()}
        for row in rows:
            said = details[getattr(row, f"{ledger.person}_id")]
            for text in (said.name, said.name_key[:4], said.initials):
                answer = client.post(reverse("ledger:search", args=[ledger.name]), {"q": text, "op": _op()})
                assert text not in answer.headers["Location"] or len(text) < 4
                query = answer.headers["Location"].partition("?")[2]
                found = client.get(f"{faces(ledger)['json']}?{query}").json()["rows"]
                assert (str(row.pk) in [each["id"] for each in found]) == bool(row.label), text


def _op() -> str:
    from muster.kernel import ids

    return str(ids.uuid7())


def test_a_search_of_somebody_else_or_of_yesterday_finds_nothing(town):
    ledger = LEDGERS["tracing.contacts"]
    client, other = client_of(town.investigator), client_of(town.headquarters)
    answer = client.post(reverse("ledger:search", args=[ledger.name]), {"q": "李秀英", "op": _op()})
    address = answer.headers["Location"]
    assert "%" not in address.replace("%3D", "") and "李" in client.get(address).content.decode()
    assert "lsearch" not in address and json.dumps(address).isascii()
    theirs = other.get(address)
    assert theirs.status_code == 200 and 'value="李秀英"' not in theirs.content.decode()


def test_pairs_of_columns_keep_the_ledgers_order():
    for ledger in LEDGERS.values():
        names = [column.name for column in ledger.columns]
        assert len(names) == len(set(names)), ledger.name
        assert ledger.order.lstrip("-") in ledger.sorts, ledger.name
        assert all(a != b for a, b in pairwise(names))


@pytest.mark.parametrize("name", NAMES)
def test_the_map_counts_the_rows_that_the_filters_leave(town, name, monkeypatch):
    ledger = LEDGERS[name]
    for post in holders(town, ledger).values():
        client = client_of(post)
        for query in ("", "area=610404", "area=610402", "area=nonsense"):
            answer = client.get(reverse("ledger:map", args=[name]) + f"?{query}").json()
            counted = {each["properties"]["code"]: each["properties"]["open"] for each in answer["features"]}
            assert all(post.lo <= code < post.hi for code in counted)
            with viewing(post.id):
                codes = list(asked(ledger, post, QueryDict(query)).rows().values_list(ledger.place, flat=True))
            assert counted == {code: sum(each.startswith(code) for each in codes) for code in counted}
    monkeypatch.setitem(limits._limits()["map"], "rows", 0)
    post = max(holders(town, ledger).values(), key=lambda post: count_for(ledger, post))
    answer = client_of(post).get(reverse("ledger:map", args=[name])).json()
    assert answer["features"] == [] and "0" in answer["message"]


@pytest.mark.parametrize("name", [name for name in NAMES if LEDGERS[name].counter])
def test_the_total_of_a_counter_is_the_number_of_rows(town, name):
    ledger, exact = LEDGERS[name], 0
    for who, post in holders(town, ledger).items():
        question = asked(ledger, post, QueryDict(""))
        with viewing(post.id):
            total = counting.total(question)
            assert total in (None, question.rows().count()), who
            exact += total is not None
    assert exact


@pytest.mark.parametrize("name", NAMES)
def test_five_rows_and_sixty_send_the_same_statements(town, name, monkeypatch):
    """Nothing is asked for each row. Where the night has fewer rows, each stands there several times, as read anew."""
    ledger = LEDGERS[name]
    post = max(holders(town, ledger).values(), key=lambda post: count_for(ledger, post))
    address = f"{reverse(ledger.route)}?all=yes&" + "&".join(f"columns={column.name}" for column in ledger.columns)
    sent = {}
    for size in (5, 60):

        def many(request, rows, *keys, size=size):
            found = paged(request, rows, *keys, size=size)
            copies = islice(cycle(found.rows), size)
            return replace(found, rows=[_as_read(row) for row in copies])

        monkeypatch.setattr(lists, "paged", many)
        monkeypatch.setattr(lists, "SIZE", size)
        statements(client_of(post), address)
        every = statements(client_of(post), address)[1]
        areas = sum('FROM "areas_area"' in text for text in every)  # names of areas come in a few groups
        sent[size] = len(every) - areas, areas
    assert sent[60][0] == sent[5][0], sent
    assert sent[60][1] <= 6, "names of areas are asked for row by row"


def _as_read(row):
    """The row as another that the same statement brought: what it lacks has to be asked for anew."""
    made = copy(row)
    made._state = copy(row._state)
    made._state.fields_cache = dict(row._state.fields_cache)
    return made


def test_an_order_or_a_filter_that_no_index_serves_is_refused():
    ledger = LEDGERS["tracing.contacts"]
    assert unserved(ledger) == []
    slow = replace(
        ledger,
        name="slow",
        columns=(columns.number("minutes", "Together", sort=True),),
        filters=(
            filters.choice("ring", "Ring", {"first": "1"}),
            filters.which("when", "When", {"late": ("late", Q(status="found")), "long": ("long", Q(minutes__gt=60))}),
            filters.Filter("own", "Own", lambda value: None),
            filters.choice("reasons", "Reason", {"x": "x"}, broad="half of them"),
        ),
    )
    said = ["the order by minutes", "the filter ring (ring)", "the filter when (minutes)"]
    assert unserved(slow) == [*said, "the filter own (no field is named)"]
    with pytest.raises(ValueError, match="no index serves the order by minutes"):
        register(slow)
    assert "slow" not in LEDGERS
    assert unserved(replace(slow, few="ten", columns=ledger.columns)) == []
