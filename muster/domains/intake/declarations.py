"""What intake adds to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import duty, fact, menu, names, permission, personal
from muster.kernel.people.personal import PARTS, Part, keeps
from muster.kernel.posts.roles import COMMUNITY, DUTY_DESK, GRID, HEADQUARTERS, INVESTIGATOR, STREET

from . import access as access  # registers who may open a file
from . import words

fact("intake.report_received", _("A report came in"), "report")
fact("intake.report_taken", _("The duty desk took a report up"), "report")
fact("intake.said_again", _("A report turned out to be the same as another"), "report")
fact("intake.set_apart", _("A report turned out to be one of its own"), "report")
fact("intake.passed_on", _("A report was passed on to a level"), "receipt")
fact("intake.receipt_signed", _("A level signed for a report"), "receipt")
fact("intake.task_given", _("Somebody was asked to do something about a report"), "task")
fact("intake.task_accepted", _("The task of a report was accepted"), "task")
fact("intake.task_done", _("The task of a report was done"), "task")
fact("intake.task_taken_back", _("A task given by mistake was taken back"), "task")
fact("intake.called", _("A call was made about a report"), "report")
fact("intake.caller_reached", _("The caller was reached by phone"), "report")
fact("intake.person_reached", _("The person of a report was reached by phone"), "report")
fact("intake.arrival_settled", _("The person of a report has declared their arrival"), "report")
fact("intake.transfer_wanted", _("The person of a report is to be taken to an isolation site"), "report")
fact("intake.report_disposed", _("A report was disposed of"), "report")
fact("intake.reopened", _("A disposal given by mistake was taken back"), "report")
fact("intake.report_closed", _("A report was closed"), "report")

STAFF = (DUTY_DESK, GRID, COMMUNITY, STREET, HEADQUARTERS)
permission("intake.see_reports", *STAFF, INVESTIGATOR)
permission("intake.receive_report", *STAFF)
permission("intake.print_codes", *STAFF)
permission("intake.read_notes", *STAFF, INVESTIGATOR)
permission("intake.take_up", DUTY_DESK)
permission("intake.say_same", DUTY_DESK)
permission("intake.set_apart", DUTY_DESK)
permission("intake.pass_on", DUTY_DESK, STREET, HEADQUARTERS)
permission("intake.sign_receipt", STREET, HEADQUARTERS)
permission("intake.give_task", DUTY_DESK, STREET, HEADQUARTERS)
permission("intake.take_back_task", DUTY_DESK, STREET, HEADQUARTERS)
permission("intake.accept_task", *words.TASK_ROLES)
permission("intake.finish_task", *words.TASK_ROLES)
permission("intake.record_call", DUTY_DESK)
permission("intake.want_transfer", DUTY_DESK, STREET, HEADQUARTERS)
permission("intake.dispose", DUTY_DESK, HEADQUARTERS)
permission("intake.reopen", DUTY_DESK, HEADQUARTERS)

names("intake:report", "intake.Report", "number")
for _part in ("receipt", "task"):
    names(f"intake:{_part}", f"intake.{_part.title()}", "report__number")
duty(
    "intake.take_up", title=_("Take up a report"), role=DUTY_DESK, proof="intake.report_taken", minutes=10,
    escalate_minutes=10, url="intake:report",
)  # fmt: skip
duty(
    "intake.dispose", title=_("See a report through to its result"), role=DUTY_DESK, proof="intake.report_disposed",
    minutes=1440, escalate_minutes=60, url="intake:report",
)  # fmt: skip
for _whom, _title in ((words.CALLER, _("Call the caller back")), (words.ABOUT, _("Call the person again"))):
    duty(
        words.CALLS[_whom], title=_title, role=DUTY_DESK, proof=words.ANSWERED[_whom], minutes=1440,
        escalate_minutes=240, url="intake:report",
    )  # fmt: skip
duty(
    "intake.sign", title=_("Sign for a report"), role=(STREET, HEADQUARTERS), proof="intake.receipt_signed",
    minutes=10, escalate_minutes=10, url="intake:receipt",
)  # fmt: skip
duty(
    "intake.do_task", title=_("Do what a report asks for"), role=words.TASK_ROLES, proof="intake.task_done",
    minutes=120, escalate_minutes=60, url="intake:task",
)  # fmt: skip

keeps("intake_report", "caller_id", "closed_at")
keeps("intake_report", "about_id", "closed_at")
PARTS.setdefault("note", ())
PARTS["note"] += (Part("intake_note", "true", "DELETE FROM intake_note x"),)
personal("intake_note", "text", "note", "retention.note_days")

menu(_("Reports"), "intake:reports", needs="intake.see_reports", order=2)
