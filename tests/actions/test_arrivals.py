"""Arrivals: what is declared, what the list makes of it, who is found when it changes, and the days that follow."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import translation

from muster.domains.arrivals import actions, certificates
from muster.domains.arrivals.models import Arrival, Call, RiskList
from muster.domains.isolation.actions import start_stay
from muster.domains.isolation.models import Transfer
from muster.kernel import clock as clock_module
from muster.kernel import ids
from muster.kernel.controls.models import Control, Evidence
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record
from muster.kernel.operations.errors import Invalid, OpConflict, Refused
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.signing import BadCode, public_keys
from tests import isolation_cast
from tests.conftest import NIGHT
from tests.town import build_town

COMMUNITY = "610404001001"
LIST = (
    "全国有2个中风险地区：\n黑龙江省黑河市（1个）：爱辉区博文社区昌辉雅典城小区。\n"
    "辽宁省大连市（1个）：庄河市（全域）。"
)
TODAY = date(2021, 11, 30)


@pytest.fixture
def town(db, clock):
    clock.set(NIGHT)
    with translation.override("en"):
        yield build_town()


def edition(town, text=LIST, at=None, confirm=True) -> RiskList:
    made = actions.read_list(
        by=town.headquarters,
        text=text,
        source="国务院客户端",
        published_on=TODAY,
        effective_at=at or clock_module.now(),
    )
    return actions.confirm_list(by=town.headquarters, risk_list=made) if confirm else made


def comes(town, origin="黑龙江省黑河市爱辉区博文社区昌辉雅典城小区3号楼", by=SYSTEM, **more) -> Arrival:
    said = {"name": "孙小明", "phone": "13800001111", "area": COMMUNITY, "arrives_on": TODAY, **more}
    return actions.declare(by=by, origin=origin, **said)


def owed(kind: str) -> list[Duty]:
    with acting():
        return list(Duty.objects.open().filter(kind=kind))


def test_a_place_that_an_earlier_edition_located_is_found_without_its_county(town):
    edition(town, text="全国有1个中风险地区：\n辽宁省大连市（1个）：庄河市张屯小区。")
    arrival = comes(town, origin="辽宁省大连市张屯小区7号楼")
    assert (arrival.origin_code, arrival.category) == ("210283", "middle")


MATCHES = [
    ("黑龙江省黑河市爱辉区博文社区昌辉雅典城小区3号楼", "middle", False),
    ("黑河市爱辉区博文社区昌辉雅典城小区", "middle", False),
    ("黑龙江省黑河市爱辉区福龙社区益民二区", "county", False),
    ("黑龙江省黑河市爱辉区", "county", True),
    ("黑龙江省黑河市", "county", True),
    ("黑龙江省黑河市逊克县", "elsewhere", False),
    ("辽宁省大连市庄河市新华街道小寺社区", "middle", False),
    ("辽宁省大连市甘井子区泉水街道", "elsewhere", False),
    ("陕西省西安市雁塔区", "elsewhere", False),
    ("境外", "entrant", False),
]


@pytest.mark.parametrize(("origin", "category", "unsure"), MATCHES)
def test_where_somebody_was(town, origin, category, unsure):
    edition(town)
    row = comes(town, origin)
    assert (row.category, row.unsure) == (category, unsure)


def test_a_declaration_owes_the_community_a_meeting_and_nothing_more(town):
    edition(town)
    row = comes(town)
    assert (row.state, row.measure, row.ends_on) == ("coming", "site", date(2021, 12, 14))
    assert [duty.area for duty in owed("arrivals.receive")] == [COMMUNITY]
    assert not owed("arrivals.call")
    with acting():
        assert not Control.objects.exists()


def test_a_control_begins_from_the_stay_and_names_it(town, run_jobs):
    edition(town)
    row = actions.receive(by=town.community, arrival=comes(town))
    run_jobs()
    with acting():
        control = Control.objects.get(person=row.person)
        evidence = Evidence.objects.get(control=control)
        assert (control.measure, control.ends_on) == ("site", date(2021, 12, 14))
        assert (evidence.kind, evidence.subject, evidence.fact.kind) == (
            "risk_area_stay", row.pk, "arrivals.stayed_in_risk_area",
        )  # fmt: skip
        assert Transfer.objects.filter(person=row.person).count() == 1
    assert not owed("arrivals.receive")
    assert [duty.subject for duty in owed("arrivals.call")] == [row.pk]


def test_from_the_county_only_a_daily_contact_follows(town, run_jobs):
    edition(town)
    row = actions.receive(by=town.community, arrival=comes(town, "黑龙江省黑河市爱辉区福龙社区益民二区"))
    run_jobs()
    assert (row.measure, row.ends_on) == ("monitoring", date(2021, 12, 14))
    with acting():
        assert not Control.objects.exists()
    assert owed("arrivals.call")


def test_a_change_of_the_list_finds_last_weeks_arrivals(town, clock, run_jobs):
    edition(town, "全国境内无中、高风险地区。")
    here = actions.receive(by=town.community, arrival=comes(town))
    other = actions.receive(by=town.community, arrival=comes(town, "陕西省西安市雁塔区", phone="13800002222"))
    run_jobs()
    assert here.category == "elsewhere"
    clock.advance(days=7)
    edition(town)
    run_jobs()
    with acting():
        here.refresh_from_db()
        other.refresh_from_db()
        assert (here.category, other.category) == ("middle", "elsewhere")
        assert Control.objects.get().person_id == here.person_id
        assert Control.objects.get().ends_on == date(2021, 12, 14)  # from leaving, not from being found
        assert Transfer.objects.count() == 1


def test_who_left_before_the_incubation_is_not_found_again(town, clock, run_jobs):
    edition(town, "全国境内无中、高风险地区。")
    here = actions.receive(by=town.community, arrival=comes(town))
    clock.advance(days=15)
    edition(town)
    run_jobs()
    with acting():
        here.refresh_from_db()
        assert here.category == "elsewhere"


def test_an_area_that_leaves_the_list_takes_nothing_back(town, clock, run_jobs):
    edition(town)
    row = actions.receive(by=town.community, arrival=comes(town))
    run_jobs()
    clock.advance(days=1)
    edition(town, "全国境内无中、高风险地区。")
    run_jobs()
    with acting():
        row.refresh_from_db()
        assert row.category == "middle"
        assert Control.objects.open().count() == 1


def test_a_draft_has_no_effect_and_an_edition_of_tomorrow_none_today(town):
    edition(town, confirm=False)
    assert comes(town).category == "elsewhere"
    edition(town, at=datetime(2021, 12, 1, 8, tzinfo=NIGHT.tzinfo))
    assert comes(town, phone="13800003333").category == "elsewhere"


def test_an_edition_is_confirmed_once_and_not_discarded(town):
    made = edition(town)
    with pytest.raises(Invalid, match="confirmed"):
        actions.confirm_list(by=town.headquarters, risk_list=made)
    with pytest.raises(Invalid, match="confirmed"):
        actions.discard_list(by=town.headquarters, risk_list=made)
    with pytest.raises(Refused):
        actions.read_list(by=town.community, text=LIST, source="x", published_on=TODAY, effective_at=NIGHT)
    with pytest.raises(Invalid, match="No risk area"):
        edition(town, "今天天气很好。")


def test_a_doubt_is_asked_about_and_may_become_milder_or_stricter(town, run_jobs):
    edition(town)
    row = actions.receive(by=town.community, arrival=comes(town, "黑龙江省黑河市爱辉区"))
    assert [duty.subject for duty in owed("arrivals.ask_origin")] == [row.pk]
    row = actions.settle_origin(by=town.community, arrival=row, origin="黑龙江省黑河市爱辉区博文社区昌辉雅典城小区")
    run_jobs()
    assert (row.category, row.unsure) == ("middle", False)
    assert not owed("arrivals.ask_origin")
    with acting():
        assert Control.objects.get().measure == "site"


def test_days_served_elsewhere_leave_the_leg_at_home(town, run_jobs):
    """From abroad, fourteen days at a site in another province: seven days at home are still due."""
    row = comes(town, "境外", site_until=date(2021, 11, 29), left_on=date(2021, 11, 30))
    row = actions.receive(by=town.community, arrival=row)
    run_jobs()
    assert (row.category, row.measure, row.ends_on) == ("entrant", "home", date(2021, 12, 6))
    assert owed("isolation.assess_home")
    with acting():
        assert Control.objects.get().measure == "home"


def test_the_daily_contact_goes_on_until_it_is_closed(town, clock):
    edition(town)
    row = actions.receive(by=town.community, arrival=comes(town, "黑龙江省黑河市爱辉区福龙社区益民二区"))
    actions.call(by=town.community, arrival=row, answer="unreached")
    assert len(owed("arrivals.call")) == 1
    for day in range(14):
        with pytest.raises(Invalid, match="not over"):
            actions.close(by=town.community, arrival=row)
        actions.call(by=town.community, arrival=row, answer="none", temperature=36.5)
        assert len(owed("arrivals.call")) == (1 if day < 13 else 0)
        clock.advance(days=1)
    assert len(owed("arrivals.close")) == 1
    actions.close(by=town.community, arrival=row)
    assert not owed("arrivals.close")
    with acting():
        assert Call.objects.filter(arrival=row).count() == 14
        assert Arrival.objects.get(pk=row.pk).state == "closed"


def test_isolation_takes_the_daily_contact_over_and_the_release_owes_the_end(db, clock, run_jobs):
    clock.set(NIGHT)
    town = isolation_cast.build()
    edition(town)
    row = actions.receive(by=town.community, arrival=comes(town))
    assert [duty.subject for duty in owed("arrivals.call")] == [row.pk]
    run_jobs()
    with acting():
        control = Control.objects.get(person_id=row.person_id)
    stay = start_stay(by=town.site, control=control, site=isolation_cast.site_of(town.hotel))
    assert not owed("arrivals.call")
    assert not owed("arrivals.close")
    with acting():
        record("isolation.released", subject=stay.pk, area=stay.area, by=SYSTEM, now=clock_module.now())
    assert [duty.subject for duty in owed("arrivals.close")] == [row.pk]


def test_complaints_owe_a_doctor(town):
    row = actions.receive(by=town.community, arrival=comes(town, "陕西省西安市雁塔区"))
    actions.call(by=town.community, arrival=row, answer="some", temperature=38.1)
    assert owed("arrivals.see_doctor")
    actions.record_doctor(by=town.community, arrival=row)
    assert not owed("arrivals.see_doctor")
    with pytest.raises(Invalid, match="body temperature"):
        actions.call(by=town.community, arrival=row, answer="none", temperature=3.6)


def test_onward_travel_is_handed_over_and_answered(town):
    edition(town)
    row = actions.receive(by=town.community, arrival=comes(town, "黑龙江省黑河市爱辉区福龙社区益民二区"))
    row = actions.move_on(by=town.community, arrival=row, onward_to="河北省石家庄市长安区疫情防控指挥部")
    assert not owed("arrivals.call")
    assert [duty.subject for duty in owed("arrivals.hand_over")] == [row.pk]
    actions.confirm_onward(by=town.community, arrival=row)
    assert not owed("arrivals.hand_over")


def test_who_is_to_stay_at_a_site_does_not_travel_on(town, run_jobs):
    edition(town)
    row = actions.receive(by=town.community, arrival=comes(town))
    run_jobs()
    with pytest.raises(Invalid, match="transfer"):
        actions.move_on(by=town.community, arrival=row, onward_to="河北省石家庄市")


def test_the_same_declaration_twice_is_one(town):
    op = ids.uuid7()
    one, two = comes(town, op=op), comes(town, op=op)
    assert one.ref == two.ref
    with pytest.raises(OpConflict):
        comes(town, op=op, name="别人")
    with acting():
        assert Arrival.objects.count() == 1


def test_a_known_number_is_the_same_person_and_the_answer_is_no_other(town):
    card = "610404199003070007"
    one = comes(town, id_number=card)
    two = comes(town, id_number=card, phone="13900000000")
    with acting():
        assert one.person_id == two.person_id
        assert Person.objects.filter(pk=one.person_id).count() == 1
    assert one.ref != two.ref


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"phone": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"origin": ""}, "origin"),
        ({"area": "610404"}, "area"),
        ({"area": "999999999"}, "area"),
        ({"area": "x"}, "area"),
        ({"arrives_on": date(2025, 1, 1)}, "arrives_on"),
        ({"left_on": date(2021, 12, 1)}, "left_on"),
        ({"declared_by": "x"}, "declared_by"),
    ],
)
def test_what_cannot_be_declared(town, changed, field):
    with pytest.raises(Invalid) as no:
        comes(town, **{"origin": "陕西省西安市雁塔区", **changed})
    assert no.value.field == field


def test_only_who_is_responsible_there_may(town):
    row = comes(town)
    for post in (town.far_community, town.auditor, town.lab):
        with pytest.raises(Refused):
            actions.receive(by=post, arrival=row)
    with pytest.raises(Refused):
        comes(town, by=town.far_community)


def test_without_a_plan_arrivals_are_registered_only(town, clock):
    clock.set(datetime(2024, 1, 10, 9, tzinfo=NIGHT.tzinfo))
    edition(town, at=NIGHT)
    row = actions.receive(by=town.community, arrival=comes(town, arrives_on=date(2024, 1, 10)))
    assert (row.category, row.measure, row.plan) == ("middle", "", "")
    assert not owed("arrivals.call")


def test_a_certificate_is_issued_where_nothing_is_due_and_checked_without_a_network(town, clock, run_jobs):
    edition(town)
    held = actions.receive(by=town.community, arrival=comes(town))
    doubt = actions.receive(by=town.community, arrival=comes(town, "黑龙江省黑河市爱辉区", phone="13800002222"))
    row = comes(town, "陕西省西安市雁塔区", phone="13800003333", cohort="returning_worker")
    run_jobs()
    for stopped, why in ((held, "under control"), (doubt, "more exactly"), (row, "not come")):
        with pytest.raises(Invalid, match=why):
            actions.certify(by=town.community, arrival=stopped)
    with pytest.raises(Refused):
        actions.certify(by=town.worker, arrival=row)
    row = actions.certify(by=town.community, arrival=actions.receive(by=town.community, arrival=row))
    code = certificates.make(row.ref, row.area, "孙*", row.certified_at)
    said = certificates.read(code, clock_module.now(), public_keys())
    assert (said.reference, said.area, said.label) == (row.ref, COMMUNITY, "孙*")
    for at in range(len(code)):
        flipped = code[:at] + ("A" if code[at] != "A" else "B") + code[at + 1 :]
        with pytest.raises(BadCode):
            certificates.read(flipped, clock_module.now())
    clock.advance(days=8)
    with pytest.raises(BadCode, match="over"):
        certificates.read(code, clock_module.now())
