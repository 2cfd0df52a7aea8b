"""The night with a row in every table that pages can read, in two districts, and posts of a third that has none."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connections
from openpyxl import Workbook

from muster.domains.intake import actions as intake
from muster.domains.isolation import actions as isolation
from muster.domains.isolation import words
from muster.domains.isolation.models import Sample, Site, Stay, Transfer
from muster.domains.premises import actions as premises
from muster.domains.premises.jobs import settle as owe_routines
from muster.domains.residents.jobs import match_all
from muster.domains.screening import actions as screening
from muster.domains.screening.jobs import ask_all
from muster.domains.screening.models import Result
from muster.domains.tracing.actions.letters import send_letter
from muster.domains.tracing.models import PendingRing
from muster.kernel import clock, ids
from muster.kernel.areas import installation
from muster.kernel.areas.models import Area
from muster.kernel.controls.models import DueTest
from muster.kernel.facts.actions import record
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.ledger import actions as ledgers
from muster.ledger.forms import actions as forms
from muster.ledger.forms.documents import plain_template
from muster.ledger.forms.letters import LETTERS
from muster.ledger.imports import actions as imports
from muster.ledger.imports.actions import remember
from muster.ledger.imports.models import Import
from tests import antigen_cast, goods_cast, premises_cast, screening_cast, teams_cast
from tests.arrivals_cast import travellers
from tests.conftest import NIGHT, FrozenClock
from tests.intake_cast import add_inn, call
from tests.isolation_cast import FIT, UNFIT, control_of
from tests.night import build_night, case_of, contacts_of, result
from tests.serving import drain
from tests.town import GRID, Town, make_person, make_place, make_post

THIRD = "610403"


@contextmanager
def played(worker_database) -> Iterator[Town]:
    """The night, for a module; the database is emptied after it."""
    frozen = FrozenClock(NIGHT)
    installation.forget()
    try:
        yield again(worker_database, frozen)
    finally:
        clock.thaw()
        for connection in connections.all(initialized_only=True):
            connection.close()
        worker_database.empty()
        installation.forget()


def again(worker_database, clock_) -> Town:
    """The night in an empty database: played once for all tests of a session, copied for each that asks."""
    town, moment = worker_database.world("night", lambda: (build(clock_, drain), clock.now()))
    clock_.set(moment)
    installation.forget()
    return town


def build(clock_, run_jobs) -> Town:
    """Play the night until every table has a row."""
    town = build_night()
    _third_district(town)
    result(town, "wang", ref="R1")
    run_jobs()
    clock_.advance(hours=1)
    result(town, "zhang", ref="R2")
    run_jobs()
    _send_away(town)
    _arrive(town, clock_)
    _at_home(town)
    _released(town)
    _questions(town)
    _of_ledgers(town)
    _forms(town)
    _imported(town, run_jobs)
    _testing(town)
    _repeats(town)
    _venues(town)
    _reports(town)
    travellers(town)
    _doubted(town)
    teams_cast.build(town)
    goods_cast.night(town)
    antigen_cast.build(town)
    run_jobs()
    return town


def _doubted(town: Town) -> None:
    """The laboratory wants a result to be another one; nobody has decided."""
    with acting():
        wrong = Result.objects.get(ref="R2")
    screening.record_result(
        by=town.lab, person=town.people["zhang"], laboratory=town.laboratory, ref="R2b", disease=wrong.disease,
        sampled_at=wrong.sampled_at, result="invalid", corrects="R2", plan="covid19-cn-8",
        reason="contaminated", remark="第三批次阴性质控检出",
    )  # fmt: skip


def _third_district(town: Town) -> None:
    """Posts of every role where nothing happens."""
    with acting():
        Area.objects.bulk_create(
            Area(code=code, name=name, level=level, parent=parent)
            for code, name, level, parent in [
                (THIRD, "杨陵区", "district", "6104"),
                (THIRD + "001", "杨陵街道", "street", THIRD),
                (THIRD + "001001", "杨陵社区", "community", THIRD + "001"),
                (THIRD + "001001001", "杨陵网格", "grid", THIRD + "001001"),
            ]
        )
        spans = {roles.STREET: "001", roles.COMMUNITY: "001001", roles.GRID: "001001001"}
        for role in roles.ROLES:
            alike = role.startswith("sector_") and role != "sector_culture"  # one regulator stands for all
            if role not in (roles.ENTERPRISE, roles.ISOLATION_SITE, roles.LABORATORY) and not alike:
                town.posts[f"third_{role}"] = make_post(f"third_{role}", role, THIRD + spans.get(role, ""))
        place = make_place("third_hotel", "杨陵宾馆", "lodging", THIRD + "001001")
        town.posts["third_isolation_site"] = make_post("third_site", roles.ISOLATION_SITE, place_id=place.id)
        town.posts["third_enterprise"] = make_post("third_enterprise", roles.ENTERPRISE, place_id=ids.uuid7())
        # The place is the third district's own; everything else in the tables is not.
        place.delete()
        town.posts["third_laboratory"] = make_post("third_lab", roles.LABORATORY, organisation_id=ids.uuid7())


def third(town: Town) -> list:
    """The posts of the third district."""
    return [post for name, post in town.posts.items() if name.startswith("third_")]


def _send_away(town: Town) -> None:
    """A letter about the contact who lives elsewhere."""
    case = case_of(town.wang)
    chen = contacts_of(case)["chen"]
    send_letter(by=town.investigator, case=case, contacts=[chen.id], to_name="宝鸡市疾控中心")


def _arrive(town: Town, clock_) -> None:
    """Li is taken to the site of the town: both sides confirm; health check, test, and a round through the site."""
    with acting():
        transfer = Transfer.objects.open().get(person=town.li)
    isolation.confirm_handover(by=town.worker, transfer=transfer, side="sender")
    clock_.advance(minutes=40)
    isolation.confirm_handover(by=town.site, transfer=transfer, side="receiver")
    with acting():
        stay = Stay.objects.open().get(person=town.li)
    clock_.advance(hours=13)
    isolation.record_check(by=town.site, stay=stay, temperature="38.1", symptoms=["cough"])
    with acting():
        isolation.open_samples(by=SYSTEM, now=clock.now())
        sample = Sample.objects.filter(stay=stay).first()
    isolation.record_sample(by=town.site, sample=sample)
    with acting():
        site = Site.objects.get(place=town.hotel)
    isolation.check_site(by=town.site, site=site, faults=list(words.SITE_POINTS)[:1])


def _at_home(town: Town) -> None:
    """Somebody stays at home; somebody's home does not serve."""
    with acting():
        town.people["sun"] = make_person("sun", "孙立", GRID + "001")
        town.people["wu"] = make_person("wu", "吴芳", GRID + "001")
    for who, answers in (("sun", FIT), ("wu", UNFIT)):
        control = control_of(town.people[who], measure="home", days=7, tests=(1,))
        isolation.assess_home(by=town.worker, control=control, answers=answers)


