"""The forms of intake, for `tests/forms.py`."""

from __future__ import annotations

from muster.domains.intake import actions as intake
from muster.domains.intake.models import Report
from muster.domains.isolation import actions as isolation
from muster.domains.isolation.models import Transfer
from muster.kernel.posts.logins import acting
from tests.form import Form, Values, says
from tests.intake_cast import call
from tests.town import Town


def _second_report(town: Town) -> Values:
    """The report from the public page, which turned out to be the same as the call."""
    with acting():
        first, second = Report.objects.get(kind="arrival"), Report.objects.get(kind="fever")
    intake.say_same(by=town.desk, report=second, same_as=first)
    return {"report": second.id}


def _public_report(town: Town) -> Values:
    with acting():
        return {"report": Report.objects.get(kind="fever").id}


def _report_to_be_ended(town: Town) -> Values:
    """The public report, taken up; nothing is asked of anybody."""
    where = _public_report(town)
    with acting():
        report = Report.objects.get(pk=where["report"])
    intake.take_up(by=town.desk, report=report)
    return where


def _report_of_isolated(town: Town) -> Values:
    """A report about Wang, who is under isolation, and not on the way yet."""
    with acting():
        transfer = Transfer.objects.open().get(person=town.wang)
    isolation.cancel_transfer(by=town.headquarters, transfer=transfer)
    return {"report": call(town, about=town.wang, about_name="", about_phone="").id}


def _disposed(town: Town) -> Values:
    """The public report, of which the desk has just written down what came."""
    where = _report_to_be_ended(town)
    with acting():
        report = Report.objects.get(pk=where["report"])
    intake.dispose(by=town.desk, report=report, result="done")
    return where


TOLD = {"kind": "hazard", "what": "卡口无人值守", "where": "如意旅馆", "channel": "phone", "source": "venue"}
INTAKE = {
    "intake:new": Form("desk", says(**TOLD, caller_phone="13600002222", asked="yes"), says(what="卡口没有人")),
    "intake:take_up": Form("desk", prepare=_public_report),
    "intake:say_same": Form(
        "desk",
        lambda town: {"same_as": str(town.known["report"])},
        lambda town: {"same_as": str(_public_report(town)["report"])},
        _public_report,
    ),
    "intake:set_apart": Form("desk", prepare=_second_report),
    "intake:pass_on": Form("desk", says(level="city"), says(level="district"), _public_report),
    "intake:give_task": Form("desk", says(what="stay_put", role="grid"), says(what="visit")),
    "intake:record_call": Form("desk", says(whom="caller", outcome="reached"), says(outcome="no_answer")),
    "intake:want_transfer": Form("headquarters", prepare=_report_of_isolated),
    "intake:dispose": Form("desk", says(result="done"), says(result="elsewhere", note="x"), _report_to_be_ended),
    "intake:reopen": Form("desk", prepare=_disposed),
    "intake:take_back_task": Form("desk"),
    "intake:sign_receipt": Form("street"),
    "intake:accept_task": Form("worker"),
    "intake:finish_task": Form("worker", says(result="done"), says(result="nothing_found", note="x")),
    "intake:public": Form("", says(kind="help", what="买药"), says(what="买菜"), status=(200,)),
}
