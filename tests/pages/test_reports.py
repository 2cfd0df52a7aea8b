"""Duties and gaps: each page as its officer, as a neighbour who sees nothing, and as an outsider."""

from __future__ import annotations

import pytest

from muster.kernel.facts.actions import record
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.site.periodic import sweep_all
from tests.pages.reading import queries_of, read_as
from tests.town import FAR_GRID, GRID, build_town, owe, sign_in


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture
def read(client):
    return read_as(client)


def test_the_list_shows_the_next_thing_first_and_marks_what_is_late(town, clock, read):
    owe(town, clock.now, who="wang", due_at=clock.now.replace(hour=23))
    owe(town, clock.now, who="li", due_at=clock.now.replace(hour=18))
    text = read(town.worker, "/duties/")
    assert text.index("李") < text.index("王")
    assert "2 to do" in text
    assert "1 late" in text
    assert "late by 1 h" in text
    assert "1单元101" in text


def test_a_neighbour_and_an_outsider_see_no_duty_of_ours(town, clock, read):
    duty = owe(town, clock.now)
    for post in (town.neighbour, town.far_worker, town.far_headquarters):
        assert "王" not in read(post, "/duties/")
        read(post, f"/duties/{duty.id}/", status=404)
    read(town.auditor, "/duties/", status=403)
    read(town.lab, "/duties/", status=403)


def test_a_card_leads_to_the_page_where_the_duty_is_done(town, clock, read):
    duty = owe(town, clock.now, kind="tracing.notify_contact")
    text = read(town.worker, "/duties/")
    assert f'href="/duties/{duty.id}/"' in text
    assert "data-next" in text


def test_the_rows_alone_answer_the_live_stream(town, clock, read):
    owe(town, clock.now)
    text = read(town.worker, "/duties/rows/?kind=tracing.notify_contact")
    assert "<html" not in text
    assert 'hx-trigger="live:duties from:body"' in text
    assert "/duties/rows/?kind=tracing.notify_contact" in text


def test_the_list_filters_by_kind_area_and_lateness(town, clock, read):
    owe(town, clock.now, who="wang")
    owe(town, clock.now, who="zhang", area="610404001001002", due_at=clock.now.replace(hour=18))
    assert "王" not in read(town.street, "/duties/")
    for _ in range(2):
        clock.advance(days=2)
        sweep_all()
    both = read(town.street, "/duties/")
    assert "王" in both
    assert "张" in both
    assert "张" not in read(town.street, "/duties/?area=610404001001001")
    assert "王" not in read(town.street, "/duties/?area=610404001001002")
    assert "Nothing of this kind" in read(town.street, "/duties/?kind=tracing.trace_case")


def test_the_list_pages_by_key_in_both_directions(town, clock, client, read):
    for minute in range(40):
        owe(town, clock.now, due_at=clock.now.replace(hour=20, minute=minute))
    sign_in(client, town.worker)
    first = client.get("/duties/").context["page"]
    second = client.get(f"/duties/{first.next_url}").context["page"]
    assert [len(first.rows), len(second.rows)] == [30, 10]
    assert not second.next_url
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}
    back = client.get(f"/duties/{second.previous_url}").context["page"]
    assert [row.id for row in back.rows] == [row.id for row in first.rows]
    assert len(client.get("/duties/?after=nonsense").context["page"].rows) == 30


def test_an_empty_list_says_so(town, read):
    assert "Nothing to do" in read(town.worker, "/duties/")


def test_unowned_duties_are_counted_where_somebody_answers_for_them(town, clock, read):
    with acting():
        town.worker.until_at = clock.now
        town.worker.save()
    owe(town, clock.now)
    assert "1 without an owner" in read(town.community, "/duties/")


def test_a_duty_says_why_and_how_it_rose(town, clock, read):
    with acting():
        result = record(
            "screening.result_positive", subject=town.zhao.id, area=FAR_GRID, by=SYSTEM, now=clock.now,
            data={"history": True},
        )  # fmt: skip
        found = record(
            "tracing.contact_found", subject=town.wang.id, area=GRID, by=SYSTEM, now=clock.now, because=[result],
            data={"history": True},
        )  # fmt: skip
    duty = owe(town, clock.now, because=found)
    clock.advance(days=2)
    sweep_all()
    text = read(town.worker, f"/duties/{duty.id}/")
    assert text.index("A contact was found") < text.index("A laboratory found the person positive")
    assert "秦都区" in text  # the district of a cause elsewhere, and nothing nearer
    assert "人民社区" not in text
    assert "Not done in time by Grid worker · 中山社区第一网格: rose to Community officer · 中山社区" in text
    assert "1单元101" in text
    clock.advance(hours=1)
    sweep_all()
    assert "missed by: Grid worker → Community officer" in read(town.headquarters, f"/gaps/?area={GRID[:12]}")


