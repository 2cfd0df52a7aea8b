"""Arrivals on screen: the public's page, the desk's form, the list and its editions, one arrival from door to end."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.db import connections
from django.test.utils import CaptureQueriesContext

from muster.domains.arrivals import actions, certificates
from muster.domains.arrivals.models import Arrival, RiskArea, RiskList
from muster.domains.arrivals.pages import public
from muster.kernel import ids
from muster.kernel.areas.models import Area
from muster.kernel.posts.logins import WEB, acting
from muster.kernel.posts.models import AccessLog
from muster.ledger.pages import where as search
from tests.actions.test_arrivals import COMMUNITY, LIST, comes, edition
from tests.conftest import NIGHT
from tests.statements import statements
from tests.town import build_town, sign_in

GIVEN = {
    "name": "孙小明", "phone": "13800001111", "origin": "黑龙江省黑河市爱辉区博文社区昌辉雅典城小区",
    "area": COMMUNITY, "arrives_on": "2021-11-30", "declared_by": "hotel",
}  # fmt: skip
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def town(db, clock):
    cache.clear()
    clock.set(NIGHT)
    return build_town()


@pytest.fixture
def read(client):
    def fetch(post, url, status=200, data=None):
        if post:
            sign_in(client, post)
        given = None if data is None else {"op": str(ids.uuid7()), **data}
        response = client.get(url, headers=ENGLISH) if data is None else client.post(url, given, headers=ENGLISH)
        assert response.status_code == status, response.content.decode()[:2000]
        return response.headers["Location"] if status == 302 else response.content.decode()

    return fetch


def test_the_public_page_is_small_has_six_fields_and_needs_no_script(town, client):
    response = client.get("/declare/", headers=ENGLISH)
    page = response.content.decode()
    fields = set(re.findall(r'<(?:input|select)[^>]* name="(\w+)"', page)) - {
        "csrfmiddlewaretoken", "op", "next", "language",
    }  # fmt: skip
    assert fields == set(GIVEN)
    assert "<script" not in page
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert linked and len(page.encode()) < 30_000
    assert not re.search(r'(?:href|src)="(?:https?:)?//', page)


def test_the_public_page_stays_light_in_a_large_city(town, client):
    """Districts without a post are not offered; where a thousand communities are, the streets alone."""
    with acting():
        rows = [
            Area(code=f"610404001{n:03}", name=f"第{n}社区", level="community", parent="610404001")
            for n in range(100, 600)
        ]
        rows += [Area(code="610481", name="兴平市", level="district", parent="6104")]
        rows += [Area(code="610481001", name="东城街道", level="street", parent="610481")]
        Area.objects.bulk_create(rows)
    page = client.get("/declare/", headers=ENGLISH).content.decode()
    assert 'value="610404001599"' in page and 'value="610481001"' not in page and len(page.encode()) < 60_000
    with acting():
        Area.objects.bulk_create(
            Area(code=f"610402001{n:03}", name=f"第{n}社区", level="community", parent="610402001")
            for n in range(100, 700)
        )
    page = client.get("/declare/", headers=ENGLISH).content.decode()
    assert 'value="610404001"' in page and 'value="610404001599"' not in page and len(page.encode()) < 20_000
    assert '<optgroup label="渭城区">' in page


def test_anybody_declares_and_gets_a_reference_and_the_next_step(town, read):
    edition(town)
    where = read(None, "/declare/", 302, GIVEN)
    answer = read(None, where)
    assert "Please stay where you are" in answer
    for told in ("孙", "1380000", "昌辉", "黑河"):
        assert told not in answer
    with acting():
        row = Arrival.objects.get()
        assert (row.channel, row.declared_by, row.state) == ("page", "hotel", "coming")


def test_who_comes_together_is_two_answers_and_the_rest_is_never_shown(town, read, clock):
    """A reference declares others of the same journey for an hour; it tells nothing of where they come from."""
    where = read(None, "/declare/", 302, GIVEN)
    ref = where.split("/")[-2]
    assert f"?with={ref}" in read(None, where)
    form = read(None, f"/declare/?with={ref}")
    assert set(re.findall(r'<(?:input|select)[^>]* name="(\w+)"', form)) & set(GIVEN) == {"name", "phone"}
    assert "昌辉" not in form and COMMUNITY not in form
    second = {"name": "孙小妹", "phone": GIVEN["phone"], "with": ref}
    read(None, read(None, "/declare/", 302, second))
    with acting():
        one, two = Arrival.objects.order_by("declared_at", "pk")
        assert one.person_id != two.person_id
        for shared in public.SHARED:
            assert getattr(one, shared) == getattr(two, shared)
    clock.advance(hours=2)
    assert 'name="origin"' in read(None, f"/declare/?with={ref}")
    read(None, "/declare/", 422, second)


def test_whoever_is_known_gets_the_same_answer(town, read):
    """A number that is in the database and one that is not: the same words, but for the reference, and the same
    statements behind the declaration and the page of its reference."""
    read(None, read(None, "/declare/", 302, {**GIVEN, "name": "王建国", "phone": "13800009999"}))
    answers, ran = [], []
    for name, phone in (("王建国", "13800009999"), ("从没见", "13800009999"), ("从未见", "13800008888")):
        with statements() as each:
            where = read(None, "/declare/", 302, {**GIVEN, "name": name, "phone": phone})
            page = read(None, where)
        ran.append(each)
        answers.append(re.sub(r"(?s)<svg.*?</svg>|[2-9A-Z]{8}|value=\"[^\"]*\"", "", page))
    assert answers[0] == answers[1] == answers[2]
    assert len(ran[0]) > 10 and ran[0] == ran[1] == ran[2]


def test_what_is_wrong_stands_beside_its_field(town, read):
    page = read(None, "/declare/", 422, {**GIVEN, "phone": "12"})
    assert 'aria-invalid="true"' in page and 'href="#phone"' in page
    assert 'value="孙小明"' in page
    assert "day like" in read(None, "/declare/", 422, {**GIVEN, "arrives_on": "tomorrow"})


def test_too_many_from_one_address_are_told_to_wait(town, client):
    for _n in range(public.TRIES):
        client.post("/declare/", {**GIVEN, "op": str(ids.uuid7()), "phone": ""}, headers=ENGLISH)
    response = client.post("/declare/", {**GIVEN, "op": str(ids.uuid7())}, headers=ENGLISH)
    assert response.status_code == 429 and response["Retry-After"]
    with acting():
        assert not Arrival.objects.exists()


def test_a_reference_that_is_none_is_not_found(town, read):
    read(None, "/declare/ABCDEFGH/", 404)


def test_a_bulletin_is_read_shown_confirmed_and_in_force(town, read):
    given = {"text": LIST, "source": "国务院客户端", "published_on": "2021-11-30", "effective_at": "2021-11-30T18:00"}
    where = read(town.headquarters, "/risk-areas/read/", 302, given)
    page = read(town.headquarters, where)
    assert "昌辉雅典城小区" in page and "draft" in page and "The first edition" in page
    assert "cannot be taken back" in page
    assert "No list was read" not in read(town.headquarters, "/risk-areas/")
    assert "confirm" not in read(town.community, where).lower().split("<main", 1)[1].split("<h2>All")[0].replace(
        "confirmed", ""
    )
    read(town.headquarters, where + "confirm/", 302, {})
    held = read(town.community, where)
    assert "in force" in held and "being compared with it" in held and "/arrivals/?category=middle" in held
    assert "昌辉雅典城小区" in read(town.community, "/risk-areas/?q=昌辉")
    assert "No listed area holds this" in read(town.community, "/risk-areas/?q=西安")
    read(town.headquarters, where + "confirm/", 422, {})
    read(town.headquarters, where + "discard/", 422, {})
    read(town.community, "/risk-areas/read/", 403)


def test_a_new_edition_shows_what_it_changes(town, read):
    edition(town)
    draft = edition(town, "全国有1个高风险地区：\n黑龙江省黑河市（1个）：爱辉区博文社区昌辉雅典城小区。", confirm=False)
    page = read(town.headquarters, f"/risk-areas/{draft.pk}/")
    assert "2 changes" in page and "no longer listed" in page
    read(town.headquarters, f"/risk-areas/{draft.pk}/discard/", 302, {})
    with acting():
        assert RiskList.objects.count() == 1
        assert RiskArea.objects.count() == 2


def test_what_was_not_read_is_told_before_anybody_confirms(town, read):
    text = "李沧区九水街道甲小区\n特此通告\n青岛市李沧区浮山路街道乙小区"
    draft = edition(town, f"青岛市高风险区（2个）\n{text}", confirm=False)
    before, _, after = read(town.headquarters, f"/risk-areas/{draft.pk}/").partition("What was read</h2>")
    assert "High risk: the bulletin says 2, 1 were found." in before and "青岛市李沧区浮山路街道乙小区" in before
    assert "no: compare with the text" in after
    actions.confirm_list(by=town.headquarters, risk_list=draft)
    assert "the bulletin says 2, 1 were found" not in read(town.headquarters, f"/risk-areas/{draft.pk}/")


def test_the_desk_types_what_the_phone_says(town, read):
    given = {**GIVEN, "channel": "phone", "cohort": "returning_worker", "here": "yes", "transport": "K1080"}
    where = read(town.desk, "/arrivals/new/", 302, given)
    page = read(town.community, where)
    assert "Returning worker" in page and "K1080" in page and "Phone call" in page
    assert "孙*" in page and "孙小明" not in page and "13800001111" not in page
    assert "day like" in read(town.desk, "/arrivals/new/", 422, {**given, "arrives_on": ""})


def test_one_arrival_from_the_door_to_the_end(town, read, clock, run_jobs):
    edition(town)
    row = comes(town, "黑龙江省黑河市爱辉区福龙社区益民二区")
    url = f"/arrivals/{row.pk}/"
    assert "They have arrived" in read(town.community, url)
    read(town.community, url + "act/", 302, {"act": "receive"})
    assert "contact" in read(town.community, url) and "They have arrived" not in read(town.community, url)
    assert "13800001111" not in read(town.community, url)
    assert "tel:+8613800001111" in read(town.community, url + "act/", 200, {"act": "number"})
    read(town.street, url + "act/", 403, {"act": "number"})
    with acting():
        assert AccessLog.objects.filter(event="revealed", field="phone", purpose="call", subject=row.person_id).exists()
    assert "Choose one" in read(town.community, url + "act/", 422, {"act": "call", "answer": "x"})
    assert "body temperature" in read(town.community, url + "act/", 422, {"act": "call", "temperature": "hot"})
    read(town.community, url + "act/", 302, {"act": "call", "answer": "none", "temperature": "36.5"})
    assert "Contacts so far" in read(town.community, url)
    assert "Save the contact" not in read(town.community, url)
    read(town.community, url + "act/", 404, {"act": "x"})
    read(town.community, url + "act/", 302, {"act": "move_on", "onward_to": "河北省石家庄市"})
    letter = read(town.community, url + "letter/")
    assert "河北省石家庄市" in letter and "孙小明" not in letter
    assert "孙小明" in read(town.community, url + "letter/", 200, {})
    with acting():
        assert AccessLog.objects.filter(event="revealed", field="name").exists()
    read(town.community, url + "act/", 302, {"act": "confirm_onward"})


def test_an_open_question_stands_first(town, read):
    edition(town)
    row = actions.receive(by=town.community, arrival=comes(town, "黑龙江省黑河市爱辉区"))
    page = read(town.community, f"/arrivals/{row.pk}/")
    assert "Ask where exactly they were" in page and "origin not told exactly" in page
    read(town.community, f"/arrivals/{row.pk}/act/", 302, {
        "act": "settle_origin", "origin": "黑龙江省黑河市爱辉区福龙社区", "left_on": "2021-11-28",
    })  # fmt: skip
    with acting():
        assert Arrival.objects.get().category == "county"


def test_the_list_is_that_of_the_post_and_of_the_cohort(town, read):
    comes(town, "陕西省西安市雁塔区", cohort="student")
    assert "孙*" in read(town.community, "/arrivals/")
    assert "孙*" in read(town.community, "/arrivals/?cohort=student")
    assert "Nothing fits" in read(town.community, "/arrivals/?cohort=driver")
    assert "孙*" not in read(town.far_community, "/arrivals/")
    assert "孙*" not in read(town.worker, "/arrivals/")
    read(town.lab, "/arrivals/", 403)


def test_a_neighbour_does_not_find_it(town, read):
    row = comes(town)
    for post in (town.far_community, town.worker):
        read(post, f"/arrivals/{row.pk}/", 404)
        read(post, f"/arrivals/{row.pk}/act/", 404, {"act": "receive"})
        read(post, f"/arrivals/{row.pk}/letter/", 404)


def test_fifty_rows_cost_no_more_questions_than_one(town, client):
    comes(town, "陕西省西安市雁塔区")
    sign_in(client, town.community)
    counts = []
    for _n in range(2):
        with CaptureQueriesContext(connections[WEB]) as found:
            client.get("/arrivals/")
        counts.append(len(found))
        for number in range(12):
            comes(town, "陕西省西安市雁塔区", phone=f"138000022{number:02}")
    assert counts[0] == counts[1]


def test_the_barrier_shows_the_decision_and_why(town, read):
    edition(town)
    where = read(town.street, "/checkpoints/", 302, {"name": "南站", "kind": "station", "area": COMMUNITY})
    assert "南站" in read(town.community, "/checkpoints/")
    given = {"name": "孙小明", "phone": "13800001111", "origin": "西安市雁塔区", "to_area": COMMUNITY, "code": "yellow"}
    given |= {"negative": "no", "complaints": "no"}
    assert "colour" in read(town.community, where + "check/", 422, {**given, "code": ""})
    answer = read(town.community, where + "check/", 302, given)
    page = read(town.community, answer)
    assert "Bring them to the waiting place" in page and "The code is yellow" in page and "孙小明" not in page
    assert "Only something stricter" in read(town.community, answer + "act/", 422, {"disposal": "pass"})
    ended = read(town.community, read(town.community, answer + "act/", 302, {"result": "negative"}))
    assert "Entered wrongly" in ended and "Bring them to" not in ended
    assert "Entered wrongly" not in read(town.street, answer)
    corrected = read(town.community, read(town.community, answer + "correct/", 302, given | {"code": "green"}))
    assert "Pass after a test" in corrected and "code Yellow, Pass" in corrected and "Negative" in ended
    family = read(town.community, where + "?with=" + answer.split("/")[-2])
    assert "西安市雁塔区" in family and "孙小明" not in family
    handed = read(town.community, where + "shift/", 302, {"side": "hand"})
    assert "waits for the second signature" in read(town.community, handed)
    assert "signed by both" in read(town.street, read(town.street, where + "shift/", 302, {"side": "take"}))
    for post in (town.far_community, town.far_worker):
        read(post, where, 404)
        read(post, answer, 404)
    assert "南站" not in read(town.far_community, "/checkpoints/")


CAR = {
    "vehicle": "car", "plate": "陕D·12345", "goods": "no", "origin": "陕西省西安市雁塔区", "to_area": COMMUNITY,
    "name1": "孙大", "phone1": "13800001111", "code1": "green", "negative1": "yes", "complaints1": "no",
    "name2": "孙二", "phone2": "13800002222", "code2": "red", "negative2": "yes", "complaints2": "no",
}  # fmt: skip


@pytest.fixture
def barrier(town):
    return actions.add_checkpoint(by=town.street, name="南站出口", kind="station", area=COMMUNITY)


def test_a_vehicle_is_taken_in_one_form(town, read, barrier):
    form = f"/checkpoints/{barrier.pk}/together/"
    assert "The driver" in read(town.community, form)
    wrong = read(town.community, form, 422, {**CAR, "plate": "?"})
    assert "not a number plate" in wrong and "孙二" in wrong
    shown = read(town.community, read(town.community, form, 302, CAR))
    assert "陕D***45" in shown and "12345" not in shown
    assert "The code is red" in shown and "Nothing against it" in shown


def test_where_many_places_are_a_part_of_the_name_finds_them(town, read, barrier, monkeypatch):
    assert f'value="{COMMUNITY}"' in read(town.community, f"/checkpoints/{barrier.pk}/")
    monkeypatch.setattr(search, "FEW", 2)
    shown, form = read(town.community, f"/checkpoints/{barrier.pk}/"), f"/checkpoints/{barrier.pk}/check/"
    assert "<datalist" in shown and COMMUNITY not in shown
    options = read(town.community, "/areas/?to_area=中山")
    assert options.index("中山街道") < options.index("中山街道 · 中山社区")
    assert "人民社区" in read(town.street, "/areas/?to_area=社区")
    assert "人民社区" not in read(town.street, "/areas/?area=社区")  # a checkpoint stands in one's own area
    given = {"name": "孙小明", "phone": "13800001111", "origin": "西安市雁塔区", "code": "green", "negative": "yes"}
    given |= {"complaints": "no", "to_area": "社区"}
    asked = read(town.community, form, 422, given)
    assert "Which place?" in asked and "中山街道 · 中山社区" in asked and 'name="to_area_for" value="社区"' in asked
    assert "is called so" in read(town.community, form, 422, given | {"to_area": "华山社区"})
    picked = given | {"to_area_code": COMMUNITY, "to_area_for": "社区"}
    assert "Which place?" in read(town.community, form, 422, picked | {"to_area": "区"})  # typed anew: asked anew
    passed = read(town.community, form, 302, picked)
    assert 'value="中山街道 · 中山社区"' in read(
        town.community, f"/checkpoints/{barrier.pk}/?with={passed.split('/')[-2]}"
    )
    for said, code in (("中山社区", COMMUNITY), ("人民路街道 · 人民社区", "610402001001"), ("文汇社", "610404002001")):
        read(town.community, form, 302, given | {"to_area": said})
        with acting():
            assert Arrival.objects.latest("declared_at", "pk").area == code


def test_the_lane_of_those_who_booked_asks_for_nothing_twice(town, read, barrier):
    row, lane = comes(town), f"/checkpoints/{barrier.pk}/booked/"
    seen = {"code": "green", "negative": "yes", "complaints": "no"}
    declared = read(None, f"/declare/{row.ref}/")
    assert "<svg" in declared and "孙小明" not in declared
    assert "Nobody is expected with this reference" in read(town.community, lane, 422, {**seen, "read": "ZZZZZZZZ"})
    assert "Nobody is expected" in read(town.community, lane, 422, {**seen, "read": "610404199003070007"})
    assert "Nothing against it" in read(town.community, read(town.community, lane, 302, {**seen, "read": row.ref}))
    assert "Nobody is expected" in read(town.community, lane, 422, {**seen, "read": row.ref})


def test_what_devices_send_is_taken_and_what_differs_is_signed(town, read, client, barrier):
    edition(town)
    person = {"name": "孙小明", "phone": "13800001111", "code": "green", "negative": True}
    record = {
        "op": str(ids.uuid7()),
        "people": [person],
        "origin": GIVEN["origin"],
        "to_area": COMMUNITY,
        "chosen": "pass",
    }
    sign_in(client, town.community)

    def sent(*records, key=None):
        headers = {**ENGLISH, "idempotency-key": str(key or ids.uuid7())}
        return client.post(f"/checkpoints/{barrier.pk}/records/", list(records), "application/json", headers=headers)

    answer = sent(record, {**record, "op": "x"})
    assert (answer.status_code, [each["verdict"] for each in answer.json()["verdicts"]]) == (207, ["new", "rejected"])
    assert sent(record).json()["verdicts"][0]["verdict"] == "known"
    assert sent({"op": "x"}).status_code == 422
    shown = read(town.community, f"/checkpoints/{barrier.pk}/")
    (address,) = re.findall(r'Differs from the rules.*?href="(/checkpoints/passages/[^"]*)"', shown, re.S)
    assert "milder than the rules" in read(town.community, address)
    read(town.community, f"{address}settle/", 302, {})
    assert "Differs from the rules" not in read(town.community, f"/checkpoints/{barrier.pk}/")


def test_the_certificate_is_issued_on_its_page_and_the_name_shown_is_logged(town, read):
    row = actions.receive(by=town.community, arrival=comes(town, "陕西省西安市雁塔区"))
    page = f"/arrivals/{row.pk}/certificate/"
    assert "Not issued yet" in read(town.community, page)
    shown = read(town.community, read(town.community, page, 302, {}))
    (code,) = re.findall(r'data-code="([^"]*)"', shown)
    assert certificates.read(code, NIGHT).reference == row.ref
    assert "孙小明" not in shown and "Issue it" not in read(town.desk, page)
    assert "孙小明" in read(town.community, page, 200, {"show": "yes"})
    with acting():
        assert AccessLog.objects.filter(event="revealed").count() == 1
    edition(town)
    held = actions.receive(by=town.community, arrival=comes(town, "黑龙江省黑河市爱辉区", phone="13800002222"))
    assert "more exactly" in read(town.community, f"/arrivals/{held.pk}/certificate/", 422, {})
