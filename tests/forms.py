"""A valid form for every route that writes, from the played night; what is replayed, and what is not and why.

A new route with POST needs a line in FORMS, or one in EXEMPT with the reason. `prepare` brings the night (by real
actions) to where the form is valid, and answers the parts of the address that `tests/things.py` does not name.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from muster.domains.isolation import actions as isolation
from muster.domains.isolation.actions.handover import shown_code
from muster.domains.isolation.models import HealthCheck, Room, Sample, Site, SiteCheck, Stay, Transfer
from muster.domains.tracing import actions as tracing
from muster.domains.tracing.models import Case, Chain, Contact, Letter
from muster.kernel import clock, ids
from muster.kernel.areas import installation
from muster.kernel.controls.models import DueTest
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record
from muster.kernel.posts import actions as posts
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.kernel.presence.load import load_presence
from muster.ledger.imports import actions as imports
from muster.ledger.imports.jobs import take
from muster.ledger.imports.models import Import
from tests.antigen_forms import ANTIGEN
from tests.arrivals_cast import ARRIVALS
from tests.form import Form, Values, says
from tests.forms_residents import RESIDENTS
from tests.goods_forms import GOODS
from tests.intake_forms import INTAKE
from tests.isolation_cast import FIT, answer_tests, control_of
from tests.night import PLAN, case_of
from tests.premises_forms import forms as premises_forms
from tests.screening_forms import SCREENING
from tests.teams_forms import TEAMS
from tests.template_forms import TEMPLATES
from tests.town import GRID, NEXT_GRID, Town, make_person

EXEMPT = {
    "api:send_scans": "takes no operation: each scan has one effect by person, venue and minute (test_premises_scans)",
    **dict.fromkeys(("intake:number", "tracing:number"), "shows a number for a call, logs the look, stores nothing"),
    "arrivals:letter": "POST only shows name and phone, and logs the look; it takes no operation",
    "premises:leave_mine": "removes a cookie only",
    "isolation:notice": "POST only shows the name, and logs the look; it takes no operation",
    "ledger:export": "shows rows and logs that they left; nothing is stored",
    "ledger:file": "sends a file and logs it; nothing is stored",
    "ledger:search": "reads; POST keeps what is searched for out of addresses",
    "forms:write_letter": "reads names and logs each look; printing a co-operation letter again changes nothing",
    "person:reveal": "shows numbers and logs the look; nothing is stored, so nothing could be answered again",
    "screening:tubes_file": "shows what would become of each row; nothing is stored",
    "situation:search": "reads; POST keeps what is searched for out of addresses",
    "web:choose_post": "changes the sender's own session only",
    "web:language": "sets a cookie only",
    "web:login": "begins a session; tries are counted on purpose",
    "web:logout": "ends a session",
    "web:totp": "six digits are taken once, on purpose",
}


# -- isolation


def _site(town: Town) -> Site:
    with acting():
        return Site.objects.get(place=town.hotel)


def _ready_room(number: int) -> Callable[[Town], Values]:
    def given(town: Town) -> Values:
        with acting():
            ready = Room.objects.filter(site__place=town.hotel, state="ready").order_by("label")
            return {"room": str(ready[number].id)}

    return given


def _transfer_of_wang(town: Town) -> Values:
    with acting():
        return {"transfer": Transfer.objects.open().get(person=town.wang).id}


def _wrong_code(town: Town) -> Values:
    where = _transfer_of_wang(town)
    with acting():
        transfer = Transfer.objects.get(pk=where["transfer"])
    isolation.show_code(by=town.site, transfer=transfer, side="receiver")
    with acting():
        town.code = f"{(int(shown_code(Transfer.objects.get(pk=transfer.pk))) + 1) % 10**6:06}"
    return where


def _far_site(town: Town) -> Values:
    with acting():
        return {"site": str(Site.objects.get(place=town.far_hotel).id)}


def _served(town: Town) -> Values:
    """Somebody whose days at home are over, with nothing missing."""
    with acting():
        person = make_person("he", "何平", GRID + "001")
    control = control_of(person, measure="home", days=0, tests=())
    isolation.assess_home(by=town.worker, control=control, answers=FIT)
    with acting():
        stay = Stay.objects.get(control=control)
    isolation.record_check(by=town.worker, stay=stay, temperature="36.5")
    with acting():
        fact = record(
            "screening.result_negative", subject=ids.uuid7(), area=control.area, by=SYSTEM, now=clock.now(),
            data={"history": True},
        )  # fmt: skip
        DueTest.objects.create(control=control, due_on=clock.today(), done_fact=fact, result="negative")
    return {"stay": stay.id}


def _goes_home(town: Town) -> Values:
    """Li's days at the site are over, with nothing missing, and days at home follow."""
    with acting():
        stay = Stay.objects.open().select_related("control").get(person=town.li)
        check = HealthCheck.objects.get(stay=stay)
    isolation.answer_anomaly(by=town.site, check=check, outcome="observed")
    isolation.assess_home(by=town.worker, control=stay.control, answers=FIT)
    days = (stay.control.ends_on - clock.today()).days - stay.home_days
    clock.freeze(clock.now() + timedelta(days=days))
    answer_tests(stay.control)
    isolation.record_check(by=town.site, stay=stay, temperature="36.5")
    return {"stay": stay.id}


