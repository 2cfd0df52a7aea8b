"""Who may open a person's file; each look is logged before anything is shown.

The rule itself (a duty about the person) belongs to duties, which stand right of this app: they register it here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Refused
from muster.kernel.people.models import Person
from muster.kernel.posts.access import log_access
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import may

FileRule = Callable[[Any, Person, datetime], bool]
_RULES: list[FileRule] = []

# Why somebody looks: coded, so that the log holds no free text.
PURPOSES = {
    "call": _("To call them"),
    "visit": _("To visit them"),
    "trace": _("To trace contacts"),
    "transfer": _("To transfer them"),
    "care": _("To care for or supply them"),
    "identify": _("To make sure who they are"),
    "letter": _("To write to another authority"),
    "notice": _("To give them a notice"),
}


def file_rule(rule: FileRule) -> FileRule:
    """Register a rule `(by, person, now)`; one that says yes is enough."""
    if rule not in _RULES:
        _RULES.append(rule)
    return rule


def may_open_file(by: Any, person: Person, now: datetime) -> bool:
    """Whether some rule opens this person's file to the post."""
    return by is SYSTEM or any(rule(by, person, now) for rule in _RULES)


def admit(
    by: Any, permission: str, person: Person, now: datetime, *, event: str, field: str = "", purpose: str = ""
) -> None:
    """Log that the post looks, or that it was refused. Raises Refused; raises also where the log cannot be written."""
    log = {"by": by, "subject": person.pk, "area": person.home}
    if not (may(by, permission) and may_open_file(by, person, now)):
        log_access(**log, event="refused", field=permission)
        raise Refused(permission, person.home)
    log_access(**log, event=event, field=field, purpose=purpose)
