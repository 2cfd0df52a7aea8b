"""A merge re-points nothing: while it holds, the records are one person on every page; undone, nothing is left of it.

Any pair of the played night's people is merged and undone, in chains too. Then every page, trace and export must be
what it was before, but for what is said of the merge itself: its facts in the timeline, and the looks in the log.
"""

from __future__ import annotations

import json
import re
from io import BytesIO
from os.path import commonprefix
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.domains.tracing.models import Case
from muster.domains.tracing.trace import as_rows, gather_contacts
from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import merge_persons, open_file, unmerge_person
from muster.kernel.people.models import Person
from muster.kernel.people.queries import records_of
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.reports.queries import files
from muster.site.commands.export_ import LEDGERS
from muster.site.exchange.exporting import export
from tests import full_night
from tests.house.test_queries import MAIN, READ, _address, visitor
from tests.kept import Kept
from tests.things import things

# Who looked is another with each look; the rest of a page must not differ but in these.
LOGS = ("posts:log", "posts:keys", "premises:screen", "screening:sheets")  # the last two: another code each time
CHANGING = re.compile(
    r'name="(?:csrfmiddlewaretoken|op)" value="[^"]*"|"(?:X-CSRFToken|token)": ?"[^"]*"|nonce="[^"]*"|data-live="[^"]*"'
    r"|<li[^>]*>(?:(?!</li>).)*(?:被认定为同一人|档案合并已撤销)(?:(?!</li>).)*</li>",
    re.DOTALL,
)
LOOKED = re.compile(r"<h2>查阅记录</h2>.*?</section>", re.DOTALL)


@pytest.fixture(scope="module")
def night(worker_database):
    with full_night.played(worker_database) as town:
        town.known = things(town)
        town.kept, town.clients = Kept(worker_database.owner), {name: visitor(town, name) for name in MAIN}
        with acting():
            town.everybody = list(Person.objects.filter(merged_into=None).order_by("ref").values_list("pk", flat=True))
        town.openers = openers(town)
        town.before = shown(town)
        yield town
        town.kept.drop()


def openers(town) -> dict[str, str]:
    """For each address the first of the cast who may open it; people's files of everybody among them."""
    addresses = {name: _address(name, town.known) for name in READ if name not in LOGS}
    addresses |= {f"person:file {pk}": f"/people/{pk}/" for pk in town.everybody}
    found = {}
    for address in addresses.values():
        for name, client in town.clients.items():
            if client.get(address).status_code == 200:
                found[address] = name
                break
    return found


def plain(answer) -> str:
    """A page without what is another on each of them; of a document its parts, without when it was packed."""
    body = answer.getvalue()
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as packed:
            body = b" ".join(packed.read(name) for name in sorted(packed.namelist()) if name != "docProps/core.xml")
    return " ".join(CHANGING.sub("", LOOKED.sub("", body.decode(errors="replace"))).split())


def files_of(town, *people) -> dict[str, str]:
    """The files of these people, as those who may open them see them."""
    addresses = [f"/people/{person.pk}/" for person in people]
    return {address: plain(town.clients[town.openers[address]].get(address)) for address in addresses}


def shown(town) -> dict[str, str]:
    """Everything that people and machines get to see."""
    seen = {address: plain(town.clients[name].get(address)) for address, name in town.openers.items()}
    with acting():
        for case in Case.objects.order_by("number"):
            seen[f"trace {case.number}"] = json.dumps(as_rows(gather_contacts(case, clock.now())), ensure_ascii=False)
    return seen | town_exports()


def town_exports() -> dict[str, str]:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder, acting():
        path, seen = Path(folder) / "export.csv", {}
        for ledger in LEDGERS:
            export(ledger, path, identifiers=ledger == "people", purpose="test", progress=lambda rows: None)
            seen[f"export {ledger}"] = path.read_text()
        return seen


def differing(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """What is no longer as it was, each with the place where it begins to differ."""
    found = {}
    for name, was in before.items():
        if (now := after.get(name, "")) != was:
            at = len(commonprefix([was, now]))
            found[name] = f"{was[max(0, at - 40) : at + 80]} → {now[max(0, at - 40) : at + 80]}"
    return found


def test_the_night_looks_the_same_twice(night):
    """The control: without a merge nothing differs, and with one something does."""
    assert differing(night.before, shown(night)) == {}
    before = files_of(night, night.wang, night.zhang)
    merge_persons(by=SYSTEM, person=night.wang.pk, into=night.zhang.pk)
    assert differing(before, files_of(night, night.wang, night.zhang))
    night.kept.put_back()


@settings(max_examples=4, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_after_merging_and_undoing_any_pair_everything_is_as_before(night, data):
    pairs = st.lists(
        st.tuples(st.sampled_from(night.everybody), st.sampled_from(night.everybody)), min_size=1, max_size=3
    )
    merged = []
    try:
        for person, into in data.draw(pairs):
            try:
                merge_persons(by=SYSTEM, person=person, into=into)
            except Invalid:
                continue  # the same record, or one person already
            merged.append(person)
            one_person(night, person, into)
        for person in data.draw(st.permutations(merged)):
            unmerge_person(by=SYSTEM, person=person)
        assert differing(night.before, shown(night)) == {}
    finally:
        night.kept.put_back()


def one_person(town, one, other) -> None:
    """Both records open the same file, timeline and controls."""
    with acting():
        seen = [
            (
                open_file(by=SYSTEM, person=pk),
                files.timeline(records_of(pk)),
                [row["control"].pk for row in files.controls_of(records_of(pk), None, clock.today())],
            )
            for pk in (one, other)
        ]
    assert seen[0] == seen[1]
    addresses = [f"/people/{pk}/" for pk in (one, other)]
    for name in {town.openers[address] for address in addresses if address in town.openers}:
        answers = [town.clients[name].get(address) for address in addresses]
        assert [answer.status_code for answer in answers] == [200, 200]
        texts = [plain(answer).replace(addresses[0], "").replace(addresses[1], "") for answer in answers]
        assert differing({"file": texts[0]}, {"file": texts[1]}) == {}