def _stay_at_home(town: Town) -> Values:
    with acting():
        return {"stay": Stay.objects.open().get(person=town.sun).id}


def _check_at_home(town: Town) -> Values:
    with acting():
        return {"check": Duty.objects.open().get(kind="isolation.home_check", person=town.sun).subject}


def _sample_at_home(town: Town) -> Values:
    with acting():
        return {"sample": Sample.objects.get(stay__person=town.sun).id}


def _control_at_home(town: Town) -> Values:
    with acting():
        return {"control": Stay.objects.open().get(person=town.sun).control_id}


def _round(town: Town) -> Values:
    with acting():
        return {"check": SiteCheck.objects.get(site=_site(town)).id}


HOME = {question: "yes" if answer else "no" for question, answer in FIT.items()}
ISOLATION = {
    "isolation:add_rooms": Form("headquarters", says(labels="301-303"), says(labels="401")),
    "isolation:add_site": Form("headquarters", says(name="新点", area="610404002"), says(name="另一点")),
    "isolation:answer_anomaly": Form("investigator", says(outcome="to_hospital"), says(outcome="tested")),
    "isolation:assess": Form("worker", says(**HOME), says(own_bathroom="no")),
    "isolation:assign_room": Form("site", _ready_room(0), _ready_room(1)),
    "isolation:cancel_transfer": Form("headquarters", prepare=_transfer_of_wang),
    "isolation:check_site": Form("site", says(faults=["disinfected"]), says(faults=["waste_sealed"])),
    "isolation:confirm_handover": Form("worker", says(side="sender"), says(side="receiver"), _transfer_of_wang),
    "isolation:confirm_handover received": Form("site", says(side="receiver"), says(code="1"), _transfer_of_wang),
    "isolation:confirm_handover wrong code": Form(
        "worker", lambda town: {"side": "sender", "code": town.code}, says(code="1"), _wrong_code, (422,)
    ),
    "isolation:give_papers": Form("worker", says(given=["person_notice"]), says(given=["video"]), _stay_at_home),
    "isolation:mend_site": Form("site", prepare=_round),
    "isolation:move_home": Form("site", prepare=_goes_home),
    "isolation:place_transfer": Form(
        "headquarters", _far_site, lambda town: {"site": str(_site(town).id)}, _transfer_of_wang
    ),
    "isolation:record_check": Form("worker", says(temperature="38.4"), says(temperature="36.5"), _check_at_home),
    "isolation:record_sample": Form("worker", prepare=_sample_at_home),
    "isolation:release": Form("community", prepare=_served),
    "isolation:request_transfer": Form("community", says(wanted="site"), says(wanted="hospital"), _control_at_home),
    "isolation:set_room": Form("site", says(state="closed"), says(state="cleaning"), _ready_room(0)),
    "isolation:show_code": Form("worker", says(side="sender"), says(side="receiver"), _transfer_of_wang),
}


# -- tracing


def _case(town: Town, who: str = "wang") -> Case:
    return case_of(town.people[who])


