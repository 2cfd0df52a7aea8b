"""The ledger of arrivals: returnees, and the work list of each cohort."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.ledger import columns, filters
from muster.ledger.declaring import Ledger, register

from . import words
from .models import Arrival

# The lists that are worked through day by day; each keeps its order and columns as a view, like any other question.
WORK_LISTS = (
    ("state=open", _("All to follow")),
    ("state=coming", _("On the way")),
    ("state=open&category=high", _("From high-risk areas")),
    ("state=open&category=middle", _("From middle-risk areas")),
    ("state=unsure", _("Origin not told exactly")),
    ("state=open&cohort=returning_worker", _("Returning workers")),
    ("state=open&cohort=student", _("Students")),
    ("state=open&cohort=driver", _("Drivers and crews")),
    ("state=open&cohort=homecoming", _("Home for the holidays")),
)

ARRIVALS = Ledger(
    name="arrivals.arrivals", title=_("Arrivals"), model=Arrival, route="arrivals:list", path="arrivals/",
    needs="arrivals.see_arrivals", counter="arrivals_arrival", person="person", opens="arrivals:arrival",
    order="-arrives_on", empty=_("No arrival here."),
    template="arrivals/list.html", beside=lambda request: {"lists": WORK_LISTS},
    columns=(
        columns.whom(),
        columns.day("arrives_on", _("Arrives"), sort=True),
        columns.text("origin", _("Where they come from")),
        columns.area("area", _("Where they go")),
        columns.words("category", _("What the list says"), words.CATEGORIES, words.CATEGORY_TONES),
        columns.words("measure", _("What is asked"), words.MEASURES),
        columns.day("ends_on", _("Until")),
        columns.words("state", _("State"), words.STATES, words.STATE_TONES),
        columns.words("cohort", _("Cohort"), words.COHORTS, shown=False),
        columns.words("channel", _("Came in by"), words.CHANNELS, shown=False),
        columns.words("declared_by", _("Declared by"), words.DECLARERS, shown=False),
        columns.day("left_on", _("Left there"), shown=False),
        columns.text("transport", _("Transport"), shown=False),
    ),
    filters=(
        filters.choice("state", _("State"), words.STATES, also={
            "open": (_("To follow"), Q(state__in=[words.COMING, words.HERE])),
            "unsure": (_("Origin not told exactly"), Q(unsure=True)),
        }),
        filters.choice("category", _("What the list says"), words.CATEGORIES),
        filters.choice("cohort", _("Cohort"), words.COHORTS),
        filters.within(),
    ),
)  # fmt: skip

register(ARRIVALS)