def _released(town: Town) -> None:
    """Somebody's days at home are served: released, with a notice."""
    with acting():
        town.people["gao"] = make_person("gao", "高峰", GRID + "001")
    control = control_of(town.people["gao"], measure="home", days=0, tests=())
    isolation.assess_home(by=town.worker, control=control, answers=FIT)
    with acting():
        stay = Stay.objects.get(control=control)
    isolation.record_check(by=town.worker, stay=stay, temperature="36.5")
    with acting():
        stamp = record(
            "screening.result_negative",
            subject=ids.uuid7(),
            area=control.area,
            by=SYSTEM,
            now=clock.now(),
            data={"history": True},
        )
        DueTest.objects.create(control=control, due_on=clock.today(), done_fact=stamp, result="negative")
    isolation.release(by=town.community, stay=stay)


def _imported(town: Town, run_jobs) -> None:
    """A list that headquarters sent, with a row of each kind; what its sender's headers mean is remembered."""
    text = f"编号,姓名,电话,所属网格\nimported,何涛,13900002222,{GRID}\nbad,何清,1,{GRID}\n"
    sent = imports.send(
        by=town.headquarters, ledger="people", name="名单.csv", content=text.encode(), sender="中山街道"
    )
    run_jobs()
    with acting():
        remember(Import.objects.get(pk=sent.pk), clock.now())


def _of_ledgers(town: Town) -> None:
    """A view that headquarters saved, and a large file that it asked for."""
    ledgers.save_view(
        by=town.headquarters, ledger="tracing.contacts", name="未结案", query="status=open&sort=-last_at", first=False
    )
    ledgers.ask_export(
        by=town.headquarters, ledger="tracing.contacts", query="status=open", kind="xlsx", identifiers=False,
        purpose="report", rows=2500, language="zh-hans",
    )  # fmt: skip


def _venues(town: Town) -> None:
    """A market with a sheet at its entrance; somebody with a code on paper, whom evidence holds, and who objects."""
    premises_cast.venue_of(town)
    code = premises.issue_code(by=town.worker, area=GRID, name="周桂兰", id_number=premises_cast.card(1))
    with acting():
        town.people["zhou"] = code.person
    control_of(code.person, measure="home", days=7, tests=())
    asked = {"who": code.number, "to": "enter", "hours": 6}
    first = premises.ask_exemption(by=town.street, reason="medical", **asked)
    premises.confirm_exemption(by=town.headquarters, exemption=first)
    premises.ask_exemption(by=town.street, reason="care", **asked)
    town.device = premises.open_device(by=SYSTEM, code=code.number, pin=premises.pin_of(code))["device"]
    premises.contest_status(by=SYSTEM, device=town.device, reason="not_there", note="当天在外地")
    premises_cast.gathering(town)
    premises.set_level(by=town.headquarters, area="610404", level="4", number="指令1号", reason="省内有病例", seen=0)
    premises_cast.booked(town)
    house = premises_cast.venue_of(town, name="如家旅馆", kind="family_hotel")
    premises.register_guest(
        by=SYSTEM, desk=premises_cast.desk(house), name="孙远", number="", phone=premises_cast.PHONE, room="301",
        origin="陕西省西安市雁塔区",
    )  # fmt: skip
    owe_routines()


