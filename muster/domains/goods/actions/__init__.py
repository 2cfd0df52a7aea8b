"""Every write of goods."""

from .declaring import correct_declaration, declare, declare_list
from .entry import arrive, record_disinfection, release
from .findings import answer_finding, find_breach, punish, verify_finding
from .holding import ask_lift, hold, inform_city, lift, note_tested, seal
from .moving import receive, remove, send, settle, take_back
from .registering import add_holder, add_staff, staff_left
from .sampling import record_result, record_sampling

__all__ = [
    "add_holder",
    "add_staff",
    "answer_finding",
    "arrive",
    "ask_lift",
    "correct_declaration",
    "declare",
    "declare_list",
    "find_breach",
    "hold",
    "inform_city",
    "lift",
    "note_tested",
    "punish",
    "receive",
    "record_disinfection",
    "record_result",
    "record_sampling",
    "release",
    "remove",
    "seal",
    "send",
    "settle",
    "staff_left",
    "take_back",
    "verify_finding",
]
