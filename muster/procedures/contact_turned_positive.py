"""A contact became a case: their contacts-of rows end in it, and it is linked to who they were a contact of."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from muster.domains.tracing.actions.following import convert_contacts
from muster.domains.tracing.models import Case, Contact
from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure


def convert(facts: list[Fact]) -> None:
    """At once: the contact rows of each new case's person end in the case; nobody owes telling them any more."""
    for fact in facts:
        case = Case.objects.get(pk=fact.subject)
        before = list(Contact.objects.open().filter(person__canonical=case.person_id, disease=case.disease))
        if convert_contacts(by=SYSTEM, case=case, now=fact.recorded_at):
            withdraw_duties(subjects=[contact.id for contact in before], now=fact.recorded_at, because=fact)


procedure(
    "contact_turned_positive",
    on="tracing.case_opened",
    meaning=_("Where the person was a contact: end that in the case, and link the case to its likely source"),
    at_once=convert,
)
