"""The lists of tracing: contacts and cases, across incidents."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from muster.kernel.posts.permissions import visible_to
from muster.ledger import columns, filters
from muster.ledger.declaring import Deed, Ledger, in_ranges, register

from . import actions, words
from .actions.numbers import DISTRICT
from .models import Case, Contact

OPEN = Q(status__in=words.OPEN_STATUSES, history=False)
STEPS = ("notified", "controlled", "tested")


def in_reach(rows: QuerySet[Contact], post: Any) -> QuerySet[Contact]:
    """What row-level security lets through, said so that an index answers: below a district only the own area."""
    if len(post.area) > DISTRICT or post.lo is None:
        return visible_to(rows, post)
    return in_ranges("area", "incident_area", "case_area")(rows, post)


def _told_already(row: Contact, post: Any) -> Any:
    if row.status not in words.OPEN_STATUSES or row.history:
        return _("This contact is settled already.")
    return _("Told already.") if row.notified_at else None


CONTACTS = Ledger(
    name="tracing.contacts", title=_("Contacts"), model=Contact, route="tracing:contacts", path="contacts/",
    needs="tracing.see_contacts", scope=in_reach, person="person", opens="tracing:contact", order="first_at",
    empty=_("No contact here."),
    columns=(
        columns.whom(nobody=_("somebody elsewhere")),
        columns.text("case_number", _("Case")),
        columns.words("ring", _("Ring"), words.RINGS),
        columns.words("reasons", _("Why"), words.REASONS),
        columns.moment("first_at", _("First contact"), sort=True),
        columns.moment("last_at", _("Last contact"), sort=True),
        columns.minutes("minutes", _("Together")),
        columns.area("area", _("Where they are"), nowhere=_("no area known")),
        columns.words("status", _("State"), words.STATUSES, words.TONES),
        columns.moment("found_at", _("Found"), shown=False),
        columns.moment("notified_at", _("Told"), shown=False),
        columns.moment("controlled_at", _("Under control since"), shown=False),
        columns.moment("tested_at", _("Tested"), shown=False),
    ),
    filters=(
        filters.choice("status", _("State"), words.STATUSES, also={"open": (_("Not settled"), OPEN)}),
        filters.choice("ring", _("Ring"), words.RINGS),
        filters.within(),
        filters.reference("incident", _("Incident")),
        filters.reference("case", _("Case")),
        filters.linked("step", _("Step done"), {
            step: ~Q(status=words.WITHDRAWN) & Q(**{f"{step}_at__isnull": False}) for step in STEPS
        }),
        filters.linked("lacks", _("Step missing"), {step: OPEN & Q(**{f"{step}_at": None}) for step in STEPS}),
    ),
    deeds=(
        Deed("told", _("Mark as told"), "tracing.notify_contact", _told_already,
             lambda by, row, now: actions.notify_contact(by=by, contact=row, now=now)),
    ),
)  # fmt: skip

CASES = Ledger(
    name="tracing.cases", title=_("Cases"), model=Case, route="tracing:cases", path="cases/",
    needs="tracing.see_cases", scope=in_ranges("area", "incident_area"), person="person", opens="tracing:case",
    order="-opened_at", empty=_("No case here."),
    columns=(
        columns.text("number", _("Case"), sort=True),
        columns.whom(),
        columns.text("disease", _("Disease"), "disease_title", shown=False),
        columns.area("area", _("Where")),
        columns.words("classification", _("Classification"), words.CLASSIFICATIONS, words.CLASSIFICATION_TONES),
        columns.words("source_state", _("Source"), words.SOURCE_STATES),
        columns.day("onset_on", _("Onset"), sort=True),
        columns.moment("opened_at", _("Case opened"), sort=True),
        columns.moment("traced_at", _("Contacts found")),
        columns.moment("closed_at", _("Closed"), shown=False),
    ),
    filters=(
        filters.which("show", _("State"), {
            "open": (_("Open"), Q(closed_at=None, history=False)), "closed": (_("Closed"), Q(closed_at__isnull=False)),
            "untraced": (_("Contacts not found yet"), Q(traced_at=None, closed_at=None, history=False)),
        }),
        filters.choice("classification", _("Classification"), words.CLASSIFICATIONS),
        filters.choice("disease", _("Disease"), words.DISEASES),
        filters.within(),
        filters.reference("incident", _("Incident")),
    ),
)  # fmt: skip

register(CONTACTS, CASES)
