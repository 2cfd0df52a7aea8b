"""How many SQL statements each page sends: no more than its snapshot, and on lists no more for 60 rows than for 5.

The snapshot, `query_counts.json`, names for each route the post that opens it on the played night, and the statements
through both logins, without those of the session and of transactions. Fewer are welcome; after a page was meant to
change: MUSTER_SNAPSHOT=1 pytest tests/house/test_queries.py, and look at the difference before it is committed.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from muster.domains.isolation import actions as isolation
from muster.domains.isolation.models import Stay
from muster.domains.screening.actions import load_results
from muster.domains.tracing import actions as tracing
from muster.kernel import clock
from muster.kernel.areas.models import Area
from muster.kernel.posts import actions as posts
from muster.kernel.posts import roles
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import ACT, WEB, acting
from muster.kernel.posts.models import SYSTEM
from muster.site import urls as urls  # makes every route
from muster.web.page import routes
from tests import full_night
from tests.isolation_cast import FIT, control_of, site_of
from tests.night import PLAN, build_night, case_of, result
from tests.things import things
from tests.town import GRID, Town, make_person, make_post, owe, sign_in

SNAPSHOT = Path(__file__).with_name("query_counts.json")
HOW = "If that is meant: MUSTER_SNAPSHOT=1 pytest tests/house/test_queries.py, and commit tests/house/query_counts.json"
# The first of these that opens a page is the one it is counted for.
MAIN = ("headquarters", "investigator", "worker", "site", "desk", "lab", "auditor", "administrator", "community", "")
APART = (
    "web:live",
    "web:setup",
    "web:totp",
    "demo:",
    "api:api-root",
    "api:waiting",
    "screening:shown",
)  # a stream; links; not in a live installation; 404; for keys of machines; for who opened a link
READ = {route.name: route for route in routes() if "GET" in route.methods and not route.name.startswith(APART)}
NOISE = re.compile(r"SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|.*django_session", re.DOTALL)


def statements(client: Client, address: str) -> tuple[int, list[str]]:
    """Status of a page, and the statements it sent through both logins."""
    with ExitStack() as stack:
        held = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in (WEB, ACT)]
        status = client.get(address).status_code
    sent = [query["sql"] for context in held for query in context.captured_queries]
    return status, [text for text in sent if not NOISE.match(text)]


def visitor(town: Town, name: str) -> Client:
    """Somebody of the cast, signed in; '' is a visitor who is not."""
    client = Client()
    if name:
        sign_in(client, town.posts[name])
    return client


def test_no_page_sends_more_statements_than_its_snapshot(worker_database):
    with full_night.played(worker_database) as town:
        known = things(town)
        clients = {name: visitor(town, name) for name in MAIN}
        found = {name: _opened(clients, _address(name, known)) for name in sorted(READ)}
    closed = sorted(name for name, seen in found.items() if seen is None)
    assert not closed, f"nobody of {MAIN} can open these: {closed}"
    if os.environ.get("MUSTER_SNAPSHOT"):
        lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(seen)}" for name, seen in found.items())
        SNAPSHOT.write_text(f"{{\n{lines}\n}}\n")
    snapshot = json.loads(SNAPSHOT.read_text())
    assert sorted(found) == sorted(snapshot), f"pages without a count, or counts without a page. {HOW}"
    grown = {name: f"{snapshot[name]} → {seen}" for name, seen in found.items() if seen[1] > snapshot[name][1]}
    assert not grown, f"more statements than before: {grown}. {HOW}"


def _address(name: str, known: dict) -> str:
    parts = re.findall(r"<(?:\w+:)?(\w+)>", READ[name].path)
    return reverse(name, kwargs={part: known.get(f"{name}:{part}", known.get(part)) for part in parts})


def _opened(clients: dict[str, Client], address: str) -> list | None:
    """The first of the cast who can open a page, and the statements of the second time they do."""
    for name, client in clients.items():
        status, _sent = statements(client, address)
        if status == 200 or (status == 302 and address == "/"):
            return [name, len(statements(client, address)[1])]
    return None


# Lists, with the member of the cast who has all of it.
LISTS = {
    "duties:list": "community", "duties:rows": "community", "situation:desk": "desk", "situation:gaps": "headquarters",
    "situation:gap_rows": "headquarters", "situation:home": "headquarters", "situation:rows": "headquarters",
    "situation:map": "headquarters", "tracing:contacts": "headquarters", "tracing:cases": "headquarters",
    "tracing:incidents": "headquarters",
    "tracing:incident": "headquarters", "tracing:chain_data": "headquarters", "tracing:case": "investigator",
    "tracing:trace": "investigator", "clock:incident": "headquarters", "isolation:sites": "headquarters",
    "isolation:site": "site", "isolation:room": "site", "isolation:transfers": "headquarters",
    "isolation:home": "community", "screening:results": "lab", "person:file": "investigator", "posts:log": "auditor",
    "posts:list": "administrator", "posts:user": "administrator", "posts:keys": "administrator",
}  # fmt: skip


@pytest.fixture
def town(db, clock):
    """The night up to the first case, and a grid worker's duty about the person."""
    town = build_night(rooms=130)
    result(town, "wang", ref="R1")
    case = tracing.open_case(
        by=SYSTEM, person=town.wang, disease="covid19", plan=PLAN, fact=_fact(), first_sampled_on=clock.now.date()
    )
    tracing.confirm_contacts(by=SYSTEM, case=case)
    town.rows = 0
    return town


