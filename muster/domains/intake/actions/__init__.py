"""Writes of intake, by what they are about."""

from .calls import record_call
from .disposal import dispose, note_arrivals, reopen, want_transfer
from .receipts import pass_on, sign_receipt
from .receive import read_notes, receive_report, say_same, set_apart, take_up
from .tasks import accept_task, finish_task, give_task, prove_checks, take_back_task

__all__ = [
    "accept_task", "dispose", "finish_task", "give_task", "note_arrivals", "pass_on", "prove_checks", "read_notes",
    "receive_report", "record_call", "reopen", "say_same", "set_apart", "sign_receipt", "take_back_task", "take_up",
    "want_transfer",
]  # fmt: skip
