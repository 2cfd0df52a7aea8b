"""Every write of tracing."""

from .cases import describe_case, open_case, withdraw_case
from .chains import set_chain_owner, set_source
from .classification import classify_case, evidenced, propose_diagnosis, sign_diagnosis
from .contacts import add_told_contact, clear_contact, not_clear, notify_contact
from .following import convert_contacts, mark_controlled, mark_tested, release_contacts, withdraw_contacts
from .incidents import close_incident, open_incident, record_step
from .letters import print_letter, record_reply, send_letter
from .loads import load_cases, load_contacts
from .notes import add_note, read_notes
from .tracing import confirm_contacts, decide_ring, trace_case

__all__ = [
    "add_note", "add_told_contact", "classify_case", "clear_contact", "close_incident", "confirm_contacts",
    "convert_contacts", "decide_ring", "describe_case", "evidenced", "load_cases", "load_contacts", "mark_controlled",
    "mark_tested", "not_clear", "notify_contact", "open_case", "open_incident", "print_letter", "propose_diagnosis",
    "read_notes", "record_reply", "record_step", "release_contacts", "send_letter", "set_chain_owner", "set_source",
    "sign_diagnosis", "trace_case", "withdraw_case", "withdraw_contacts",
]  # fmt: skip
