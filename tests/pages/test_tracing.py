"""Incidents, cases, contacts, chains and letters: each page as its officer, as a neighbour, and as an outsider."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from muster.domains.tracing import actions
from muster.domains.tracing.models import Case, Chain, Contact, Letter, PendingRing
from muster.kernel import ids
from muster.kernel.duties.actions import open_duty
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, AccessLog
from muster.kernel.procedures import PROCEDURES
from tests import tracing_cast as cast
from tests.town import build_town, make_person, sign_in


@pytest.fixture
def town(db, clock, monkeypatch):
    """The town in English, without procedures."""
    for name in list(PROCEDURES):
        monkeypatch.delitem(PROCEDURES, name)
    with translation.override("en"):
        yield build_town()


@pytest.fixture
def case(town, clock):
    """Wang, who ate with Zhang and with Zhao of the other district, traced."""
    cast.meet(town.canteen, town.wang, town.zhang, town.zhao, hours=(12, 13))
    case = cast.open_case(town.wang)
    actions.confirm_contacts(by=SYSTEM, case=case)
    return cast.fresh(case)


@pytest.fixture
def read(client):
    """`read(post, url)`: the page as text, in English."""

    def fetch(post, url, status=200, follow=False):
        sign_in(client, post)
        response = client.get(url, headers={"accept-language": "en"}, follow=follow)
        assert response.status_code == status, response.content.decode()[:3000]
        return response.content.decode()

    return fetch


@pytest.fixture
def send(client):
    """`send(post, url, **form)`: a form, sent with a fresh operation id."""

    def post_(post, url, status=303, **form):
        sign_in(client, post)
        form.setdefault("op", str(ids.uuid7()))
        response = client.post(url, form, headers={"accept-language": "en"})
        assert response.status_code == status, response.content.decode()[:3000]
        return response if status == 303 else response.content.decode()

    return post_


def owe(contact):
    with acting():
        return open_duty(
            "tracing.notify_contact", subject=contact.id, area=contact.area, person=contact.person, by=SYSTEM,
            now=contact.found_at, because=contact.fact, plan=contact.plan, incident=contact.incident_id,
        )  # fmt: skip


def queries_of(client, post, url):
    sign_in(client, post)
    with ExitStack() as stack:
        counters = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in ("default", "act")]
        assert client.get(url).status_code == 200
    return sum(map(len, counters))


# -- incidents


def test_headquarters_sees_the_incident_with_its_clock_and_gaps(town, case, clock, read):
    clock.advance(minutes=90)
    text = read(town.headquarters, "/incidents/")
    assert "610404-20211130-01" in text and "COVID-19" in text and "Disposal of the place" in text
    text = read(town.headquarters, f"/incidents/{case.incident_id}/")
    assert "1 h 30 min" in text and case.number in text and "王*" in text
    assert "Done: Disposal of the place" in text and "人民路街道" in text
    assert "incident=" in text and "lacks=notified" in text
    read(town.city, f"/incidents/{case.incident_id}/")


@pytest.mark.parametrize("name", ["street", "community", "worker", "desk", "site", "lab", "auditor", "administrator"])
def test_other_roles_are_refused_incidents_and_cases(town, case, read, name):
    read(getattr(town, name), "/incidents/", status=403)
    read(getattr(town, name), f"/cases/{case.pk}/", status=403)
    read(getattr(town, name), f"/incidents/{case.incident_id}/chain.json", status=403)


def test_a_neighbour_sees_no_incident_and_only_their_own_contacts(town, case, read):
    for post in (town.far_headquarters, town.far_investigator):
        assert "610404" not in read(post, "/incidents/")
        for url in (f"/incidents/{case.incident_id}/", f"/incidents/{case.incident_id}/chain/", f"/cases/{case.pk}/"):
            read(post, url, status=404)
        text = read(post, "/contacts/")
        assert "赵*" in text and "张*" not in text and "李*" not in text
        mine, theirs = cast.contact_of(case, town.zhao), cast.contact_of(case, town.zhang)
        assert "outside your area" in read(post, f"/contacts/{mine.pk}/")
        read(post, f"/contacts/{theirs.pk}/", status=404)


def test_an_investigator_sees_a_contact_elsewhere_without_the_name(town, case, read):
    text = read(town.investigator, "/contacts/")
    assert "somebody elsewhere" in text and "赵*" not in text and "人民社区第一网格" in text


def test_steps_owner_and_closing(town, case, clock, read, send):
    url = f"/incidents/{case.incident_id}/"
    send(town.headquarters, f"{url}step/", step="disposal")
    assert "Done: Disposal" not in read(town.headquarters, url)
    with acting():
        chain = Chain.objects.get(pk=case.chain_id)
    send(town.headquarters, f"/chains/{chain.pk}/owner/", owner=str(town.headquarters.pk))
    assert cast.fresh(chain).owner_post == town.headquarters.pk
    assert "not settled yet" in send(town.headquarters, f"{url}close/", status=422)
    send(town.investigator, f"/chains/{chain.pk}/owner/", status=422, owner="nobody")
    send(town.far_headquarters, f"{url}close/", status=404)
    send(town.far_headquarters, f"/chains/{chain.pk}/owner/", status=404, owner=str(town.far_headquarters.pk))


def test_the_number_of_queries_does_not_grow_with_the_rows(town, case, client):
    url = f"/incidents/{case.incident_id}/"
    few = {page: queries_of(client, town.headquarters, page) for page in ("/incidents/", url, f"{url}chain.json")}
    few["/contacts/"] = queries_of(client, town.community, "/contacts/")
    with acting():
        people = [make_person(f"p{n}", f"某{n}", town.wang.home) for n in range(12)]
    for ill, person in zip(people[:6], people[6:], strict=True):
        cast.open_case(ill)
        actions.add_told_contact(by=town.investigator, case=case, person=person)
    for page, number in few.items():
        post = town.community if page == "/contacts/" else town.headquarters
        assert queries_of(client, post, page) <= number + 1, page


# -- a case


def test_a_case_shows_file_contacts_and_history(town, case, read):
    text = read(town.investigator, f"/cases/{case.pk}/")
    for word in ("王*", "Laboratory result", "李*", "张*", "Same household", "Same place and time", "Find contacts"):
        assert word in text
    text = read(town.headquarters, f"/cases/{case.pk}/?ring=2")
    assert "Find contacts" not in text and "张*" not in text


def test_the_preview_writes_nothing_until_it_is_confirmed(town, clock, read, send):
    cast.meet(town.canteen, town.wang, town.zhang, hours=(12, 13))
    case = cast.open_case(town.wang)
    url = f"/cases/{case.pk}/trace/"
    text = read(town.investigator, url)
    assert "张*" in text and "职工食堂" not in text.replace("职工食堂", "", 1)
    with acting():
        assert not Contact.objects.exists() and AccessLog.objects.filter(event="traced").count() == 1
    as_of = re.search(r'name="as_of" value="([^"]+)"', text).group(1)
    clock.advance(hours=1)
    op = str(ids.uuid7())
    for _ in range(2):
        assert send(town.investigator, url, as_of=as_of, op=op).url == f"/cases/{case.pk}/"
    assert len(cast.contacts(case)) == 2 and len(cast.facts("case_traced")) == 1
    send(town.investigator, url, status=409, op=op, as_of=clock.now.isoformat())
    read(town.headquarters, url, status=403)
    read(town.far_investigator, url, status=404)


def test_two_persons_sign_a_diagnosis(town, clock, read, send):
    form = {"disease": "covid19", "classification": "suspected", "onset_on": "2021-11-29"}
    url = send(town.investigator, f"/cases/new/{town.wang.pk}/", **form).url
    assert "waits for a second signature" in read(town.investigator, url)
    assert "Refuse" not in read(town.investigator, url)
    assert "You signed first" in send(town.investigator, f"{url}sign/", status=422, agreed="yes") or True
    read(town.investigator, f"{url}trace/", status=403)
    other = cast.second(town)
    assert "Refuse" in read(other, url)
    send(other, f"{url}sign/", agreed="yes")
    assert "signed by a second person" in read(town.investigator, url)
    read(town.investigator, f"{url}trace/")
    send(other, f"{url}propose/", classification="clinical")
    send(town.investigator, f"{url}sign/", agreed="yes")
    with acting():
        assert Case.objects.get().classification == "clinical"
    assert "cannot be reclassified" in send(other, f"{url}propose/", status=422, classification="suspected")
    send(town.investigator, f"/cases/new/{town.zhang.pk}/", status=422, disease="boredom", classification="suspected")


def test_the_file_and_the_source_are_changed(town, case, read, send):
    url = f"/cases/{case.pk}/"
    form = {"onset_on": "2021-11-29", "first_sampled_on": "2021-11-30", "found_how": "key_group", "severity": "mild"}
    send(town.investigator, f"{url}describe/", **form)
    assert "29 Nov" in read(town.investigator, url)
    text = send(town.investigator, f"{url}describe/", status=422, **{**form, "onset_on": "2021-12-24"})
    assert "has not come yet" in text
    other = cast.open_case(town.zhang)
    send(town.investigator, f"/cases/{other.pk}/source/", state="linked", source=str(case.pk), reason="investigation")
    text = read(town.investigator, f"/cases/{other.pk}/")
    assert case.number in text and "data-chain" in text
    assert "Choose the case" in send(
        town.investigator, f"/cases/{other.pk}/source/", status=422, state="linked", reason="investigation"
    )
    send(town.far_investigator, f"{url}describe/", status=404, **form)
    send(town.headquarters, f"{url}describe/", status=403, **form)


def test_notes_are_logged_when_read(town, case, read, send):
    url = f"/cases/{case.pk}/notes/"
    send(town.investigator, url, kind="itinerary", text="坐3路车 <b>", from_at="2021-11-30T08:00", place="canteen")
    text = read(town.investigator, url)
    assert "坐3路车 &lt;b&gt;" in text and "职工食堂" in text and "30 Nov 08:00" in text
    assert "no such place" in send(town.investigator, url, status=422, kind="note", text="x", place="nowhere")
    with acting():
        assert AccessLog.objects.filter(event="opened_file", field="notes").count() >= 2
    read(town.far_investigator, url, status=404)
    read(town.headquarters, url, status=403)


def test_a_told_contact_comes_from_a_form(town, case, read, send):
    url = f"/cases/{case.pk}/told/"
    read(town.investigator, url)
    there = send(town.investigator, url, name="陌生人", phone="13900001111", first_at="2021-11-30T09:00").url
    assert "陌*" in read(town.investigator, there)
    assert "needed" in send(town.investigator, url, status=422, name="", phone="")
    assert "not a date" in send(town.investigator, url, status=422, name="某人", first_at="soon")


def test_a_large_second_ring_is_decided_on_its_page(town, case, read, send):
    with acting():
        ring = PendingRing.objects.create(
            case=case, area=case.area, incident_area="610404", total=812, by_area={"610404001": 812},
            by_reason={"presence": 812}, as_of=case.opened_at, made_at=case.opened_at, fact=case.opened_fact,
        )  # fmt: skip
    assert f"/rings/{ring.pk}/" in read(town.investigator, f"/cases/{case.pk}/")
    assert "812" in read(town.investigator, f"/rings/{ring.pk}/")
    read(town.far_investigator, f"/rings/{ring.pk}/", status=404)
    read(town.headquarters, f"/rings/{ring.pk}/", status=403)
    send(town.investigator, f"/rings/{ring.pk}/", confirmed="no")
    assert "It was left" in read(town.investigator, f"/rings/{ring.pk}/")


# -- contacts


def test_the_list_is_filtered_and_paged_by_key(town, case, clock, read):
    with acting():
        for n in range(55):
            actions.add_told_contact(by=SYSTEM, case=case, person=make_person(f"p{n}", f"某{n}", town.wang.home))
    first = read(town.community, "/contacts/")
    following = re.search(r'href="(\?after=[^"]+)"', first).group(1).replace("&amp;", "&")
    second = read(town.community, f"/contacts/{following}")
    rows = re.findall(r'class="row-link" href="([^"]+)"', first + second)
    assert len(rows) == len(set(rows)) == 57  # Li, Zhang and the others; not Zhao
    for query, number in (
        ("area=610404001001002", 0), ("ring=2", 0), ("status=found", 50), ("status=cleared", 0), ("lacks=notified", 50),
        ("step=notified", 0), (f"incident={case.incident_id}", 50), ("incident=x", 0), ("case=1' OR 1=1", 0),
    ):  # fmt: skip
        assert read(town.community, f"/contacts/?{query}").count("row-link") == number, query


def test_a_grid_worker_sees_a_contact_through_a_duty_and_is_done_in_two_taps(town, case, clock, read, send, client):
    contact = cast.contact_of(case, town.zhang)
    url = f"/contacts/{contact.pk}/"
    read(town.worker, url, status=404)
    with acting():
        contact = Contact.objects.select_related("person").get(pk=contact.pk)
    owe(contact)
    read(town.worker, "/contacts/", status=403)
    assert f'href="{url}"' in read(town.worker, "/duties/")
    text = read(town.worker, url)
    assert "张*" in text and "Notified" in text and case.number in text and f"/cases/{case.pk}/" not in text
    read(town.neighbour, url, status=404)
    assert "No phone: through the grid workers of" in send(town.worker, f"{url}number/", status=200)
    with acting():
        assert AccessLog.objects.filter(event="revealed", field="phone", subject=contact.person_id).exists()
    send(town.neighbour, f"{url}number/", status=404)
    op = re.search(r'name="op" value="([^"]+)"', text).group(1)
    for _ in range(2):
        assert send(town.worker, f"{url}notified/", op=op).url == "/"
    assert cast.fresh(contact).status == "notified" and not cast.duties("notify_contact")
    assert "Notified</button>" not in read(town.worker, url)
    send(town.neighbour, f"{url}notified/", status=404)


def test_the_button_is_in_chinese_too(town, case, client):
    sign_in(client, town.community)
    page = client.get(f"/contacts/{cast.contact_of(case, town.zhang).pk}/", headers={"accept-language": "zh-hans"})
    assert "已通知" in page.content.decode()


def test_the_owner_of_the_chain_clears_on_the_contact_page(town, case, read, send):
    contact = cast.contact_of(case, town.zhang)
    url = f"/contacts/{contact.pk}/"
    assert "Clear this contact" not in read(town.headquarters, url)
    with acting():
        chain = Chain.objects.get(pk=case.chain_id)
    actions.set_chain_owner(by=town.headquarters, chain=chain, owner=town.headquarters)
    assert "never put under control" in read(town.headquarters, url)
    assert "never put under control" in send(town.headquarters, f"{url}clear/", status=422)
    cast.end(cast.control(contact))
    assert "Clear this contact" in read(town.headquarters, url)
    send(town.headquarters, f"{url}clear/")
    assert "Cleared" in read(town.headquarters, url)
    send(town.community, f"{url}clear/", status=403)


# -- the chain


def test_the_chain_is_data_with_contacts_folded(town, case, client, read):
    other = cast.open_case(town.zhang)
    actions.convert_contacts(by=SYSTEM, case=other)
    assert "data-chain" in read(town.headquarters, f"/incidents/{case.incident_id}/chain/")
    sign_in(client, town.headquarters)
    data = client.get(f"/incidents/{case.incident_id}/chain.json", headers={"accept-language": "en"}).json()
    by_number = {row["number"]: row for row in data["cases"]}
    assert by_number[case.number] | {"id": ""} == {
        "id": "", "number": case.number, "label": "王*", "onset_on": "", "classification": "Confirmed", "contacts": 3,
        "area_name": "1号楼", "url": f"/cases/{case.pk}/", "source_state": "unknown",
    }  # fmt: skip
    assert by_number[other.number]["source_state"] == "linked"
    assert [(link["source"], link["target"]) for link in data["links"]] == [(str(case.pk), str(other.pk))]
    with acting():
        number = Chain.objects.get(pk=case.chain_id).number
    one = client.get(f"/incidents/{case.incident_id}/chain.json?chain={number}").json()
    assert len(one["cases"]) == 2
    near = client.get(f"/cases/{other.pk}/chain.json").json()
    assert len(near["cases"]) == 2 and len(near["links"]) == 1
    contacts = client.get(f"/cases/{case.pk}/contacts.json", headers={"accept-language": "en"}).json()["contacts"]
    assert {row["label"] for row in contacts} == {"李*", "张*", "人民社区第一网格"}
    assert {row["status"] for row in contacts} == {"Found", "Became a case"}
    read(town.far_headquarters, f"/cases/{case.pk}/contacts.json", status=404)
    read(town.worker, f"/cases/{case.pk}/contacts.json", status=403)


# -- letters


def test_a_letter_from_writing_to_its_answer(town, case, clock, read, send):
    away = actions.add_told_contact(by=town.investigator, case=case, name="外地人", phone="13900002222", area="610102")
    assert "Write a letter" in read(town.investigator, f"/contacts/{away.pk}/")
    url = f"/cases/{case.pk}/letter/"
    text = read(town.investigator, f"{url}?contact={away.pk}")
    assert str(away.pk) in text and str(cast.contact_of(case, town.zhao).pk) not in text
    assert "Whom is the letter for" in send(town.investigator, url, status=422, contacts=str(away.pk), asked="find")
    there = send(town.investigator, url, contacts=str(away.pk), to_name="新城区指挥部", asked=["find", "test"]).url
    text = read(town.investigator, there)
    assert "外地人" not in text and "新城区指挥部" in text
    printed = send(town.investigator, f"{there}print/", status=200)
    assert "外地人" in printed and "+8613900002222" in printed and 'class="letter"' in printed
    with acting():
        assert AccessLog.objects.filter(event="revealed", subject=away.person_id).count() == 2
        assert Letter.objects.get().printed_at
    send(town.headquarters, f"{there}print/", status=403)
    send(town.far_investigator, f"{there}print/", status=404)
    read(town.worker, there, status=403)
    assert "at least one person" in send(town.investigator, f"{there}reply/", status=422)
    send(town.investigator, f"{there}reply/", **{f"reply-{away.pk}": "controlled"})
    assert "answered" in read(town.headquarters, there) and not cast.duties("answer_letter")
    assert "L2021-0001" in read(town.headquarters, f"/incidents/{case.incident_id}/")
