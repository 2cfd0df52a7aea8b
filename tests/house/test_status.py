"""1,317 people without evidence: no role, no form and no file changes their status, whatever is posted about them.

Every route that is registered and writes gets its form from a post of every role that may send it (the machines' API
with a laboratory's key and a venue's link), with each field that may name a person naming one of them (id, identity
number, name or personal code), and each address that may hold one too; a list says of all what lists say. What a
laboratory signs for them would be evidence; but no laboratory has a sample of theirs, so its form names them in vain.
"""

from __future__ import annotations

import json
import re
from itertools import cycle
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from muster.domains.premises import actions
from muster.domains.premises.models import Exemption, Venue
from muster.domains.premises.standing import stand
from muster.kernel import clock, ids
from muster.kernel.controls.models import Control
from muster.kernel.declare import PERMISSIONS
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.posts import actions as posts
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.ledger.imports import actions as imports
from muster.ledger.imports.jobs import read, take
from muster.site import urls as urls  # makes every route
from muster.web.page import routes
from tests import full_night
from tests.forms import FORMS, route_of
from tests.isolation_cast import control_of
from tests.premises_cast import card, desk
from tests.things import things
from tests.town import GRID, sign_in

PEOPLE = 1317
WRITES = {route.name: route for route in routes() if "POST" in route.methods and not route.name.startswith("demo:")}
# What a form may mean a person by, and which part of a person's names goes there.
NAMING = re.compile(r"person|who|case|contact|into|guardian|ref|code|id_number|phone|name|q$|contacts|others")


@pytest.fixture(scope="module")
def town(worker_database):
    with full_night.played(worker_database) as town:
        town.known = things(town)
        with acting():
            rows = [
                Person(ref=f"d{n}", label="储*", home=GRID, present=GRID, created_at=clock.now()) for n in range(PEOPLE)
            ]
            for row in rows:
                row.canonical_id = row.pk
            Person.objects.bulk_create(rows)
        town.depositors = rows
        named = [
            actions.issue_code(by=town.worker, area=GRID, name=f"储户{n}", id_number=card(500 + n)) for n in range(5)
        ]
        town.named = named
        with acting():
            town.keys = [posts.secret_of(posts.issue_key(by=SYSTEM, post=town.lab, name="status"))]
            town.keys += [desk(venue) for venue in Venue.objects.order_by("pk")[:1]]
        yield town


def statuses(town) -> set[str]:
    with acting():
        everybody = [row.pk for row in town.depositors] + [code.person_id for code in town.named]
        return {found.without for found in stand(everybody, clock.now()).values()}


def test_no_form_of_any_post_changes_the_status_of_people_without_evidence(town):
    cache.clear()
    victims = cycle(zip(town.depositors, cycle(town.named), strict=False))
    answered, asked = 0, set()
    for name, route in WRITES.items():
        for given in _forms(name, town):
            for sender in [*town.keys] if name.startswith("api:") else _senders(route, town):
                row, code = next(victims)
                given = {field: _meant(field, value, row, code) for field, value in given.items()}
                answer = _send(name, _address(route, town, row), given, sender)
                answered += answer.status_code in (200, 207, 302, 303)
                asked.add(name)
    assert asked == set(WRITES)  # every route of today that writes, whoever added it
    assert answered > 40
    _nothing_holds_them(town)


def test_no_list_of_people_changes_it_whatever_it_says_of_them(town):
    heads = "编号,姓名,身份证号,电话,所属网格,状态,健康码,管控措施,隔离开始,隔离结束,检测结果,风险等级"
    said = f"{GRID},隔离,红码,集中隔离,2021-11-30,2021-12-30,阳性,高风险"
    rows = [f"d{n},储*,,1380000{n:04},{said}" for n in range(300)]
    rows += [f"z{n},储户{n},{card(500 + n)},13900001234,{said}" for n in range(len(town.named))]
    content = "\n".join([heads, *rows]).encode()
    sent = imports.send(by=town.headquarters, ledger="people", name="红码名单.csv", sender="某公司", content=content)
    read(str(sent.pk))
    imports.commit(by=town.headquarters, sent=sent)
    take(str(sent.pk))
    with acting():
        sent.refresh_from_db()
        assert sent.state == "done", (sent.state, sent.totals)
    _nothing_holds_them(town)


