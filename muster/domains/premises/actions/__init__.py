"""Every write of premises."""

from .booking import book, cancel_booking, count_door, set_capacity
from .events import ask_event, check_event, decide_event
from .gates import give_opinion, supervise_event
from .lodging import check_out, register_guest, send_night_list
from .naming import explain_unnamed, explain_unnamed_at_desk, name_staff_at_desk, note_named
from .orders import set_level, undo_level
from .organisers import acknowledge_stop, apply_again, report_informed
from .personal import issue_code, open_device, pin_of
from .routines import check_routine, record_routine, record_routine_at_desk, remedy_routine
from .scans import record_scans
from .sectors import begin_check
from .status import answer_contest, ask_exemption, confirm_exemption, contest_status, end_exemption
from .sweeps import record_visit_there
from .venues import add_venue, close_venue, renew_code
from .visits import check_in, record_at_desk, record_visit

__all__ = [
    "acknowledge_stop",
    "add_venue",
    "answer_contest",
    "apply_again",
    "ask_event",
    "ask_exemption",
    "begin_check",
    "book",
    "cancel_booking",
    "check_event",
    "check_in",
    "check_out",
    "check_routine",
    "close_venue",
    "confirm_exemption",
    "contest_status",
    "count_door",
    "decide_event",
    "end_exemption",
    "explain_unnamed",
    "explain_unnamed_at_desk",
    "give_opinion",
    "issue_code",
    "name_staff_at_desk",
    "note_named",
    "open_device",
    "pin_of",
    "record_at_desk",
    "record_routine",
    "record_routine_at_desk",
    "record_scans",
    "record_visit",
    "record_visit_there",
    "register_guest",
    "remedy_routine",
    "renew_code",
    "report_informed",
    "send_night_list",
    "set_capacity",
    "set_level",
    "supervise_event",
    "undo_level",
]
