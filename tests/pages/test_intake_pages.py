"""The desk's pages, those of whoever is asked, and the page without sign-in."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client

from muster.domains.intake import actions
from muster.domains.intake.models import Receipt, Report, Task
from muster.kernel import ids
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, AccessLog
from tests.intake_cast import CALL, add_inn, call, fresh, guest, owed
from tests.statements import statements
from tests.town import FAR_GRID, GRID, build_town, make_person, sign_in

NEW = "/reports/new/"
PUBLIC = {"kind": "fever", "what": "发烧三天", "where": "中山社区1号楼", "about_name": "马强", "caller_name": "李四",
          "caller_phone": "13700001111"}  # fmt: skip


@pytest.fixture
def town(db, clock):
    cache.clear()
    town = build_town()
    add_inn(town)
    return town


@pytest.fixture
def send(client):
    """`send(post, url, **form)`: the answer, in English; `post` None is a visitor. Without a form it is a GET."""

    def sent(post, url, status=200, **form):
        if post is not None:
            sign_in(client, post)
        headers = {"accept-language": "en"}
        if form:
            answer = client.post(url, {"op": str(ids.uuid7()), **form}, headers=headers)
        else:
            answer = client.get(url, headers=headers)
        assert answer.status_code == status, answer.content.decode()[:3000]
        return answer.headers["Location"] if status == 302 else answer.content.decode()

    return sent


def only() -> Report:
    """The report that there is."""
    with acting():
        return Report.objects.with_people().get()


@pytest.mark.parametrize("where", ["如意旅馆302房", "ruyilvguan", "ryl"])
def test_the_desk_saves_with_one_enter_where_nothing_has_to_be_decided(town, send, where):
    target = send(town.desk, NEW, 302, **CALL | {"where": where, "channel": "phone"})
    report = only()
    assert target == f"/reports/{report.id}/?said=saved"
    assert (report.place_id, report.area) == (town.inn.id, GRID)
    assert "The report was saved." in send(town.desk, target)


def test_a_place_that_is_not_sure_is_asked_for(town, send):
    told = CALL | {"where": "中山", "channel": "phone"}
    text = send(town.desk, NEW, **told)
    assert "Which place?" in text and 'value="610404001001"' in text
    send(town.desk, NEW, 302, **told, spot="610404001001", asked="yes")
    assert only().area == "610404001001"


def test_a_place_that_is_not_found_is_the_whole_district_if_the_desk_says_so(town, send):
    told = CALL | {"where": "火星基地", "channel": "phone"}
    assert "None of these: somewhere in 渭城区" in send(town.desk, NEW, **told)
    send(town.desk, NEW, 302, **told, spot="here", asked="yes")
    assert (only().area, only().place) == ("610404", None)


def test_who_is_recorded_here_is_offered_and_the_search_is_logged_without_words(town, send):
    ma = guest(town)
    told = CALL | {"about_phone": "", "about_name": "maqiang", "channel": "phone"}
    text = send(town.desk, NEW, **told)
    assert "马*" in text and "马强" not in text
    with acting():
        log = AccessLog.objects.get(event="searched")
    assert (log.field, log.purpose) == ("name", "")
    send(town.desk, NEW, 302, **told, about=str(ma.id), asked="yes")
    assert only().about_id == ma.id


def test_a_pinyin_that_finds_nobody_is_asked_about_once_before_it_is_a_name(town, send):
    told = CALL | {"about_phone": "", "about_name": "maqian", "channel": "phone"}
    asked = send(town.desk, NEW, **told)
    assert "Nobody is found here by “maqian”" in asked and 'name="unfound" value="maqian"' in asked
    assert "“John Smith”" in send(
        town.desk, NEW, **told | {"about_name": "John Smith", "unfound": "maqian", "asked": "yes"}
    )
    send(town.desk, NEW, 302, **told | {"about_name": "John Smith", "unfound": "John Smith", "asked": "yes"})
    with acting():
        assert only().about.details.name == "John Smith"


def test_what_was_reported_before_is_shown_side_by_side_and_can_be_joined(town, send):
    first = call(town)
    told = CALL | {"channel": "phone", "caller_phone": "13600001111", "about_name": "", "about_phone": ""}
    text = send(town.desk, NEW, **told)
    assert "Was it reported already?" in text and first.number in text
    send(town.desk, NEW, 302, **told, same_as=str(first.id), asked="yes")
    with acting():
        assert Report.objects.get(same_as=first)
    assert "It is one of its own after all" in send(town.desk, f"/reports/{_second(first)}/")


def _second(first):
    with acting():
        return Report.objects.get(same_as=first).id


def test_yesterdays_report_is_not_offered(town, send, clock):
    call(town)
    clock.advance(hours=13)
    send(town.desk, NEW, 302, **CALL | {"channel": "phone", "about_name": "", "about_phone": ""})


def test_a_mistake_is_said_beside_the_field(town, send):
    text = send(town.desk, NEW, 422, **CALL | {"channel": "phone", "caller_phone": "12"})
    assert "A phone number has 5 to 15 digits" in text and "住客从风险地区来" in text
    with acting():
        assert not Person.objects.filter(label="苏*").exists()


def test_every_step_is_offered_and_done_from_the_page(town, send):
    report = call(town, by=SYSTEM, channel="page")
    page = f"/reports/{report.id}/"
    assert "I take it up" in send(town.desk, page)
    send(town.desk, page + "take/", 302, go="1")
    assert "Check who arrived" in send(town.desk, page)
    assert "They were asked" in send(town.desk, send(town.desk, page + "task/", 302, go="1"))
    with acting():
        task = Task.objects.get()
    assert "I am on it" in send(town.community, f"/reports/tasks/{task.id}/")
    send(town.community, f"/reports/tasks/{task.id}/accept/", 302, go="1")
    assert "Say in a few words why." in send(
        town.community, f"/reports/tasks/{task.id}/finish/", 422, result="elsewhere"
    )
    finished = send(town.community, send(town.community, f"/reports/tasks/{task.id}/finish/", 302, result="done"))
    assert "the desk sees what came of it" in finished and "Next duty" in finished
    assert "Dispose of the report" in send(town.desk, page)
    send(town.desk, page + "dispose/", 302, result="done")
    assert "the caller is to be told" in send(town.desk, page)
    assert "+8613812345678" in send(town.desk, page + "number/", whom="caller")
    send(town.desk, page + "call/", 302, whom="caller", outcome="reached")
    assert fresh(report).closed_at is not None


def test_a_slip_is_taken_back_on_the_page_of_the_report(town, send, clock):
    report = call(town)
    page = f"/reports/{report.id}/"
    task = actions.give_task(by=town.desk, report=report, what="disinfect", role="grid")
    assert "Take it back" in send(town.desk, page) and "Take it back" not in send(town.worker, page)
    back = send(town.desk, f"/reports/tasks/{task.id}/take-back/", 302, go="1")
    shown = send(town.desk, back)
    assert "nobody is asked for it" in shown and "Taken back" in shown and "Ask them" in shown
    assert "Taken back" in send(town.worker, f"/reports/tasks/{task.id}/")
    assert "already" in send(town.desk, f"/reports/tasks/{task.id}/take-back/", 422, go="1")
    actions.dispose(by=town.desk, report=report, result="done")
    assert "Take the result back" in send(town.desk, page)
    assert "open again" in send(town.desk, send(town.desk, f"{page}reopen/", 302, go="1"))
    actions.dispose(by=town.desk, report=report, result="done")
    clock.advance(minutes=11)
    assert "Take the result back" not in send(town.desk, page)
    assert "within ten minutes" in send(town.desk, f"{page}reopen/", 422, go="1")


def test_after_a_call_the_next_task_comes_at_once(town, send, clock):
    first, second = call(town), call(town, kind="fever", caller_phone="13600001111", about_name="")
    target = send(town.desk, f"/reports/{first.id}/call/", 302, whom="about", outcome="no_answer")
    assert target == f"/reports/{second.id}/?said=called"
    assert "The call was written down." in send(town.desk, target)


def test_a_number_is_shown_for_a_call_only_and_the_look_is_logged(town, send):
    report = call(town)
    assert "13912345678" not in send(town.desk, f"/reports/{report.id}/")
    calling = send(town.desk, f"/reports/{report.id}/number/", whom="about")
    assert "+8613912345678" in calling
    assert re.search(r'name="outcome"[^>]*autofocus', calling), "the hand goes on where the call ends"
    with acting():
        assert AccessLog.objects.filter(
            event="revealed", field="phone", subject=report.about_id, purpose="call"
        ).exists()
    send(town.street, f"/reports/{report.id}/number/", 403, whom="about")


def test_each_level_signs_on_its_own_page(town, send):
    report = call(town)
    with acting():
        receipts = {row.level: row for row in Receipt.objects.filter(report=report)}
    for level, post in (("street", town.street), ("district", town.headquarters), ("city", town.city)):
        address = f"/reports/receipts/{receipts[level].id}/"
        assert "Sign for it" in send(post, address)
        assert send(post, address + "sign/", 302, go="1") == f"/reports/{report.id}/?said=signed"
        assert owed(receipts[level].id) == []
    send(town.far_headquarters, f"/reports/receipts/{receipts['city'].id}/", 404)


def test_the_list_holds_what_is_open_and_finds_a_reference(town, send):
    report = call(town)
    assert report.number in send(town.desk, "/reports/")
    assert report.number not in send(town.far_headquarters, "/reports/")
    assert report.number in send(town.desk, f"/reports/?number={report.number.lower()}")
    actions.dispose(by=town.desk, report=report, result="done")
    actions.record_call(by=town.desk, report=report, whom="caller", outcome="reached")
    assert report.number not in send(town.desk, "/reports/?show=open")
    assert report.number in send(town.desk, "/reports/?show=closed")


def test_a_caller_from_elsewhere_does_not_hide_the_report(town, send):
    with acting():
        make_person("far", "苏经理", FAR_GRID, phone="13812345678")
    report = call(town)
    assert report.number in send(town.desk, "/reports/")
    assert "苏*" in send(town.desk, f"/reports/{report.id}/")
    assert "+8613812345678" in send(town.desk, f"/reports/{report.id}/number/", whom="caller")


def test_the_desk_shows_its_own_work_first(town, send, clock):
    report = call(town, by=SYSTEM, channel="page")
    clock.advance(minutes=1)
    text = send(town.desk, "/desk/")
    assert "To do at the desk" in text
    first = text[: text.index("data-next")].rpartition("href=")[2]
    assert str(report.id) in first


def test_the_clock_of_a_report(town, send, clock):
    report = call(town)
    clock.advance(minutes=25)
    text = send(town.headquarters, f"/clock/report/{report.id}/")
    assert "A report was passed on to a level" in text
    assert "25 min" in text
    send(town.far_headquarters, f"/clock/report/{report.id}/", 404)


# -- without sign-in


def main(text: str) -> str:
    """The content of a page, without the token of the form that changes the language."""
    return text.split("<main>")[1]


def test_anybody_can_report_and_is_told_a_reference_and_what_happens_next(town, send):
    text = send(None, "/report/", **PUBLIC)
    report = only()
    assert report.number in text and "within ten minutes" in text
    assert (report.area, report.channel) == (GRID + "001", "page")
    assert owed(report.id) == ["intake.dispose", "intake.take_up"]


def test_the_page_has_six_fields_and_needs_no_script(town, send):
    text = send(None, "/report/")
    fields = set(re.findall(r'name="(\w+)"', text.split("<main>")[1])) - {"csrfmiddlewaretoken", "op", "at"}
    assert len(fields) == 6
    assert "<script" not in text


def test_the_answer_is_the_same_whether_somebody_is_known_or_not(town, send):
    guest(town)
    said = [
        re.sub(r"\d{4}-\w{6}", "", main(send(None, "/report/", **PUBLIC | {"about_name": name, "caller_phone": phone})))
        for name, phone in (("马强", "13912345678"), ("无人", "13911111111"))
    ]
    assert said[0] == said[1]


def test_a_printed_code_says_where(town, send):
    assert "如意旅馆" not in send(None, f"/report/?at={town.inn.id}")
    assert "1号楼" in send(None, f"/report/?at={GRID}001")
    send(None, "/report/", **PUBLIC | {"where": "", "at": str(town.inn.id)})
    assert (only().place_id, only().channel) == (town.inn.id, "code")


def test_the_sheet_opens_the_form_with_its_place_filled_in(town, send):
    found = send(town.desk, "/reports/codes/?where=如意旅馆&phone=0910-33 12345")
    (address,) = re.findall(r'href="(/reports/codes/sheet/[^"]*)"', found)
    sheet = send(town.desk, address.replace("&amp;", "&"))
    assert "如意旅馆" in sheet and "0910-33 12345" in sheet and "<svg" in sheet
    (link,) = re.findall(r'data-link="http://[^/]*(/report/[^"]*)"', sheet)
    assert "You are reporting from" in send(None, link)
    assert "No place of this name here" in send(town.desk, "/reports/codes/?where=没有这个地方")
    send(town.far_community, f"/reports/codes/sheet/?at={town.inn.id}", 404)
    send(town.desk, "/reports/codes/sheet/?at=nonsense", 404)


def test_who_is_known_costs_the_same_statements_and_is_answered_in_as_many_bytes(town, send):
    """Neither the words, nor their length, nor the work behind them tells whether somebody is on record."""
    guest(town)
    call(town, caller_name="苏某", caller_phone="13812345678")
    send(None, "/report/", **PUBLIC)  # what is kept from the first question on is kept
    told = [("马强", "13912345678"), ("苏某", "13812345678"), ("从未", "13812345678"), ("张三", "13800000001")]
    ran, answered = [], []
    for name, phone in told:
        with statements() as each:
            text = send(None, "/report/", **PUBLIC | {"caller_name": name, "about_name": name, "caller_phone": phone})
        ran.append(each)
        answered.append(len(text))
    assert len(ran[0]) > 10 and ran[0] == ran[1] == ran[2] == ran[3]
    assert len(set(answered)) == 1


def test_what_the_public_page_took_down_is_found_by_its_number_at_the_desk(town, send):
    """Nobody is matched behind the public page: that two reports came from one phone is for the desk to see."""
    send(None, "/report/", **PUBLIC | {"where": "某地"})
    first = only()
    send(None, "/report/", **PUBLIC | {"where": "别处", "caller_name": "别人"})
    with acting():
        second = Report.objects.with_people().exclude(pk=first.pk).get()
        assert second.caller_id != first.caller_id
    assert f"/reports/{first.id}/" in send(town.desk, f"/reports/{second.id}/")


HOSTILE = (
    "",
    " ",
    "\x00",
    "\x00'",
    "'; DROP TABLE x; --",
    "<script>",
    "%s%s%n",
    "../" * 40,
    "𝕏" * 90,
    "\u202e",
    "9" * 5000,
    "{{7*7}}",
    "٣",
    "-1",
)


@pytest.mark.parametrize("url", ["/report/", "/declare/"])
def test_hostile_words_of_a_visitor_are_never_an_error_of_ours(town, client, url):
    names = (*PUBLIC, "at", "op", "name", "phone", "origin", "area", "arrives_on", "reference", "left_on")
    for number, word in enumerate(HOSTILE * 2):
        cache.clear()
        form = PUBLIC | {"at": ""} | dict.fromkeys(names[number % 3 :: 3], word)
        assert client.post(url, form, headers={"accept-language": "en"}).status_code < 500, (url, word)
        assert client.get(url, {name: word for name in names}).status_code < 500, (url, word)
        assert client.get(f"/declare/{quote(word[:200], safe='')}/").status_code < 500


@pytest.mark.parametrize("at", ["nonsense", "61040499", "中", "00000000-0000-0000-0000-000000000000"])
def test_a_code_that_says_nothing_is_the_districts(town, send, at):
    send(None, "/report/", **PUBLIC | {"where": "", "at": at})
    assert only().area == "610404"


def test_sent_twice_it_counts_once(town, send):
    op = str(ids.uuid7())
    first, second = (main(send(None, "/report/", **PUBLIC, op=op)) for _time in range(2))
    assert first == second
    assert only()


def test_too_many_from_one_address_are_asked_to_wait(town, send):
    for number in range(20):
        send(None, "/report/", **PUBLIC | {"what": str(number)})
    text = send(None, "/report/", 429, **PUBLIC)
    assert "Wait a few minutes" in text and "发烧三天" in text
    with acting():
        assert Report.objects.count() == 20


def test_a_mistake_of_a_visitor_keeps_what_was_typed(town, send):
    text = send(None, "/report/", 422, **PUBLIC | {"caller_phone": "12"})
    assert "发烧三天" in text and 'role="alert"' in text


def test_a_form_from_another_site_is_refused(town):
    assert Client(enforce_csrf_checks=True).post("/report/", PUBLIC | {"op": str(ids.uuid7())}).status_code == 403