def _forms(town: Town) -> None:
    """The district has its own release notice, and a form from above that was filled."""
    letter = LETTERS["isolation.release_notice"]
    forms.keep_template(
        by=town.headquarters, kind="letter", subject=letter.name, name="渭城区", file_name="release.docx",
        content=plain_template(letter),
    )  # fmt: skip
    book, made = Workbook(), io.BytesIO()
    book.active.append(["序号", "姓名", "联系电话", "谁来接"])
    book.save(made)
    form = forms.keep_template(
        by=town.headquarters, kind="sheet", subject="tracing.contacts", name="密接者名单", file_name="form.xlsx",
        content=made.getvalue(),
    )  # fmt: skip
    forms.map_template(by=town.headquarters, template=form, parts=form.mapping, dates="")
    forms.start_filling(
        by=town.headquarters, template=form, asked="status=open", identified=False, purpose="report", language="zh-hans"
    )


def _reports(town: Town) -> None:
    """The hotel's call: a task was given and a call made; and a report from the public page, not taken up yet."""
    add_inn(town)
    report = call(town)
    intake.give_task(by=town.desk, report=report, what="check_arrival", role="grid")
    intake.record_call(by=town.desk, report=report, whom="about", outcome="no_answer")
    call(town, by=SYSTEM, channel="page", kind="fever", what="发热", about_name="", about_phone="")


def _questions(town: Town) -> None:
    """A second ring that waits for a decision."""
    case = case_of(town.wang)
    with acting():
        PendingRing.objects.create(
            case=case, area=case.area, incident_area=case.incident_area, total=300, by_area={"610404001": 300},
            by_reason={"presence": 300}, as_of=clock.now() - timedelta(hours=1), made_at=clock.now(),
            fact=case.opened_fact,
        )  # fmt: skip


def _testing(town: Town) -> None:
    """A round of testing is under way, another one is planned."""
    with acting():
        screening_cast.prepare(town)
        for who, name in (("pool_a", "钱一"), ("pool_b", "钱二"), ("pool_c", "钱三")):
            town.people[who] = make_person(who, name, GRID + "001")
    row = screening_cast.opened(town)
    screening_cast.plan(town)
    swab, send = screening_cast.swab, screening_cast.send
    send(town, row, swab(town, "wang", "N1"), swab(town, "sun", "N2"), screening_cast.seal("N2", 1))
    send(town, row, swab(town, "wu", "N2"))
    _boxes(town, row)
    site = screening_cast.sites()[0]
    screening.report_queue(by=town.street, round=row, site=site, people=30)
    regime = screening.start_regime(by=town.headquarters, area="610404", who="cold_chain_direct", disease="covid19")
    screening.enlist(by=town.headquarters, regime=regime, lines=f"{town.people['gao'].id}")
    ask_all()
    due = screening_cast.opened(town, areas=[GRID], regimes=[regime.id])
    people = [town.people["gao"].id]
    screening.excuse(by=town.street, round=due, people=people, reason="away")
    screening.close_round(by=town.headquarters, round=due)


def _repeats(town: Town) -> None:
    """Gao was written down twice."""
    with acting():
        town.people["gao_again"] = make_person("gao_again", "高峰", GRID + "001", phone="13800000009")
    match_all()


def _boxes(town: Town, row) -> None:
    """One box was tested: a pool in it is suspect, another result waits for a second person; one box is packed."""
    cast, pair = screening_cast, ("pool_a", "pool_b")
    cast.send(town, row, *(cast.swab(town, who, "N3") for who in pair), cast.seal("N3", 2))
    cast.brought(town, cast.packed(town, row, "B1", 2))
    cast.reported(town, N2="negative", N3="positive")
    cast.reported(town, N2="positive")
    cast.send(town, row, cast.swab(town, "pool_c", "N4"), cast.seal("N4", 1))
    cast.packed(town, row, "B2", 1)
    screening.excuse(by=town.street, round=row, people=[town.people["gao"].id], reason="away")
    screening.seek_missing(by=town.headquarters, round=row)
    screening.need_home(by=town.street, people=[town.people["zhang"].id], why="elder")