def test_a_regulators_duty_rises_to_the_districts_headquarters_and_nobody_there_is_said(town, clock, read):
    row = owe(town, clock.now, kind="premises.answer_contest")
    clock.advance(days=2)
    sweep_all()
    text = read(town.headquarters, "/duties/")
    assert "missed by: Investigator" in text and "rose to" not in text
    assert "rose to: Headquarters · 渭城区" in read(town.investigator, "/duties/")
    text = read(town.headquarters, f"/duties/{row.id}/")
    assert "Not done in time by Investigator · 渭城区: rose to Headquarters · 渭城区" in text
    far = owe(town, clock.now, area="610404002001001")
    text = read(town.headquarters, f"/duties/{far.id}/")
    assert "Passed at once, nobody holds a post: Street officer · 文汇路街道" in text
    assert "Opened for Headquarters · 渭城区" in text and "stays here" not in text
    with acting():
        town.city.until_at = clock.now
        town.city.save()
    clock.advance(days=2)
    sweep_all(), sweep_all()
    assert "Nobody holds a post above: it stays here." in read(town.headquarters, f"/duties/{far.id}/")


def test_at_the_top_nothing_is_said_of_who_is_above(town, clock, read):
    row = owe(town, clock.now, kind="isolation.find_site")
    clock.advance(days=2)
    sweep_all()
    clock.advance(days=1)
    sweep_all()
    assert "rose to: Headquarters · 咸阳市" in read(town.headquarters, "/duties/")
    text = read(town.headquarters, f"/duties/{row.id}/")
    assert "Headquarters · 咸阳市" in text and "stays here" not in text
    text = read(town.headquarters, "/gaps/?show=late&kind=isolation.find_site")
    assert "<strong>Find a room for the person · Late</strong>" in text


def test_a_duty_at_a_place_is_read_by_its_post(town, clock, read):
    owe(town, clock.now, kind="isolation.receive", who="wang", place=town.hotel.id)
    duty = owe(town, clock.now, kind="isolation.receive", who="li", place=town.hotel.id)
    assert "李" in read(town.site, "/duties/")
    assert "A contact was found" in read(town.site, f"/duties/{duty.id}/")


def test_gaps_lead_from_the_district_to_the_names(town, clock, read):
    owe(town, clock.now, who="wang")
    done = owe(town, clock.now, who="li")
    with acting():
        record(
            "tracing.contact_notified",
            subject=done.subject,
            area=GRID,
            by=SYSTEM,
            now=clock.now,
            data={"history": True},
        )
    text = read(town.headquarters, "/gaps/")
    assert "中山街道" in text
    assert "文汇路街道" not in text
    assert "王" in text
    assert "李" not in text
    street = read(town.headquarters, "/gaps/?area=610404001")
    assert "中山社区" in street
    assert "Grid worker" in street


def test_gaps_stay_within_the_post(town, clock, read):
    owe(town, clock.now)
    assert "王" not in read(town.far_headquarters, "/gaps/")
    read(town.far_headquarters, "/gaps/?area=610404", status=404)
    read(town.street, "/gaps/?area=61", status=404)
    read(town.worker, "/gaps/", status=403)
    read(town.site, "/gaps/", status=403)


def test_late_figures_say_as_of_when(town, clock, read):
    owe(town, clock.now, who="wang")
    clock.advance(days=2)
    assert "Out of date" in read(town.headquarters, "/gaps/")
    sweep_all()
    assert "Out of date" not in read(town.headquarters, "/gaps/")


@pytest.mark.parametrize(("name", "url"), [("worker", "/duties/"), ("street", "/duties/"), ("headquarters", "/gaps/")])
def test_pages_ask_as_often_for_fifty_rows_as_for_five(town, clock, client, name, url):
    post = town.posts[name]
    for _ in range(5):
        owe(town, clock.now, who="wang")
    queries_of(client, post, url)
    few = queries_of(client, post, url)
    for number in range(45):
        owe(town, clock.now, who="zhang" if number % 2 else "li")
    assert queries_of(client, post, url) == few
