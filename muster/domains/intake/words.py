"""The vocabularies of intake, with their names on screen. The codes are what rows, facts and duties hold."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from muster.kernel.posts.roles import COMMUNITY, GRID, HEADQUARTERS, INVESTIGATOR, STREET

PHONE, PAGE, CODE, MESSAGE = "phone", "page", "code", "message"
CHANNELS = {PHONE: _("Phone"), PAGE: _("Public page"), CODE: _("Printed code"), MESSAGE: _("Message")}
BY_HAND = (PHONE, MESSAGE)  # how what the desk writes down came in
SOURCES = {"resident": _("Resident"), "venue": _("Venue"), "unit": _("Work unit")}

# The levels that a report can be passed on to: digits of the area that receives it, role, minutes for the receipt.
# Emergency regulations (State Council order 376, art. 20) leave each level two hours; a desk that answers for 1 h
# 20 min from call to room cannot. These minutes are a local rule, not verified in a plan.
LEVELS = {
    "street": (9, STREET, 10),
    "district": (6, HEADQUARTERS, 15),
    "city": (4, HEADQUARTERS, 30),
}
LEVEL_TITLES = {"street": _("Street"), "district": _("District headquarters"), "city": _("City headquarters")}

TASKS = {
    "check_arrival": _("Check who arrived, and what holds for them"),
    "to_clinic": _("Bring the person to the fever clinic without contact"),
    "verify_contact": _("Find out whether this is a contact"),
    "verify_illness": _("Find out who is ill, and since when"),
    "disinfect": _("Have the place disinfected"),
    "remove_hazard": _("Go there and end the hazard"),
    "help": _("Help the person"),
    "answer": _("Look into the complaint and answer it"),
    "visit": _("Go there: nobody can be reached by phone"),
    "stay_put": _("Ask the person to wear a mask and stay where they are"),
}
TASK_ROLES = (GRID, COMMUNITY, STREET, INVESTIGATOR, HEADQUARTERS)
TASK_DIGITS = {GRID: 15, COMMUNITY: 12, STREET: 9, INVESTIGATOR: 6, HEADQUARTERS: 6}

RESULTS = {
    "done": _("Done"),
    "isolated": _("The person is at an isolation site"),
    "nothing_found": _("Nothing found there"),
    "elsewhere": _("Given to another authority"),
    "not_possible": _("Could not be done"),
}
TAKEN_BACK = "taken_back"  # of a task: given by mistake, nobody had accepted it
TASK_RESULTS = {**RESULTS, TAKEN_BACK: _("Taken back")}
BY_HAND_RESULTS = ("done", "nothing_found", "elsewhere", "not_possible")

CALLER, ABOUT = "caller", "about"
WHOM = {CALLER: _("The caller"), ABOUT: _("The person it is about")}
CALLS = {CALLER: "intake.call_back", ABOUT: "intake.call_person"}  # the duty to call each
ANSWERED = {CALLER: "intake.caller_reached", ABOUT: "intake.person_reached"}  # the fact that proves it
REACHED, NO_ANSWER, WRONG_NUMBER, LATER = "reached", "no_answer", "wrong_number", "later"
OUTCOMES = {
    REACHED: _("Reached"),
    NO_ANSWER: _("No answer"),
    WRONG_NUMBER: _("Wrong number"),
    LATER: _("Call again at"),
}
OUTCOME_TONES = {REACHED: "ok", NO_ANSWER: "warn", WRONG_NUMBER: "late", LATER: "wait"}

NOTE_KINDS = {"what": _("What was told"), "where": _("Where, in the caller's words"), "result": _("What was done")}


STATES = {
    "same": _("the same as another"),
    "closed": _("closed"),
    "disposed": _("done, the caller is to be told"),
    "taken": _("being worked on"),
    "new": _("new"),
}
STATE_TONES = {"same": "off", "closed": "ok", "disposed": "info", "taken": "wait", "new": "warn"}


def choices(words) -> list[tuple[str, object]]:
    """Pairs for a select, numbered, so that a digit chooses on the keyboard."""
    return [(code, f"{number} {title}") for number, (code, title) in enumerate(words.items(), 1)]