def _fact():
    from muster.domains.screening.models import Result

    with acting():
        return Result.objects.select_related("fact").get(ref="R1").fact


def test_lists_send_the_same_statements_for_5_rows_and_for_60(town):
    grow(town, 5)
    few = {name: counted(town, name) for name in LISTS}
    grow(town, 60)
    many = {name: counted(town, name) for name in LISTS}
    grown = {name: extra(few[name], many[name]) for name in LISTS if len(many[name]) > len(few[name])}
    assert not grown, json.dumps(grown, indent=1, ensure_ascii=False)


def counted(town: Town, name: str) -> list[str]:
    """What a list sends, the second time it is opened."""
    client, case = visitor(town, LISTS[name]), case_of(town.wang)
    with acting():
        room = Stay.objects.filter(site__isnull=False).first().room_id
    known = {
        "incident": case.incident_id, "case": case.id, "site": site_of(town.hotel).id, "room": room,
        "person": town.wang.id, "user": town.worker.user_id,
    }  # fmt: skip
    address = _address(name, known)
    assert statements(client, address)[0] == 200, name
    return statements(client, address)[1]


def extra(few: list[str], many: list[str]) -> list[str]:
    """Statements sent more often with more rows, shortened, with how often."""

    def shapes(sent: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for text in sent:
            shape = re.sub(r"'[^']*'(::\w+)?|\d+", "?", text)
            found[shape] = found.get(shape, 0) + 1
        return found

    before, after = shapes(few), shapes(many)
    return [
        f"{before.get(shape, 0)} → {count}: {shape[:400]}"
        for shape, count in after.items()
        if count > before.get(shape, 0)
    ]


def grow(town: Town, rows: int) -> None:
    """Bring every list to so many rows."""
    numbers = range(town.rows, rows)
    town.rows = rows
    with acting():
        Area.objects.bulk_create(
            Area(code=f"610404001001{100 + n}", name=f"网格{n}", level="grid", parent="610404001001") for n in numbers
        )
        people = {
            n: [make_person(f"{kind}{n}", f"某{kind}{n}", f"610404001001{100 + n}") for kind in "chstk"]
            for n in numbers
        }
    case, site = case_of(town.wang), site_of(town.hotel)
    for n, (contact, at_home, in_room, on_way, ill) in people.items():
        tracing.add_told_contact(by=town.investigator, case=case, person=contact)
        isolation.assess_home(by=SYSTEM, control=control_of(at_home, "home", 7, (1,)), answers=FIT)
        isolation.start_stay(by=town.site, control=control_of(in_room), site=site)
        isolation.request_transfer(by=town.community, control=control_of(on_way))
        tracing.open_case(by=town.investigator, person=ill, disease="covid19", plan=PLAN, classification="suspected")
        tracing.open_incident(by=SYSTEM, disease="covid19", plan=PLAN, area=GRID)
        isolation.add_site(by=town.headquarters, area="610404001001", name=f"隔离点{n}")
        owe(town, clock.now(), who="wang")
        log_access(by=town.worker, event="opened_file", subject=contact.id, area=contact.home)
        with acting():
            make_post(f"officer{n}", roles.COMMUNITY, "610404001001")
            posts.give_post(by=SYSTEM, user=town.worker.user, role=roles.GRID, area=f"610404001001{100 + n}")
            posts.issue_key(by=SYSTEM, post=town.lab, name=f"machine {n}")
    _results(town, list(people))


def _results(town: Town, numbers: list[int]) -> None:
    said = {"disease": "covid19", "sampled_at": "2021-11-30T12:00", "result": "negative", "ct_orf": "", "ct_n": ""}
    rows = [(n, {"ref": f"N{n}", "person": f"c{n}", "corrects": "", "laboratory": "", **said}) for n in numbers]
    assert not load_results(by=town.lab, rows=rows)["rejected"]
