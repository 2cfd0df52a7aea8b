"""The days of a control are over: somebody owes the decision on the release."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from muster.domains.isolation.actions.endings import ask_releases
from muster.kernel.procedures import procedure

procedure(
    "control_due_for_release",
    on="isolation.release_due",
    meaning=_("Owe the decision on the release, where the person is"),
    at_once=ask_releases,
)