def _clearable(town: Town) -> Values:
    """Headquarters owns the chain; the authority elsewhere has Chen under control."""
    with acting():
        chain, letter = Chain.objects.get(pk=_case(town).chain_id), Letter.objects.get()
        contact = Contact.objects.get(person=town.chen)
    tracing.set_chain_owner(by=town.headquarters, chain=chain, owner=town.headquarters)
    tracing.record_reply(by=town.investigator, letter=letter, replies={str(contact.pk): "controlled"})
    return {"contact": contact.id}


def _quiet_incident(town: Town) -> Values:
    made = tracing.open_incident(by=SYSTEM, disease="covid19", plan=PLAN, area=GRID)
    return {"incident": made.id}


def _suspicion(town: Town) -> Values:
    """One person's diagnosis, which waits for the second signature."""
    case = tracing.open_case(
        by=town.second, person=town.sun, disease="covid19", plan=PLAN, found_how="clinic", classification="suspected"
    )
    return {"case": case.id}


def _signed_suspicion(town: Town) -> Values:
    where = _suspicion(town)
    with acting():
        case = Case.objects.get(pk=where["case"])
    tracing.sign_diagnosis(by=town.investigator, case=case)
    return where


def _untold(town: Town) -> Values:
    contact = tracing.add_told_contact(by=town.investigator, case=_case(town), name="周海", area=GRID + "001")
    return {"contact": contact.id}


def _chen(town: Town, **values: str) -> Values:
    with acting():
        return {"contacts": [str(Contact.objects.get(person=town.chen).id)], "asked": ["find"], **values}


def _answers(reply: str) -> Callable[[Town], Values]:
    return lambda town: {f"reply-{_chen(town)['contacts'][0]}": reply}


def _met_somebody_new(town: Town) -> Values:
    """Presence that was not known when the case was traced."""
    with acting():
        until = clock.now() - timedelta(days=1)
        when = (until - timedelta(hours=1), until, "told")
        load_presence([(town.people[who].key, town.hotel.key, *when) for who in ("wang", "wu")])
    return {"case": _case(town).id}


TRACING = {
    "tracing:clear": Form("headquarters", prepare=_clearable),
    "tracing:close": Form("headquarters", prepare=_quiet_incident),
    "tracing:describe": Form(
        "investigator", says(onset_on="2021-11-29", found_how="clinic"), says(onset_on="2021-11-28")
    ),
    "tracing:new_letter": Form(
        "investigator", lambda town: _chen(town, to_name="宝鸡市疾控中心"), says(to_name="西安市疾控中心")
    ),
    "tracing:notes": Form("investigator", says(kind="note", text="坐3路车"), says(text="坐4路车")),
    "tracing:notified": Form("worker", prepare=_untold),
    "tracing:open_case": Form(
        "investigator",
        says(disease="covid19", classification="suspected", onset_on="2021-11-29"),
        says(onset_on="2021-11-28"),
        lambda town: {"person": town.sun.id},
    ),
    "tracing:owner": Form(
        "headquarters",
        lambda town: {"owner": str(town.headquarters.id)},
        lambda town: {"owner": str(town.investigator.id)},
    ),
    "tracing:print_letter": Form("investigator", status=(200,)),
    "tracing:propose": Form(
        "second", says(classification="clinical"), says(classification="confirmed"), _signed_suspicion
    ),
    "tracing:reply": Form("investigator", _answers("found"), _answers("not_here")),
    "tracing:ring": Form("investigator", says(confirmed="yes"), says(confirmed="no")),
    "tracing:sign": Form("investigator", says(agreed="yes"), says(agreed="no"), _suspicion),
    "tracing:source": Form(
        "investigator",
        lambda town: {"state": "linked", "source": str(_case(town).id), "reason": "sequencing"},
        says(state="imported", source=""),
        lambda town: {"case": _case(town, "zhang").id},
    ),
    "tracing:step": Form("headquarters", says(step="disposal"), says(step="first_report")),
    "tracing:told": Form(
        "investigator", says(name="陌生人", phone="13900001111", first_at="2021-11-30T09:00"), says(name="陌路人")
    ),
    "tracing:trace": Form("investigator", says(as_of=""), says(as_of="2021-11-30T20:00"), _met_somebody_new),
    "tracing:trace as of": Form("investigator", says(as_of="2021-12-01T09:00"), says(as_of=""), _met_somebody_new),
}


