"""A stay began or a control ended: tracing is told, so that its clock and its list of contacts are right."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from muster.domains.isolation.models import Stay
from muster.domains.tracing.actions.following import mark_controlled, mark_told, of_person, release_contacts
from muster.kernel.controls.models import Control
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure


def controlled(facts: list[Fact]) -> None:
    """At once: contacts whose stay began are under control; and they know it, so nobody owes telling them."""
    began = {fact.subject: fact for fact in facts}
    for stay in Stay.objects.filter(pk__in=[fact.subject for fact in facts]).select_related("control", "person"):
        contacts = of_person(stay.person, stay.control.disease).values_list("pk", flat=True)
        mark_controlled(by=SYSTEM, contacts=list(contacts), now=stay.began_at)
        fact = began[stay.pk]
        mark_told(by=SYSTEM, person=stay.person, disease=stay.control.disease, because=fact, now=fact.recorded_at)


def released(facts: list[Fact]) -> None:
    """At once: contacts whose control ended with its days served are released."""
    controls = {control.pk: control for control in _controls(facts)}
    for fact in facts:
        control = controls[fact.subject]
        release_contacts(by=SYSTEM, person=control.person, disease=control.disease, because=fact, now=fact.recorded_at)


def _controls(facts: list[Fact]) -> list[Control]:
    return list(Control.objects.filter(pk__in=[fact.subject for fact in facts]).select_related("person"))


procedure(
    "stay_began",
    on="isolation.stay_began",
    meaning=_("Mark the person's contacts as under control"),
    at_once=controlled,
)
procedure(
    "control_released",
    on="controls.released",
    meaning=_("Release the person's contacts"),
    at_once=released,
)