def _nothing_holds_them(town):
    assert statuses(town) == {"enter"}
    with acting():
        ours = [row.pk for row in town.depositors] + [code.person_id for code in town.named]
        assert not Control.objects.filter(person__in=ours).exists()
        assert not Exemption.objects.filter(person__in=ours).exists()


def _send(name: str, address: str, given: dict[str, Any], sender: Any) -> Any:
    client = Client(raise_request_exception=False)
    if name.startswith("api:"):
        headers = {"authorization": f"Bearer {sender}", "idempotency-key": str(ids.uuid7())}
        body = [given] if name == "api:send_scans" else given
        return client.post(address, json.dumps(body, default=str), "application/json", headers=headers)
    if sender:
        sign_in(client, sender)
    return client.post(address, {"op": str(ids.uuid7()), **given})


def _forms(name: str, town: Any) -> list[dict[str, Any]]:
    """The forms of a route that are kept for tests; of one without, one that names a person in every usual field."""
    kept = [_form(form, town) for key, form in FORMS.items() if route_of(key) == name]
    if name == "api:send_scans":
        kept = [{"op": "op1", "code": "", "at": clock.now().isoformat()}]
    return kept or [dict.fromkeys(("person", "who", "contact", "ref", "code", "id_number", "name", "to", "state"), "x")]


def _senders(route: Any, town: Any) -> list[Any]:
    """Of each role that may send the form one post, a visitor, and somebody who may not."""
    able = set() if route.public else PERMISSIONS[route.needs].roles
    here = {post.role: post for who, post in town.posts.items() if post.role in able and not who.startswith("third_")}
    return [None, *here.values(), _other(town, able)]


def _other(town: Any, able: Any) -> Any:
    return next((post for post in town.posts.values() if post.role not in able), None)


def _form(form: Any, town: Any) -> dict[str, Any]:
    try:
        return {field: value for field, value in form.given(town).items() if not callable(value)}
    except Exception:
        return {}  # a form of something that has to be made ready first


def _meant(field: str, value: Any, row: Person, code: Any) -> Any:
    if not NAMING.search(field):
        return value
    if field in ("code", "who"):
        return code.number
    if field == "name":
        return "储户1"
    if field == "ref":
        return row.ref
    if field == "id_number":
        return card(500)
    if field in ("phone", "q"):
        return value
    return str(row.pk)


def _address(route: Any, town: Any, row: Person) -> str:
    values = {}
    for part in re.findall(r"<(?:\w+:)?(\w+)>", route.path):
        known = town.known.get(f"{route.name}:{part}", town.known.get(part))
        values[part] = row.pk if part in ("person", "contact", "control") else known
    return reverse(route.name, kwargs=values)


def test_two_bodies_together_cannot_make_an_exception_that_holds_somebody(town):
    """The precedent of 2022 was done by officials who agreed: here there is nothing for them to agree on."""
    for code in town.named:
        for to in ("stay", "test", "enter", "red"):
            with pytest.raises(Invalid):
                actions.ask_exemption(by=town.headquarters, who=code.number, to=to, reason="review", hours=72)
    assert statuses(town) == {"enter"}


def test_no_table_has_a_column_for_a_status(worker_database):
    """What is stored about persons in this domain: nothing that could be set to change the answer but exceptions."""
    columns = worker_database.owner.execute(
        "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND column_name ~ '(^|_)(status|colou?r|health_code|risk_level)$'"
        " AND table_name ~ '^(premises|people|controls)_'"
    ).fetchall()
    assert columns == []


def test_one_of_them_with_evidence_would_be_seen(town):
    """The control: if this one held, the tests above would prove nothing."""
    control_of(town.depositors[-1], measure="home", days=1, tests=())
    assert statuses(town) == {"enter", "stay"}