# -- results, accounts, the demonstration


def _taken_in(town: Town) -> None:
    """The list of the night, taken in."""
    with acting():
        sent = Import.objects.get()
    imports.commit(by=town.headquarters, sent=sent)
    take(str(sent.pk))


RESULT = {
    "ref": "R9", "person": "sun", "disease": "covid19", "sampled_at": "2021-12-01T08:00", "result": "positive",
    "ct_orf": 24, "ct_n": 25,
}  # fmt: skip


def _file(**changed: Any) -> Callable[[Town], Values]:
    def given(town: Town) -> Values:
        row = RESULT | changed
        text = ",".join(row) + "\n" + ",".join(map(str, row.values())) + "\n"
        return {"file": lambda: SimpleUploadedFile("results.csv", text.encode(), "text/csv")}

    return given


def _link(town: Town) -> Values:
    link = posts.make_link(by=SYSTEM, role=roles.GRID, area=GRID)
    return {"secret": posts.secret_of(link)}


def demonstration(town: Town) -> None:
    """The installation, as if it had been made for a demonstration: by the owner, past the trigger that forbids it."""
    owner = town.kept.owner
    with owner.transaction():
        owner.execute("SET LOCAL session_replication_role = 'replica'")
        owner.execute("UPDATE areas_installation SET kind = 'demo'")
    installation.forget()


LEDGERS = {
    "ledger:do": Form(
        "headquarters",
        lambda town: {"deed": "told", "sure": "yes", "row": [str(_untold(town)["contact"])]},
        lambda town: {"row": _chen(town)["contacts"]},
        status=(200,),
    ),
    "imports:new": Form("headquarters", says(rows="编号,姓名\nx1,王\n"), says(rows="编号,姓名\nx2,王\n")),
    "imports:correct": Form("headquarters", says(order="dmy"), says(order="mdy")),
    "imports:commit": Form("headquarters"),
    "imports:drop": Form("headquarters"),
    "imports:undo": Form("headquarters", prepare=_taken_in),
    "ledger:save_view": Form("headquarters", says(name="未通知", first="yes"), says(name="已通知")),
    "ledger:change_view": Form("headquarters", says(change="delete"), says(change="first")),
    "ledger:ask_export": Form("headquarters", says(kind="csv", purpose="report"), says(kind="xlsx")),
    "ledger:request": Form("auditor", says(agreed="yes"), says(agreed="no")),
}
PASSWORD = "correct horse battery staple"
OTHERS = {
    "demo:advance": Form("", says(minutes="60"), says(minutes="15"), demonstration),
    "api:results": Form("", says(**RESULT), says(ct_n=30), status=(200,)),
    "screening:upload": Form("lab", _file(), _file(ct_n=30), status=(200,)),
    "posts:end": Form("administrator"),
    "posts:factor": Form("administrator"),
    "posts:give": Form("administrator", says(role="grid", area=NEXT_GRID), says(area="610404002001001")),
    "posts:keys": Form(
        "administrator",
        lambda town: {"organisation": str(town.laboratory.id), "name": "x"},
        says(name="y"),
        status=(200,),
    ),
    "posts:new": Form("administrator", says(role="grid", area=GRID), says(area=NEXT_GRID), status=(200,)),
    "posts:reset": Form("administrator", status=(200,)),
    "posts:revoke": Form("administrator"),
    "posts:revoke_key": Form("administrator"),
    "web:setup": Form(
        "",
        says(username="new", display_name="新人", password=PASSWORD, password_again=PASSWORD),
        says(display_name="别人"),
        _link,
    ),
}
FORMS: dict[str, Form] = (
    TEMPLATES
    | LEDGERS
    | ARRIVALS
    | ISOLATION
    | TRACING
    | OTHERS
    | SCREENING
    | RESIDENTS
    | INTAKE
    | TEAMS
    | GOODS
    | ANTIGEN
    | premises_forms(Form, says)
)


def route_of(name: str) -> str:
    """The route that a key of FORMS means: the word before a variant."""
    return name.split(" ")[0]


__all__ = ["EXEMPT", "FORMS", "Form", "route_of"]
